// How a report comes in: typed, pasted, opened or dropped.

import { readFile } from "./api.js";
import { byId } from "./dom.js";
import { calm, complain, say, warn } from "./notices.js";
import { t } from "./texts.js";

const PAUSE = 350; // milliseconds without a key before typed text is read

export class Intake {
  // `read(text, source, fresh)` is told of new text; `fresh` where it is another report, not an edit.
  constructor(read, limits) {
    this.read = read;
    this.limits = limits;
    this.box = byId("source");
    this.timer = 0;
    this.fresh = true;
    this.closed = false; // nothing is dropped in while the page asks for labels
    this.turn = 0;
    this.box.addEventListener("input", () => this.later(PAUSE));
    this.box.addEventListener("paste", () => {
      // Over an empty box, or over all of its text, a paste brings another report.
      const whole = this.box.selectionEnd - this.box.selectionStart >= this.box.value.trim().length;
      this.fresh ||= whole;
      setTimeout(() => this.later(20));
    });
    byId("file").addEventListener("change", (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) this.take(file);
    });
    this.drops();
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const fresh = this.fresh;
      this.fresh = !this.box.value.trim();
      this.read(this.box.value, fresh ? "" : undefined, fresh);
    }, pause);
  }

  put(text, source, { fresh = true } = {}) {
    clearTimeout(this.timer);
    this.box.value = text;
    this.fresh = false;
    // The box turns every line end into a line feed; what is read is what the box holds.
    return this.read(this.box.value, source, fresh);
  }

  drops() {
    const over = (on) => byId("intake").classList.toggle("is-over", on);
    const holdsSomething = (event) => [...event.dataTransfer.types].some((type) => type === "Files" || type === "text/plain");
    addEventListener("dragover", (event) => {
      if (!holdsSomething(event)) return;
      event.preventDefault();
      over(!this.closed);
    });
    addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
    addEventListener("drop", (event) => {
      over(false);
      const [file] = event.dataTransfer.files;
      const text = event.dataTransfer.getData("text/plain");
      if (!file && !text) return;
      event.preventDefault();
      if (this.closed) return;
      if (file) this.take(file);
      else this.put(text, "");
    });
  }

  async take(file) {
    const turn = ++this.turn;
    calm();
    if (file.size > this.limits.body) {
      complain({ code: "too_large" }, file.name);
      return;
    }
    say(t.working);
    try {
      const found = await readFile(file);
      if (turn !== this.turn) return;
      if (!found.text.trim()) {
        say("");
        warn(t.fileEmpty(file.name));
        return;
      }
      await this.put(found.text, file.name.slice(0, 200));
      if (found.replaced_lines.length) warn(t.replaced(found.replaced_lines.slice(0, 5).join(", ")));
    } catch (error) {
      say("");
      complain(error, file.name);
    }
  }
}
