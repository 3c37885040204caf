// The report as it stands: a paragraph a row, unrelated runs folded, long reports shown bit by bit.

import { byId, element, percent } from "./dom.js";
import { markSearch } from "./marks.js";
import { labelName, t } from "./texts.js";

const STEP = 300; // rows drawn at once: more makes typing wait on slow machines
const CLIP = 4000; // characters of a line drawn at first

export class Lines {
  // `view` gives {report, lets(line), search, searching}; `choose(number)` and `relabel(number)` are told of clicks.
  constructor(view, { choose, relabel }) {
    this.view = view;
    this.choose = choose;
    this.relabel = relabel;
    this.open = new Set(); // first line numbers of runs that are unfolded
    this.whole = new Set(); // long lines shown whole
    this.limit = STEP;
    this.rows = new Map();
    const more = byId("more");
    more.addEventListener("click", () => this.showMore());
    new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.showMore()).observe(more);
  }

  reset() {
    this.open.clear();
    this.whole.clear();
    this.limit = STEP;
  }

  showMore() {
    this.limit += STEP;
    this.draw();
  }

  // Rows to show: {line} or {run: [lines]}; a run of unrelated lines folds unless someone looks for lines.
  entries() {
    const { report, narrowed } = this.view;
    const shown = report.lines.filter((line) => this.view.lets(line));
    if (narrowed) return shown.map((line) => ({ line }));
    const entries = [];
    for (const line of shown) {
      const last = entries.at(-1);
      if (line.label !== "unrelated") entries.push({ line });
      else if (last?.run) last.run.push(line);
      else entries.push({ run: [line] });
    }
    return entries;
  }

  // The numbers of the lines that stand on the page now, in order.
  numbers() {
    return this.entries().flatMap((one) =>
      one.line ? [one.line.line] : this.open.has(one.run[0].line) ? one.run.map((line) => line.line) : [],
    );
  }

  draw() {
    this.rows.clear();
    const entries = this.entries();
    const nodes = [];
    let left = this.limit;
    let drawn = 0;
    for (const entry of entries) {
      if (left <= 0) break;
      drawn += 1;
      left -= 1;
      if (entry.line) {
        nodes.push(this.row(entry.line));
        continue;
      }
      nodes.push(this.foldRow(entry.run));
      if (this.open.has(entry.run[0].line)) {
        for (const line of entry.run.slice(0, Math.max(left, 1))) nodes.push(this.row(line));
        if (left < entry.run.length) drawn -= 1;
        left -= entry.run.length;
      }
    }
    byId("lines").replaceChildren(...nodes);
    byId("nothing").hidden = nodes.length > 0;
    const more = byId("more");
    more.hidden = drawn >= entries.length;
    more.textContent = t.more(entries.length - drawn);
  }

  foldRow(run) {
    const first = run[0].line;
    const open = this.open.has(first);
    const toggle = () => {
      if (!this.open.delete(first)) this.open.add(first);
      this.draw();
      byId("lines").querySelector(`[data-run="${first}"] button`)?.focus();
    };
    return element(
      "li",
      { class: "fold", data: { run: String(first) } },
      element(
        "button",
        { type: "button", class: "plain", "aria-expanded": String(open), onclick: toggle },
        element("span", {}, open ? t.unfolded(run.length) : t.folded(run.length)),
        element("span", { class: "fold-action" }, open ? t.fold : t.unfold),
      ),
    );
  }

  row(line) {
    const { report } = this.view;
    const unsure = report.unsure(line);
    const corrected = report.corrected.has(line.line);
    const kinds = ["line", `of-${line.label}`, line.heading && "is-heading", unsure && "is-unsure", corrected && "is-corrected"];
    const label = element(
      "button",
      {
        type: "button",
        class: "label",
        tabindex: "-1",
        "aria-haspopup": "menu",
        title: t.changeLabel(labelName(line.label)),
        onclick: (event) => this.relabel(line.line, event.currentTarget),
      },
      labelName(line.label),
    );
    const notes = element("span", { class: "notes" });
    const asked = this.view.review?.noteOf(line.line);
    if (asked) notes.append(element("span", { class: `note ${asked}` }, asked === "asked" ? `◆ ${t.asked}` : `✓ ${t.hasLabel}`));
    if (corrected) notes.append(element("span", { class: "note fixed" }, `✓ ${t.corrected}`));
    if (unsure) {
      const told = `? ${t.unsure} ${percent(report.confidence(line))}`;
      notes.append(element("span", { class: "note doubt", title: t.unsureHint }, told));
    }
    const row = element(
      "li",
      {
        class: kinds.filter(Boolean).join(" "),
        tabindex: "-1",
        data: { line: String(line.line) },
        onmouseenter: () => this.choose(line.line, "hover"),
        onfocusin: () => this.choose(line.line, "focus"),
      },
      label,
      element("div", { class: "body" }, this.text(line), notes.hasChildNodes() && notes),
    );
    this.rows.set(line.line, row);
    return row;
  }

  text(line) {
    const tag = line.heading && line.label !== "unrelated" ? "h3" : "p";
    const clipped = line.text.length > CLIP && !this.whole.has(line.line);
    const shown = clipped ? line.text.slice(0, CLIP) : line.text;
    const node = element(tag, { class: "text" }, ...markSearch(shown.trim(), this.view.search));
    if (clipped) {
      const show = () => {
        this.whole.add(line.line);
        this.redraw(line.line);
      };
      node.append(element("button", { type: "button", class: "plain", onclick: show }, t.restOfLine(line.text.length - CLIP)));
    }
    return node;
  }

  // Draw one row anew, keeping the focus on it.
  redraw(number) {
    const old = this.rows.get(number);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const row = this.row(this.view.report.find(number));
    row.tabIndex = old.tabIndex;
    row.classList.toggle("is-current", old.classList.contains("is-current"));
    old.replaceWith(row);
    if (focused) row.focus({ preventScroll: true });
  }

  // Make sure that a line is on the page, whatever is folded or not drawn yet.
  reveal(number) {
    if (this.rows.has(number)) return true;
    const entries = this.entries();
    const at = entries.findIndex((one) => one.line?.line === number || one.run?.some((line) => line.line === number));
    if (at < 0) return false;
    if (entries[at].run) this.open.add(entries[at].run[0].line);
    const rows = entries.slice(0, at + 1).reduce((sum, one) => sum + 1 + (this.open.has(one.run?.[0].line) ? one.run.length : 0), 0);
    this.limit = Math.max(this.limit, rows + STEP);
    this.draw();
    return this.rows.has(number);
  }
}
