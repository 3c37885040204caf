"""Documents as one row a line, and back: what tables and line-wise tools share."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, parse_document, parse_line, read_json_lines
from classifier.document import Document, is_blank

COLUMNS = ("doc", "genre", "line", "heading", "label", "text", "extra")
"""`extra` holds the document's other fields as JSON, on its first line only; it is empty elsewhere."""


def rows_of(documents: Iterable[LabelledDocument]) -> Iterator[dict[str, Any]]:
    """One row of COLUMNS a line; `line` counts from 1."""
    for document in documents:
        for number, line in enumerate(document.lines, 1):
            yield {
                "doc": document.doc,
                "genre": document.genre,
                "line": number,
                "heading": line.heading,
                "label": line.label.value,
                "text": line.text,
                "extra": json.dumps(document.extra, ensure_ascii=False) if document.extra and number == 1 else "",
            }


def documents_of_rows(rows: Sequence[tuple[str, Mapping[str, Any]]], name: str) -> list[LabelledDocument]:
    """Documents of (where, row) pairs, in order of first sight, their lines in order of `line`.

    Rows without `doc` belong to the document `name`; without `line` they stand in the order given;
    without `heading` headings are found by how they look. CorpusError is led by the row's `where`.
    """
    by_doc: dict[str, list[tuple[float, str, Mapping[str, Any]]]] = {}
    for order, (where, row) in enumerate(rows):
        given = row.get("line")
        try:
            place = float(given) if given not in (None, "") else float(order)
        except (TypeError, ValueError):
            raise CorpusError(f'{where}: expected a number in "line", got {str(given)[:40]!r}') from None
        by_doc.setdefault(str(row.get("doc") or name), []).append((place, where, row))
    return [_document(doc, sorted(lines, key=lambda one: one[0])) for doc, lines in by_doc.items()]


def _document(doc: str, lines: Sequence[tuple[float, str, Mapping[str, Any]]]) -> LabelledDocument:
    values: list[dict[str, Any]] = []
    extra: dict[str, Any] = {}
    for _, where, row in lines:
        value = {"text": row.get("text"), "label": row.get("label")}
        if row.get("heading") not in (None, ""):
            value["heading"] = truth(row["heading"], where)
        parse_line(value, where)
        values.append(value)
        extra |= parse_extra(row.get("extra"), where)
    genre = next((row["genre"] for _, _, row in lines if row.get("genre")), "unknown")
    return parse_document({"doc": doc, "genre": genre, **extra, "lines": with_headings(values)}, lines[0][1])


def with_headings(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines whose `heading` nobody said, with what they look like; an unrelated line is no heading."""
    if all("heading" in line for line in lines):
        return list(lines)
    looks = Document.from_lines([line["text"] for line in lines]).lines
    return [
        line if "heading" in line else {**line, "heading": look.heading and line["label"] not in ("unrelated", "无关")}
        for line, look in zip(lines, looks, strict=True)
    ]


def parse_extra(text: Any, where: str) -> dict[str, Any]:
    """A document's other fields from their JSON; empty for none."""
    if text is None or (isinstance(text, str) and is_blank(text)):
        return {}
    try:
        extra = json.loads(text) if isinstance(text, str) else text
    except json.JSONDecodeError as error:
        raise CorpusError(f'{where}: "extra" is not JSON: {error.msg}') from None
    if not isinstance(extra, dict):
        raise CorpusError(f'{where}: expected an object in "extra", got {str(text)[:40]!r}')
    return {key: value for key, value in extra.items() if key not in ("doc", "genre", "lines")}


def truth(value: Any, where: str) -> bool:
    """True or False as tables write it."""
    text = str(value).strip().lower()
    if text in ("true", "1", "yes", "是"):
        return True
    if text in ("false", "0", "no", "否"):
        return False
    raise CorpusError(f'{where}: expected true or false in "heading", got {text[:20]!r}')


def read_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) of a JSONL file; CorpusError for a line that is none."""
    for where, record in read_json_lines(path):
        if not isinstance(record, dict):
            raise CorpusError(f"{where}: expected an object, got {type(record).__name__}")
        yield where, record
