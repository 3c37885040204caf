// Puts the page together: text in, answers out, labels put right.

import { about, classify, correct } from "./api.js";
import { Detail } from "./detail.js";
import { byId } from "./dom.js";
import { drawFrame } from "./frame.js";
import { Intake } from "./intake.js";
import { listen } from "./keys.js";
import { LabelMenu } from "./labelmenu.js";
import { Lines } from "./lines.js";
import { calm, complain, say } from "./notices.js";
import { showOutline } from "./outline.js";
import { Report } from "./report.js";
import { Review } from "./review.js";
import { keep, kept } from "./session.js";
import { Filters, showShares } from "./summary.js";
import { TakeAway } from "./takeaway.js";
import { chooseLanguage, currentLanguage, fillTexts, keepLanguage, labelName, learnLabelNames, startingLanguage, t } from "./texts.js";

class Page {
  constructor(model) {
    this.labels = model.labels.map((label) => label.name);
    this.model = model;
    this.report = new Report();
    this.search = "";
    this.current = 0;
    this.turn = 0;
    this.saving = Promise.resolve();
    this.filters = new Filters(() => this.drawLines());
    this.lines = new Lines(this, {
      choose: (number, how) => this.choose(number, how),
      relabel: (number, opener) => this.menu.open(this.report.find(number), opener),
    });
    this.detail = new Detail(this.labels);
    this.menu = new LabelMenu(this.labels, (number, label) => this.relabel(number, label));
    this.review = model.review === null ? null : new Review(this, this.labels);
    this.takeAway = new TakeAway(this.report);
    this.intake = new Intake((text, source, fresh) => this.read(text, source, fresh), model.limits);
    this.intake.closed = this.review !== null;
    this.listen();
  }

  get narrowed() {
    return this.filters.active || this.search !== "";
  }

  lets(line) {
    return this.filters.lets(this.report, line) && (!this.search || line.text.toLowerCase().includes(this.search));
  }

  listen() {
    byId("search").addEventListener("input", (event) => {
      this.search = event.target.value.trim().toLowerCase();
      this.drawLines();
    });
    byId("undo").addEventListener("click", () => this.takeBack());
    byId("clear").addEventListener("click", () => {
      this.intake.put("", "");
      byId("source").focus();
    });
    byId("alert-close").addEventListener("click", calm);
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    byId("language").addEventListener("click", () => {
      chooseLanguage(currentLanguage() === "en" ? "zh" : "en");
      keepLanguage();
      this.draw();
    });
    listen({
      move: (step) => this.move(step),
      step: (by) => this.review?.step(by),
      relabel: (index) => this.current && this.relabel(this.current, this.labels[index]),
      undo: () => this.takeBack(),
      openMenu: () => this.lines.rows.get(this.current)?.querySelector(".label").click(),
    });
  }

  // Show a document of a review under its own name; true when it stands on the page.
  async open(text, doc) {
    this.forget();
    this.report.doc = doc;
    await this.intake.put(text, doc.split(/[\\/]/).at(-1), { fresh: false });
    return this.report.text === byId("source").value && this.report.lines.length > 0;
  }

  // Nothing of the report before is left: another one comes.
  forget() {
    this.report.clear();
    this.lines.reset();
    this.filters.clear();
    this.search = byId("search").value = "";
    this.current = 0;
  }

  // Classify `text`. Only the newest question's answer is shown, however late the others come.
  async read(text, source, fresh) {
    const turn = ++this.turn;
    this.abort?.abort();
    this.abort = new AbortController();
    if (fresh) this.forget();
    if (source !== undefined) this.report.source = source;
    calm();
    if (!text.trim()) {
      this.report.clear();
      say("");
      this.keep();
      this.draw();
      return;
    }
    say(t.working);
    const started = performance.now();
    try {
      await this.saving; // corrections on their way are part of the answer
      const answer = await classify(text, this.report.doc, this.abort.signal);
      if (turn !== this.turn) return;
      this.report.take(text, answer);
      if (!this.report.find(this.current)) this.current = 0;
      this.keep();
      this.draw();
      const unrelated = this.report.counts().unrelated ?? 0;
      say(answer.lines.length ? t.done(answer.lines.length, unrelated, performance.now() - started) : t.noText);
    } catch (error) {
      if (error.name === "AbortError" || turn !== this.turn) return;
      say("");
      complain(error);
    }
  }

  // Over a reload, what waits for a label comes from the server again.
  keep() {
    if (!this.review) keep(this.report);
  }

  draw() {
    drawFrame(this.model.corrections);
    const any = this.report.lines.length > 0;
    byId("result").hidden = !any;
    byId("clear").hidden = !any && !byId("source").value;
    document.body.classList.toggle("has-result", any);
    this.takeAway.draw();
    this.review?.draw();
    this.detail.forget();
    this.drawSummary();
    this.drawLines();
  }

