"""doccano's JSONL for sequence labelling: one record a document, each line a labelled span of its text.

So a line is labelled with its surroundings in sight. The other fields are doccano's metadata.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, parse_document, parse_line
from classifier.corpus.formats.rows import parse_extra, read_objects, with_headings
from classifier.document import is_blank


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write one record a document; in doccano choose JSONL, column `text`, label column `label`, encoding utf_8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            spans, at = [], 0
            for line in document.lines:
                spans.append([at, at + len(line.text), line.label.value])
                at += len(line.text) + 1
            record: dict[str, Any] = {
                "text": "\n".join(line.text for line in document.lines),
                "label": spans,
                "doc": document.doc,
                "genre": document.genre,
                "headings": [number for number, line in enumerate(document.lines, 1) if line.heading],
            }
            if document.extra:
                record["extra"] = document.extra
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read(path: Path) -> list[LabelledDocument]:
    """The documents of a JSONL export of doccano's sequence labelling; every line must have one label."""
    documents = []
    for number, (where, record) in enumerate(read_objects(path), 1):
        text = record.get("text")
        if not isinstance(text, str):
            raise CorpusError(f'{where}: expected the document in "text", got {str(text)[:40]!r}')
        spans = _spans(record, where)
        headings = record.get("headings")
        lines: list[dict[str, Any]] = []
        at = count = 0
        for piece in text.split("\n"):
            start, end = at, at + len(piece)
            at = end + 1
            if is_blank(piece):
                continue
            count += 1
            place = f"{where}, line {count} of {record.get('doc') or path.stem}"
            value: dict[str, Any] = {"text": piece, "label": _label(spans, start, end, place)}
            if isinstance(headings, list):
                value["heading"] = count in headings and value["label"] not in ("unrelated", "无关")
            parse_line(value, place)
            lines.append(value)
        doc = record.get("doc") or f"{path.stem}-{number}"
        extra = parse_extra(record.get("extra"), where)
        genre = record.get("genre") or "unknown"
        documents.append(parse_document({"doc": doc, "genre": genre, **extra, "lines": with_headings(lines)}, where))
    return documents


def _spans(record: dict[str, Any], where: str) -> list[tuple[int, int, str]]:
    """Spans as lists, as doccano takes them, or as objects, as it gives them where relations are on."""
    given = record.get("label", record.get("entities"))
    spans = []
    for span in given if isinstance(given, list) else [given]:
        values = [span.get(key) for key in ("start_offset", "end_offset", "label")] if isinstance(span, dict) else span
        if not (isinstance(values, list) and len(values) == 3 and isinstance(values[0], int) and isinstance(values[1], int)):
            raise CorpusError(f"{where}: expected spans [start, end, label], got {str(span)[:60]!r}")
        spans.append((values[0], values[1], str(values[2])))
    return spans


def _label(spans: Sequence[tuple[int, int, str]], start: int, end: int, where: str) -> str:
    """The label of the span that covers most of the line: people seldom mark to the very letter."""
    shares: dict[str, int] = {}
    for first, last, label in spans:
        inside = min(last, end) - max(first, start)
        if inside > 0:
            shares[label] = shares.get(label, 0) + inside
    if not shares:
        raise CorpusError(f"{where}: no span labels this line")
    return max(shares, key=shares.__getitem__)
