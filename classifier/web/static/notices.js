// What the page says of itself: a quiet line for what went well, a box for what went wrong.

import { byId } from "./dom.js";
import { t } from "./texts.js";

const SHOWN = 6000; // milliseconds after which a narrow screen needs the room again
let timer = 0;

export function say(text) {
  const status = byId("status");
  status.textContent = text;
  status.classList.remove("is-old");
  clearTimeout(timer);
  timer = setTimeout(() => status.classList.add("is-old"), SHOWN);
}

export function complain(error, before = "") {
  const told = t.errors[error.code] ?? t.errors.other(error.message);
  byId("alert-text").textContent = before ? `${before}：${told}` : told;
  byId("alert").hidden = false;
  if (error.code === undefined) console.error(error);
}

export function warn(text) {
  byId("alert-text").textContent = text;
  byId("alert").hidden = false;
}

export function calm() {
  byId("alert").hidden = true;
}
