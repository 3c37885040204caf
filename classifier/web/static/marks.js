// Marks inside a line's text: what was searched for, and the words that decided.

import { element } from "./dom.js";

// `text` cut at code points: the server counts characters so, JavaScript's strings do not.
export function markWords(text, words) {
  const characters = Array.from(text);
  const strongest = Math.max(...words.map((word) => Math.abs(word.push)), 0.001);
  const nodes = [];
  let at = 0;
  for (const word of [...words].sort((a, b) => a.start - b.start)) {
    if (word.start < at) continue;
    nodes.push(characters.slice(at, word.start).join(""));
    const strength = Math.ceil((3 * Math.abs(word.push)) / strongest);
    const kind = `${word.push > 0 ? "for" : "against"} strength-${strength}`;
    nodes.push(element("mark", { class: `word ${kind}` }, characters.slice(word.start, word.end).join("")));
    at = word.end;
  }
  nodes.push(characters.slice(at).join(""));
  return nodes;
}

export function markSearch(text, wanted) {
  if (!wanted) return [text];
  const nodes = [];
  const low = text.toLowerCase();
  let at = 0;
  for (;;) {
    // Where small letters are longer than capitals (İ), positions would slip: nothing is marked then.
    const found = low.length === text.length ? low.indexOf(wanted, at) : -1;
    if (found < 0) break;
    nodes.push(text.slice(at, found), element("mark", {}, text.slice(found, found + wanted.length)));
    at = found + wanted.length;
  }
  nodes.push(text.slice(at));
  return nodes;
}
