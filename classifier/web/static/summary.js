// The bar of shares, and the filters by label.

import { byId, element, percent } from "./dom.js";
import { labelName, t } from "./texts.js";

export function showShares(report) {
  const sums = report.characters();
  const total = Object.values(sums).reduce((a, b) => a + b, 0);
  const holder = byId("shares");
  if (!total) {
    holder.replaceChildren(element("p", { class: "hint" }, t.noShares));
    return;
  }
  const bar = element("div", { class: "bar", "aria-hidden": "true" });
  const legend = element("ul", { class: "legend", "aria-label": t.shares });
  for (const [label, sum] of Object.entries(sums)) {
    const part = element("span", { class: `part of-${label}` });
    part.style.flexGrow = String(sum);
    part.hidden = !sum;
    bar.append(part);
    legend.append(
      element(
        "li",
        {},
        element("span", { class: `swatch of-${label}` }),
        `${labelName(label)} `,
        element("strong", {}, percent(sum / total)),
      ),
    );
  }
  holder.replaceChildren(bar, legend);
}

export class Filters {
  constructor(changed) {
    this.chosen = new Set();
    this.unsureOnly = false;
    this.changed = changed;
  }

  clear() {
    this.chosen.clear();
    this.unsureOnly = false;
  }

  get active() {
    return this.chosen.size > 0 || this.unsureOnly;
  }

  lets(report, line) {
    if (this.chosen.size && !this.chosen.has(line.label)) return false;
    return !this.unsureOnly || report.unsure(line);
  }

  show(report, labels) {
    const counts = report.counts();
    const buttons = labels.map((label) =>
      this.button(labelName(label), counts[label] ?? 0, `of-${label}`, this.chosen.has(label), () => {
        if (!this.chosen.delete(label)) this.chosen.add(label);
      }),
    );
    const unsure = report.lines.filter((line) => report.unsure(line)).length;
    buttons.push(
      this.button(`? ${t.unsure}`, unsure, "of-unsure", this.unsureOnly, () => {
        this.unsureOnly = !this.unsureOnly;
      }),
    );
    const focused = [...byId("filters").children].indexOf(document.activeElement);
    byId("filters").replaceChildren(...buttons);
    if (focused >= 0) buttons[focused]?.focus();
  }

  button(name, count, kind, pressed, toggle) {
    const press = () => {
      toggle();
      this.changed();
    };
    return element(
      "button",
      { type: "button", class: `filter ${kind}`, "aria-pressed": String(pressed), onclick: press },
      name,
      element("span", { class: "count" }, String(count)),
    );
  }
}
