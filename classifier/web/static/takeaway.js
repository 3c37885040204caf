// Copy and download.

import { exported } from "./api.js";
import { byId, element } from "./dom.js";
import { complain, say } from "./notices.js";
import { t } from "./texts.js";

export class TakeAway {
  constructor(report) {
    this.report = report;
    const open = byId("take");
    open.addEventListener("click", () => this.toggle(byId("take-menu").hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".menu-holder")) this.toggle(false);
    });
    open.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || byId("take-menu").hidden) return;
      this.toggle(false);
      open.focus();
    });
  }

  toggle(open) {
    byId("take-menu").hidden = !open;
    byId("take").setAttribute("aria-expanded", String(open));
  }

  draw() {
    const entry = (name, kind, action) => {
      const act = () => {
        this.toggle(false);
        byId("take").focus();
        action().catch(complain);
      };
      return element(
        "button",
        { type: "button", class: "menu-item", onclick: act },
        name,
        kind && element("span", { class: "kind" }, kind),
      );
    };
    const files = Object.entries(t.exports).map(([format, [name, kind]]) => entry(name, kind, () => this.download(format)));
    byId("take-menu").replaceChildren(entry(t.copyClean, "", () => this.copy()), ...files);
  }

  // The title of the report names its files.
  title(format) {
    const first = this.report.lines.find((line) => line.heading && line.label !== "unrelated");
    const name = this.report.source.replace(/\.[^.]*$/, "") || first?.text.trim() || t.report;
    const safe = Array.from(name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]/gu, "")).slice(0, 40).join("").trim();
    return `${safe || t.report}-${t.exportNames[format.split("-")[0]]}`;
  }

  file(format) {
    return exported({ text: this.report.text, format, title: this.title(format), labels: this.report.labels() });
  }

  async download(format) {
    const endings = { "clean-docx": "docx", "digest-docx": "docx", "clean-txt": "txt", "digest-md": "md", "table-csv": "csv" };
    const blob = await this.file(format);
    const link = element("a", { href: URL.createObjectURL(blob), download: `${this.title(format)}.${endings[format] ?? "jsonl"}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async copy() {
    const text = (await (await this.file("clean-txt")).text()).replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
    try {
      await navigator.clipboard.writeText(text);
      say(t.copied);
    } catch {
      // Without TLS, and beyond this machine, browsers give pages no clipboard.
      say(copyByHand(text) ? t.copied : t.notCopied);
    }
  }
}

function copyByHand(text) {
  const box = element("textarea", { class: "off-screen" });
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  return copied;
}
