"""A classified report as text, JSON, JSONL, CSV or Markdown. Strings out; nothing is printed here."""

import csv
import io
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from classifier.labels import LABELS, THREE, Label
from classifier.report import ClassifiedLine, ClassifiedReport

FORMATS = ("text", "json", "jsonl", "csv", "markdown")

_ANSI = {
    Label.ACHIEVEMENT: "32",
    Label.MEASURE: "34",
    Label.PROBLEM: "31",
    Label.BACKGROUND: "0",
    Label.UNRELATED: "2",
}


@dataclass(frozen=True)
class View:
    """What of a report is shown and how.

    `only` keeps these labels alone; `keep_unrelated` shows unrelated lines; lines whose confidence is
    below `min_confidence` are marked uncertain; `three` leaves out background; `chinese` gives labels
    their Chinese names; `colour` uses terminal colours in text.
    """

    only: Collection[Label] = ()
    keep_unrelated: bool = True
    min_confidence: float = 0.0
    three: bool = False
    chinese: bool = False
    colour: bool = False

    def apply(self, report: ClassifiedReport) -> ClassifiedReport:
        """The report as this view answers it (all lines)."""
        return report.in_three() if self.three else report

    def shows(self, line: ClassifiedLine) -> bool:
        """Whether the line is among those shown."""
        if self.only:
            return line.label in self.only
        return self.keep_unrelated or line.label is not Label.UNRELATED

    def name(self, label: Label) -> str:
        """The label's name in this view's language."""
        return label.chinese if self.chinese else label.value

    def uncertain(self, line: ClassifiedLine) -> bool:
        """Whether the line's confidence is below the threshold."""
        return line.confidence < self.min_confidence


def record(line: ClassifiedLine, view: View) -> dict[str, Any]:
    """One line's answer as plain JSON values. `uncertain` is there when the view has a threshold."""
    values: dict[str, Any] = {
        "line": line.number,
        "text": line.text,
        "label": view.name(line.label),
        "heading": line.heading,
        "confidence": round(line.confidence, 6),
        "probabilities": {view.name(label): round(p, 6) for label, p in line.probabilities.items()},
        "heading_path": list(line.heading_path),
    }
    if view.min_confidence:
        values["uncertain"] = view.uncertain(line)
    return values


def render(reports: Sequence[tuple[str, ClassifiedReport]], form: str, view: View) -> Iterator[str]:
    """Pieces of the output for (source name, report) pairs. `form` is one of FORMATS, else ValueError."""
    answered = [(name, view.apply(report)) for name, report in reports]
    several = len(answered) > 1
    if form == "text":
        for name, report in answered:
            yield from _text(name if several else "", report, view)
    elif form == "jsonl":
        for name, report in answered:
            for line in filter(view.shows, report.lines):
                source = {"source": name} if several else {}
                yield json.dumps({**source, **record(line, view)}, ensure_ascii=False) + "\n"
    elif form == "json":
        objects = [_object(name, report, view) for name, report in answered]
        yield json.dumps(objects if several else objects[0], ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        yield from _csv(answered, view, several)
    elif form == "markdown":
        for name, report in answered:
            yield from _markdown(name if several else "", report, view)
    else:
        raise ValueError(f"unknown format {form!r}; the formats are {', '.join(FORMATS)}")


def _object(name: str, report: ClassifiedReport, view: View) -> dict[str, Any]:
    counts = {
        view.name(label): count for label, count in report.counts().items() if not (view.three and label is Label.BACKGROUND)
    }
    return {"source": name, "counts": counts, "lines": [record(line, view) for line in report.lines if view.shows(line)]}


def _paint(text: str, codes: str, view: View) -> str:
    return f"\x1b[{codes}m{text}\x1b[0m" if view.colour else text


def printable(text: str) -> str:
    """`text` with control characters as their pictures: they could move the cursor or colour the screen."""
    if text.isprintable():
        return text
    return "".join(
        chr(0x2400 + ord(c)) if ord(c) < 32 and c != "\t" else "\ufffd" if 0x7F <= ord(c) < 0xA0 else c for c in text
    )


def _text(name: str, report: ClassifiedReport, view: View) -> Iterator[str]:
    if name:
        yield _paint(f"== {name} ==", "1", view) + "\n"
    for line in filter(view.shows, report.lines):
        mark = "?" if view.uncertain(line) else " "
        indent = "  " * len(line.heading_path)
        head = f"{line.label.chinese} {line.confidence:>4.0%}{mark}"
        text = printable(line.text.strip())
        if line.heading:
            text = _paint(text, "1" if line.label is Label.BACKGROUND else f"1;{_ANSI[line.label]}", view)
        elif line.label is Label.UNRELATED:
            text = _paint(text, "2", view)
        yield f"{_paint(head, _ANSI[line.label], view)} │ {indent}{text}\n"
    counts = report.counts()
    shown = [label for label in LABELS if not (view.three and label is Label.BACKGROUND)]
    summary = "，".join(f"{label.chinese} {counts[label]}" for label in shown if label is not Label.UNRELATED)
    yield f"{_paint('──', '2', view)} 共 {len(report.lines)} 行：{summary}；无关 {counts[Label.UNRELATED]} 行"
    if counts[Label.UNRELATED] and not any(view.shows(line) for line in report.by_label(Label.UNRELATED)):
        yield "（未显示）"
    unsure = sum(view.uncertain(line) for line in report.lines)
    yield f"；把握不足 {unsure} 行（标 ?）\n" if view.min_confidence else "\n"


def csv_columns(view: View) -> list[str]:
    """Names of the CSV's columns."""
    labels = [label for label in LABELS if not (view.three and label is Label.BACKGROUND)]
    columns = ["line", "label", "heading", "confidence", *(f"p_{view.name(label)}" for label in labels), "heading_path", "text"]
    return [*columns, "uncertain"] if view.min_confidence else columns


def _csv(answered: Sequence[tuple[str, ClassifiedReport]], view: View, several: bool) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*(["source"] if several else []), *csv_columns(view)])
    for name, report in answered:
        for line in filter(view.shows, report.lines):
            values = record(line, view)
            row = [values["line"], values["label"], str(values["heading"]).lower(), values["confidence"]]
            row += [*values["probabilities"].values(), " > ".join(values["heading_path"]), values["text"]]
            if view.min_confidence:
                row.append(str(values["uncertain"]).lower())
            writer.writerow([*([name] if several else []), *row])
    yield buffer.getvalue()


def _markdown(name: str, report: ClassifiedReport, view: View) -> Iterator[str]:
    """A digest: paragraphs under the three labels, each group under its own heading of the source."""
    if name:
        yield f"# {_escaped(name)}\n\n"
    level = "##" if name else "#"
    wanted = [label for label in THREE if not view.only or label in view.only]
    for label in wanted:
        lines = report.told(label)
        yield f"{level} {label.chinese}\n\n"
        if not lines:
            yield "（无）\n\n"
        last: tuple[str, ...] = ()
        for line in lines:
            if line.heading_path and line.heading_path != last:
                yield f"**{_escaped(' › '.join(line.heading_path))}**\n\n"
            last = line.heading_path
            mark = "（把握不足）" if view.uncertain(line) else ""
            yield f"- {_escaped(line.text.strip())}{mark}\n\n"


def _escaped(text: str) -> str:
    """Text whose own marks do not act as Markdown or HTML."""
    text = printable(text)
    for mark in "\\`*_[]<>":
        text = text.replace(mark, "\\" + mark)
    return text
