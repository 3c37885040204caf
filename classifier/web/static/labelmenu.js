// The menu of five labels beside a line.

import { element } from "./dom.js";
import { labelName, t } from "./texts.js";

export class LabelMenu {
  constructor(labels, choose) {
    this.labels = labels;
    this.choose = choose;
    this.node = null;
    document.addEventListener("click", (event) => {
      if (this.node && !this.node.contains(event.target) && !this.opener.contains(event.target)) this.close();
    });
  }

  open(line, opener) {
    const again = this.opener === opener && this.node;
    this.close();
    if (again) return;
    this.opener = opener;
    this.back = opener.closest(".line");
    const items = this.labels.map((label, number) =>
      element(
        "button",
        {
          type: "button",
          role: "menuitemradio",
          class: `menu-item of-${label}`,
          "aria-checked": String(line.label === label),
          onclick: () => {
            this.close();
            this.choose(line.line, label);
          },
        },
        element("span", { class: "swatch" }),
        labelName(label),
        element("kbd", {}, String(number + 1)),
      ),
    );
    const keys = (event) => this.keys(event, items);
    this.node = element("div", { class: "menu label-menu", role: "menu", "aria-label": t.chooseLabel, onkeydown: keys }, ...items);
    opener.after(this.node);
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0]).focus();
  }

  close() {
    if (!this.node) return;
    const focused = this.node.contains(document.activeElement);
    this.node.remove();
    this.node = null;
    if (focused) this.back.focus({ preventScroll: true });
  }

  keys(event, items) {
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: items.length - 1 };
    const digit = Number(event.key);
    if (event.key in moves) items[(moves[event.key] + items.length) % items.length].focus();
    else if (digit >= 1 && digit <= items.length) items[digit - 1].click();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  }
}
