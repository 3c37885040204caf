// What stands around the report: the words of the page, the switch of languages, the list of keys.

import { byId, element } from "./dom.js";
import { currentLanguage, fillTexts, t } from "./texts.js";

export function drawFrame(corrections) {
  fillTexts(document);
  document.title = t.title;
  byId("language").textContent = t.otherLanguage;
  byId("language").lang = currentLanguage() === "en" ? "zh-CN" : "en";
  if (!isLocal()) document.querySelector(".intake .hint").textContent = t.privacyFar;
  byId("help-keys").replaceChildren(
    ...t.keys.flatMap(([key, told]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, told)]),
  );
  byId("help-file").textContent = t.correctionsFile(corrections);
}

function isLocal() {
  return ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
}
