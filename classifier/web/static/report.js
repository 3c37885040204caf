// What is on the page: the answer of the server, the labels put right since, and what can be undone.

export const UNSURE_BELOW = 0.6; // lines below are marked "please check": at even odds against all others together, and a little over

export class Report {
  constructor() {
    this.clear();
  }

  clear() {
    this.text = "";
    this.source = ""; // name of the file the text came from
    this.doc = ""; // name of the document in the corrections file: stays while the text is edited
    this.lines = [];
    this.corrected = new Map(); // line number -> label
    this.undos = []; // {key, from, to}
  }

  // Take the server's answer for `text`. Corrections of this page stay with lines of the same text.
  take(text, answer) {
    const own = this.keyed();
    this.text = text;
    this.doc = answer.doc;
    this.lines = answer.lines.map((line) => ({ ...line, model: line.label }));
    this.corrected = new Map();
    const kept = new Map(answer.corrections.map((one) => [one.line, one.label]));
    for (const line of this.keys()) {
      const label = own.get(line.key) ?? kept.get(line.line);
      if (label !== undefined) this.put(line.line, label);
    }
  }

  // Lines with a key that survives the editing of others: text, and how many of the same stand before.
  *keys() {
    const seen = new Map();
    for (const line of this.lines) {
      const before = seen.get(line.text) ?? 0;
      seen.set(line.text, before + 1);
      yield Object.assign(line, { key: `${before}\n${line.text}` });
    }
  }

  keyed() {
    return new Map(this.lines.filter((line) => this.corrected.has(line.line)).map((line) => [line.key, line.label]));
  }

  find(number) {
    return this.lines.find((line) => line.line === number);
  }

  // Set a label without keeping it; true when it is another than before.
  put(number, label) {
    const line = this.find(number);
    if (!line || line.label === label) return false;
    line.label = label;
    if (label === line.model) this.corrected.delete(number);
    else this.corrected.set(number, label);
    return true;
  }

  confidence(line) {
    return line.probabilities[line.label] ?? 0;
  }

  unsure(line) {
    return !this.corrected.has(line.line) && this.confidence(line) < UNSURE_BELOW;
  }

  // The correction as the server keeps it, the document around it.
  correction(line, from, to) {
    return {
      doc: this.doc,
      ...(this.source ? { source: this.source } : {}),
      line: this.lines.indexOf(line) + 1,
      old: from,
      new: to,
      lines: this.lines.map((one) => ({
        text: one.text,
        label: one.label,
        heading: one.heading && one.label !== "unrelated",
      })),
    };
  }

  labels() {
    return Object.fromEntries(this.corrected);
  }

  counts() {
    const counts = {};
    for (const line of this.lines) counts[line.label] = (counts[line.label] ?? 0) + 1;
    return counts;
  }

  // Characters of the three labels that answer what a report tells; headings count only with nothing under them,
  // for then they are items of a list.
  characters() {
    const sums = { achievement: 0, measure: 0, problem: 0 };
    const lines = this.lines.filter((line) => line.label !== "unrelated");
    lines.forEach((line, at) => {
      const over = line.heading && lines[at + 1]?.heading_path.includes(line.text.trim());
      if (line.label in sums && !over) sums[line.label] += line.text.trim().length;
    });
    return sums;
  }
}
