// Why a line has its label: probabilities, and the words and sentences that pushed for and against.

import { explain } from "./api.js";
import { byId, element, percent } from "./dom.js";
import { markWords } from "./marks.js";
import { labelName, t } from "./texts.js";

const EXPLAINED = 20_000; // characters; the server explains no longer lines
const WORDS = 8; // words listed on either side
const PAUSE = 120; // milliseconds on a line before its evidence is asked for

export class Detail {
  constructor(labels) {
    this.labels = labels;
    this.known = new Map();
    this.timer = 0;
    this.abort = null;
    this.marked = null;
  }

  forget() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.unmark();
    byId("detail").replaceChildren(element("p", { class: "hint" }, t.hover));
  }

  // Show the line's probabilities at once, and its evidence when it has been looked at for a moment.
  show(report, line, row) {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.unmark();
    const why = element("div", { class: "why" });
    byId("detail").replaceChildren(
      element(
        "div",
        { class: "detail-head" },
        element("h2", {}, t.labelOf(line.line, labelName(line.label)), line.heading ? ` · ${t.heading}` : ""),
        element("button", { type: "button", class: "plain detail-close", onclick: () => this.forget() }, t.close),
      ),
      element("h3", {}, t.probabilities),
      this.chances(line),
      why,
    );
    if (Array.from(line.text.slice(0, EXPLAINED + 1)).length > EXPLAINED) {
      why.append(element("p", { class: "hint" }, t.tooLongToExplain));
      return;
    }
    this.timer = setTimeout(() => this.ask(line, row, why), PAUSE);
  }

  async ask(line, row, why) {
    const key = `${line.label}\n${line.text}`;
    this.abort = new AbortController();
    const { signal } = this.abort;
    try {
      const found = this.known.get(key) ?? (await explain(line.text, line.label, signal));
      if (signal.aborted) return;
      if (this.known.size > 500) this.known.clear();
      this.known.set(key, found);
      why.replaceChildren(...this.reasons(line, found));
      this.mark(line, row, found.words);
    } catch (error) {
      if (error.name !== "AbortError") why.replaceChildren(element("p", { class: "hint" }, t.errors[error.code] ?? error.message));
    }
  }

  chances(line) {
    const rows = this.labels.map((label) => {
      const meter = element("span", { class: "meter-fill" });
      meter.style.width = percent(line.probabilities[label]);
      return element(
        "li",
        { class: `chance of-${label}` },
        element("span", { class: "chance-name" }, labelName(label)),
        element("span", { class: "meter", "aria-hidden": "true" }, meter),
        element("span", { class: "chance-value" }, percent(line.probabilities[label])),
      );
    });
    return element("ul", { class: "chances" }, ...rows);
  }

  reasons(line, found) {
    const best = this.labels.reduce((a, b) => (found.alone[b] > found.alone[a] ? b : a));
    const context = best === line.model ? t.same : t.moved(labelName(line.model));
    const words = (sign) => {
      const sums = new Map();
      for (const word of found.words) if (word.push * sign > 0) sums.set(word.text, (sums.get(word.text) ?? 0) + word.push);
      return [...sums].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, WORDS);
    };
    const list = (pairs, kind) =>
      pairs.length
        ? element(
            "ul",
            { class: "words" },
            ...pairs.map(([text, push]) => element("li", { class: kind }, text, element("small", {}, signed(push)))),
          )
        : element("p", { class: "hint" }, t.none);
    return [
      element("p", { class: "alone" }, t.alone(labelName(best), percent(found.alone[best])), context),
      element("h3", {}, t.pushFor(labelName(line.label))),
      list(words(1), "for"),
      element("h3", {}, t.pushAgainst),
      list(words(-1), "against"),
      found.sentences.length > 1 && element("h3", {}, t.sentences),
      found.sentences.length > 1 && this.sentences(found.sentences.slice(0, 30)),
    ].filter(Boolean);
  }

  sentences(found) {
    const rows = found.map((one) =>
      element(
        "li",
        { class: one.push >= 0 ? "for" : "against" },
        element("span", { class: "side" }, `${one.push >= 0 ? t.supports : t.opposes} ${signed(one.push)}`),
        one.text.length > 80 ? `${one.text.slice(0, 80)}…` : one.text,
      ),
    );
    return element("ol", { class: "sentences" }, ...rows);
  }

  // The words in the text itself.
  mark(line, row, words) {
    const text = row.querySelector(".text");
    if (!text || !row.isConnected || text.querySelector("mark, button")) return;
    const trimmed = line.text.trim();
    const skipped = Array.from(line.text.slice(0, line.text.indexOf(trimmed))).length;
    const strong = words.slice(0, 3 * WORDS).map((word) => ({ ...word, start: word.start - skipped, end: word.end - skipped }));
    const before = [...text.childNodes];
    text.replaceChildren(...markWords(trimmed, strong.filter((word) => word.start >= 0)));
    this.marked = { text, before };
  }

  unmark() {
    this.marked?.text.replaceChildren(...this.marked.before);
    this.marked = null;
  }
}

function signed(push) {
  return `${push >= 0 ? "+" : "−"}${Math.abs(push).toFixed(2)}`;
}
