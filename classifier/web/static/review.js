// Lines that wait for a label, one by one: which is next, which has got one, and the panel that asks.

import { askedLine, askedLines } from "./api.js";
import { byId, element } from "./dom.js";
import { calm, complain, say } from "./notices.js";
import { labelName, t } from "./texts.js";

export class Review {
  // `page` shows a document and keeps a label; `labels` are names in the order of the keys 1 to 5.
  constructor(page, labels) {
    this.page = page;
    this.labels = labels;
    this.items = [];
    this.at = -1; // index of the item that is asked now
    this.history = []; // indices answered here, the last one last
    this.busy = false; // an answer is on its way, or the next line: a key pressed now would hit the wrong one
    byId("review-back").addEventListener("click", () => this.step(-1));
    byId("review-next").addEventListener("click", () => this.step(1));
    const panel = byId("review");
    new ResizeObserver(() => document.documentElement.style.setProperty("--panel", `${panel.offsetHeight}px`)).observe(panel);
  }

  async start() {
    byId("review").hidden = false;
    byId("intake").hidden = true;
    document.body.classList.add("is-reviewing");
    const found = await askedLines();
    this.file = found.file;
    this.items = found.lines;
    const first = this.items.findIndex((item) => item.label === null);
    await this.show(Math.max(first, 0));
  }

  get current() {
    return this.items[this.at];
  }

  get left() {
    return this.items.filter((item) => item.label === null).length;
  }

  asks(number) {
    return !this.busy && this.current?.line === number && this.page.report.doc === this.current.doc;
  }

  // What the row of a line says of it: nothing, that it is asked for, or that it has its label.
  noteOf(number) {
    const item = this.items.find((one) => one.line === number && one.doc === this.page.report.doc);
    if (!item) return "";
    return item.label === null ? "asked" : "answered";
  }

  async show(index) {
    this.busy = true;
    try {
      const item = this.items[index];
      if (this.page.report.doc !== item.doc || !this.page.report.lines.length) {
        const found = await askedLine(item.number);
        if (!(await this.page.open(found.text, found.doc))) return;
      }
      this.at = index;
      this.page.drawLines();
      this.page.jump(item.line);
    } catch (error) {
      complain(error);
    } finally {
      this.busy = false;
      this.draw();
    }
  }

  // Keep a label for the line that is asked, the model's own too, and go on to the next.
  async answer(label) {
    if (this.busy || !this.current) return;
    this.busy = true;
    calm();
    const { at, current: item } = this;
    const line = this.page.report.find(item.line);
    const from = line.label;
    this.page.report.put(line.line, label);
    const saved = await this.page.save(line, from, label, t.answered(labelName(label)));
    this.busy = false;
    if (!saved) {
      this.page.report.put(line.line, from);
      this.page.drawLines();
      this.draw();
      return;
    }
    item.label = label;
    this.history.push(at);
    this.page.report.undos.length = 0; // from here, undo comes back to this line
    const next = this.after(at);
    if (next < 0) {
      this.page.drawLines();
      this.page.jump(item.line);
      this.draw();
    } else await this.show(next);
  }

  // The next line without a label, from the beginning again at the end; -1 when all have one.
  after(index) {
    const order = [...this.items.keys()];
    const next = [...order.slice(index + 1), ...order.slice(0, index + 1)].find((one) => this.items[one].label === null);
    return next ?? -1;
  }

  step(by) {
    const next = this.at + by;
    if (!this.busy && next >= 0 && next < this.items.length) this.show(next);
  }

  // Back to the line answered last: another label takes the place of the one it got.
  async back() {
    if (this.busy) return;
    const last = this.history.pop();
    if (last === undefined) {
      say(t.nothingToUndo);
      return;
    }
    await this.show(last);
    say(t.backAt);
  }

  draw() {
    const { items, current } = this;
    if (!current || this.page.report.doc !== current.doc) return;
    const done = items.length - this.left;
    const bar = byId("review-bar");
    bar.max = items.length;
    bar.value = done;
    byId("review-count").textContent = t.reviewCount(done, items.length);
    const line = this.page.report.find(current.line);
    const guess = line && t.reviewGuess(labelName(line.model), Math.round(line.probabilities[line.model] * 100));
    byId("review-place").textContent = t.reviewPlace(this.at + 1, items.length, current.doc, current.line);
    byId("review-line").textContent = line?.text.trim() ?? "";
    byId("review-guess").textContent = current.label === null ? (guess ?? "") : t.reviewGiven(labelName(current.label), guess ?? "");
    byId("review-done").hidden = this.left > 0;
    byId("review-done").textContent = t.reviewDone(items.length, this.page.model.corrections);
    byId("review-labels").replaceChildren(...this.labels.map((label, index) => this.button(label, index)));
    byId("review-back").disabled = this.at === 0;
    byId("review-next").disabled = this.at === items.length - 1;
    byId("undo").disabled = !this.history.length && !this.page.report.undos.length;
  }

  button(label, index) {
    return element(
      "button",
      {
        type: "button",
        class: `answer of-${label}`,
        "aria-pressed": String(this.current.label === label),
        onclick: () => this.answer(label),
      },
      element("span", { class: "swatch" }),
      labelName(label),
      element("kbd", {}, String(index + 1)),
    );
  }
}
