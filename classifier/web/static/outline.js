// The headings at the side, each with what its section holds; a click jumps there.

import { byId, element } from "./dom.js";
import { labelName, t } from "./texts.js";

export function showOutline(report, jump) {
  const headings = report.lines.filter((line) => line.heading && line.label !== "unrelated");
  const items = headings.map((line) =>
    element(
      "li",
      { class: `level-${Math.min(line.heading_path.length, 3)}` },
      element(
        "button",
        { type: "button", class: `to-line of-${line.label}`, onclick: () => jump(line.line) },
        element("span", { class: "swatch", title: labelName(line.label) }),
        element("span", { class: "off-screen" }, `${labelName(line.label)} `),
        line.text.trim(),
      ),
    ),
  );
  byId("outline").replaceChildren(...(items.length ? items : [element("li", { class: "hint" }, t.noOutline)]));
}
