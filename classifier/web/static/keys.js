// Keys for the whole page. Where someone types, letters stay letters.

import { byId } from "./dom.js";

export function listen({ move, step, relabel, undo, openMenu }) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    const typing = target.closest("textarea, input, select, dialog, [role=menu]");
    if (typing) {
      if (event.key === "Escape" && target.id === "search") leaveSearch(target);
      return;
    }
    const digit = Number(event.key);
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else if (event.key === "u") undo();
    else if (event.key === "/") byId("search").focus();
    else if (event.key === "?") byId("help").showModal();
    else if (digit >= 1 && digit <= 5) relabel(digit - 1);
    else if (event.key === "Enter" && target.classList.contains("line")) openMenu();
    else return;
    event.preventDefault();
  });
}

function leaveSearch(box) {
  box.value = "";
  box.dispatchEvent(new Event("input"));
  box.blur();
}
