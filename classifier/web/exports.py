"""A report to take away: cleaned (TXT, DOCX), as a digest by label (Markdown, DOCX), as a table (CSV, JSONL)."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from classifier.labels import LABELS, THREE, Label
from classifier.render import View, render
from classifier.report import ClassifiedReport

_BOM = "\ufeff"
"""Excel, and Notepad of older Windows, take UTF-8 for UTF-8 only with a byte-order mark."""

_FORMULA = ("=", "+", "-", "@", "\t")
"""What makes a spreadsheet take a cell for a formula."""

_HEADINGS = ("行号", "类别", "标题", "把握", *(f"{label.chinese}概率" for label in LABELS), "所在标题", "正文")


@dataclass(frozen=True)
class Export:
    """A kind of file: what the page calls it, its name's end, its media type, and what makes it."""

    suffix: str
    media_type: str
    make: Callable[[ClassifiedReport, str], bytes]


def clean_txt(report: ClassifiedReport, title: str) -> bytes:
    """The cleaned report as Windows' editors have it: UTF-8 with a mark, CRLF."""
    lines = report.clean_text().replace("\r\n", "\n").replace("\r", "\n").strip("\n").replace("\n", "\r\n")
    return (_BOM + lines + "\r\n").encode("utf-8", "replace")


def digest_markdown(report: ClassifiedReport, title: str) -> bytes:
    """The digest by label."""
    head = f"# {title}\n\n" if title else ""
    return (head + "".join(render([("", report)], "markdown", View()))).encode("utf-8", "replace")


def table_csv(report: ClassifiedReport, title: str) -> bytes:
    """The table for Excel: a mark, CRLF between rows, Chinese headings; a text that would be a formula has `'` before it."""
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for line in report.lines:
        chances = [round(line.probabilities[label], 4) for label in LABELS]
        path = " › ".join(line.heading_path)
        row = [line.number, line.label.chinese, "是" if line.heading else "", round(line.confidence, 4), *chances]
        writer.writerow([*row, _cell(path), _cell(line.text)])
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(text: str) -> str:
    # NUL ends a cell in Excel; what starts like a formula would be run as one.
    text = text.replace("\0", "")
    return "'" + text if text.lstrip(" \u3000").startswith(_FORMULA) else text


def table_jsonl(report: ClassifiedReport, title: str) -> bytes:
    """The records of `baogao classify --format jsonl`."""
    return "".join(render([("", report)], "jsonl", View())).encode("utf-8", "backslashreplace")


def clean_docx(report: ClassifiedReport, title: str) -> bytes:
    """The cleaned report as a Word document: the title, headings, paragraphs with the indent of two characters."""
    from classifier.web.word import WordFile

    word = WordFile(title)
    kept = [line for line in report.lines if line.label is not Label.UNRELATED]
    for number, line in enumerate(kept):
        if number == 0 and line.heading and not line.heading_path:
            word.title(line.text)
        elif line.heading:
            word.heading(line.text, 1 + min(len(line.heading_path), 3))
        else:
            word.paragraph(line.text)
    return word.data()


def digest_docx(report: ClassifiedReport, title: str) -> bytes:
    """The digest by label as a Word document."""
    from classifier.web.word import WordFile

    word = WordFile(title)
    if title:
        word.title(title)
    for label in THREE:
        word.heading(label.chinese, 1)
        lines = report.told(label)
        last: tuple[str, ...] = ()
        for line in lines:
            if line.heading_path and line.heading_path != last:
                word.heading(" › ".join(line.heading_path), 3)
            last = line.heading_path
            word.paragraph(line.text)
        if not lines:
            word.paragraph("（无）")
    return word.data()


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

EXPORTS: dict[str, Export] = {
    "clean-txt": Export(".txt", "text/plain; charset=utf-8", clean_txt),
    "clean-docx": Export(".docx", _WORD, clean_docx),
    "digest-md": Export(".md", "text/markdown; charset=utf-8", digest_markdown),
    "digest-docx": Export(".docx", _WORD, digest_docx),
    "table-csv": Export(".csv", "text/csv; charset=utf-8", table_csv),
    "table-jsonl": Export(".jsonl", "application/jsonl; charset=utf-8", table_jsonl),
}
