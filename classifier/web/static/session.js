// The text survives a reload of this tab, and goes with it: reports are confidential.

const KEY = "baogao-report";
const LIMIT = 2_000_000; // browsers keep about 5 MB

export function keep(report) {
  try {
    if (!report.text || report.text.length > LIMIT) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ text: report.text, doc: report.doc, source: report.source }));
  } catch {
    // Full, or forbidden: a reload then starts empty.
  }
}

export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}