  drawSummary() {
    showShares(this.report);
    this.filters.show(this.report, this.labels);
    showOutline(this.report, (number) => this.jump(number));
    byId("undo").disabled = this.report.undos.length === 0 && !this.review?.history.length;
  }

  drawLines() {
    this.menu.close();
    this.filters.show(this.report, this.labels);
    this.lines.draw();
    this.detail.forget();
    this.mark();
  }

  // One row can be reached with Tab; j and k move it.
  mark() {
    for (const row of this.lines.rows.values()) {
      row.tabIndex = -1;
      row.classList.remove("is-current");
      row.removeAttribute("aria-current");
    }
    const row = this.lines.rows.get(this.current);
    const first = row ?? this.lines.rows.values().next().value;
    if (first) first.tabIndex = 0;
    row?.classList.add("is-current");
    row?.setAttribute("aria-current", "true");
  }

  choose(number, how) {
    const row = this.lines.rows.get(number);
    const line = this.report.find(number);
    if (!row || !line || (how === "focus" && this.shown === row)) return;
    if (how === "focus") {
      this.current = number;
      this.mark();
    }
    this.shown = row;
    this.detail.show(this.report, line, row);
  }

  jump(number) {
    if (this.narrowed && !this.lets(this.report.find(number))) {
      this.filters.clear();
      this.search = byId("search").value = "";
      this.drawLines();
    }
    if (!this.lines.reveal(number)) return;
    const row = this.lines.rows.get(number);
    this.current = number;
    this.mark();
    row.scrollIntoView({ block: row.offsetHeight > innerHeight / 2 ? "start" : "center" }); // a tall one from its beginning
    row.focus({ preventScroll: true });
  }

  move(step) {
    const numbers = this.lines.numbers();
    if (!numbers.length) return;
    const at = numbers.indexOf(this.current);
    const after = numbers.findIndex((number) => number > this.current);
    const next = at >= 0 ? at + step : step > 0 ? Math.max(after, 0) : (after < 0 ? numbers.length : after) - 1;
    this.jump(numbers[Math.min(Math.max(next, 0), numbers.length - 1)]);
  }

  relabel(number, label) {
    if (this.review?.current?.line === number) {
      this.review.answer(label);
      return;
    }
    const line = this.report.find(number);
    const from = line?.label;
    if (!line || !this.report.put(number, label)) return;
    this.report.undos.push({ key: line.key, from, to: label });
    this.save(line, from, label, t.changed(number, labelName(from), labelName(label)));
  }

  takeBack() {
    if (this.review && !this.report.undos.length) this.review.back();
    else this.undo();
  }

  undo() {
    const last = this.report.undos.pop();
    const line = last && this.report.lines.find((one) => one.key === last.key);
    if (!line) {
      say(t.nothingToUndo);
      this.drawSummary();
      return;
    }
    const from = line.label;
    if (!this.report.put(line.line, last.from)) return;
    this.save(line, from, last.from, t.undone(line.line, labelName(last.from)));
  }

  // Corrections are sent one after another, so that the file has them in the order they were made. True once it is kept.
  save(line, from, to, told) {
    const correction = this.report.correction(line, from, to);
    this.saving = this.saving
      .then(() => correct(correction))
      .then(() => {
        say(told);
        return true;
      })
      .catch((error) => {
        complain(error, t.changedUnsaved(line.line));
        return false;
      });
    const saved = this.saving;
    const focused = this.lines.rows.get(line.line)?.contains(document.activeElement);
    const unfolded = from === "unrelated" || to === "unrelated";
    this.drawSummary();
    this.shown = null;
    if (unfolded || this.narrowed) {
      this.lines.draw();
      if (!this.narrowed || this.lets(line)) this.lines.reveal(line.line);
      this.mark();
      if (focused) this.lines.rows.get(line.line)?.focus({ preventScroll: true });
    } else {
      this.lines.redraw(line.line);
    }
    const row = this.lines.rows.get(line.line);
    if (row) this.detail.show(this.report, line, row);
    return saved;
  }
}

async function start() {
  chooseLanguage(startingLanguage());
  fillTexts(document);
  byId("language").textContent = t.otherLanguage;
  let model;
  try {
    model = await about();
  } catch (error) {
    complain(error);
    return;
  }
  learnLabelNames(model.labels);
  for (const label of model.labels) document.documentElement.style.setProperty(`--${label.name}`, label.colour);
  const page = new Page(model);
  page.draw();
  const before = kept();
  if (page.review) {
    await page.review.start().catch(complain);
  } else if (before?.text) {
    page.report.doc = before.doc;
    await page.intake.put(before.text, before.source, { fresh: false });
  } else if (byId("source").value.trim()) {
    await page.intake.put(byId("source").value, ""); // the browser kept the box over a reload
  }
  document.documentElement.dataset.ready = "yes";
}

start();
