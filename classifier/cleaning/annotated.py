"""Annotated files: everything needed to write a source clean at another threshold, without the model and without the source.

JSON Lines. The first line tells the source, its format and what reading found out; then a line a
document with its text, what its format carries, and label and scores of every paragraph; the last line
holds the number of documents, so that a cut-off file is told.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifier.cleaning.documents import Scores
from classifier.cleaning.errors import SourceError
from classifier.cleaning.formats import format_named
from classifier.cleaning.formats.base import Format, Item, State
from classifier.cleaning.options import FileOptions
from classifier.cleaning.segments import Segmented
from classifier.labels import LABELS

KIND, VERSION = "baogao annotated", 1


def header_line(format: Format, source: str, model: str) -> bytes:
    """The first line of an annotated file."""
    state = {name: value for name, value in asdict(format.state).items() if name in ("encoding", "guessed", "facts")}
    return _line(
        {"kind": KIND, "version": VERSION, "source": source, "format": format.name, "model": model, "state": state,
         "output_encoding": format.options.output_encoding, "text_field": format.options.text_field}
    )  # fmt: skip


def item_line(format: Format, item: Item, document: Segmented | None, scores: list[Scores]) -> bytes:
    """A document's line, or that of an item that failed."""
    record: dict[str, Any] = {"document": item.number, "line": item.line, "end": item.end, "next_line": item.next_line}
    if item.id is not None:
        record["id"] = item.id
    if item.failure or document is None:
        record |= {"failure": item.failure, "failed_lines": item.failed_lines, "failed_text": item.failed_text}
        return _line(record)
    record["text"] = item.text
    record["lines"] = [
        {
            "text": text,
            "label": LABELS[one.label].value,
            "scores": dict(zip((label.value for label in LABELS), one.values, strict=True)),
        }
        for text, one in zip(document.paragraphs, scores, strict=True)
    ]
    record["carry"] = _packed(format.pack(item.carry))
    return _line(record)


def last_line(documents: int) -> bytes:
    """The last line."""
    return _line({"kind": KIND, "documents": documents})


def read_header(path: Path) -> dict[str, Any]:
    """The first line of an annotated file; SourceError where it is none."""
    try:
        with path.open("rb") as file:
            header = json.loads(file.readline())
    except (ValueError, OSError) as error:
        raise SourceError(f"cannot be read as an annotated file: {error}") from None
    if not isinstance(header, dict) or header.get("kind") != KIND or header.get("version") != VERSION:
        raise SourceError(f"is no annotated file of version {VERSION}, as `baogao clean --annotate` writes them")
    return header


def annotated_format(header: dict[str, Any], options: FileOptions) -> Format:
    """The format that the annotated source had, ready to write."""
    if options.output_encoding == "source" and header["output_encoding"] != "source":
        raise SourceError("was annotated without --output-encoding source, so the source's bytes are not in it")
    if options.text_field != header["text_field"]:
        from dataclasses import replace

        options = replace(options, text_field=header["text_field"])
    format = format_named(header["format"])(options)
    format.state = State(**header["state"])
    return format


def read_items(path: Path, format: Format, start: int) -> Iterator[tuple[Item, list[Scores]]]:
    """The items after the first `start` ones, with their scores."""
    number, ended = 0, False
    with path.open("rb") as file:
        file.readline()
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                if record.get("kind") == KIND:
                    ended = True
                    break
                if number > start:
                    yield _item(record, format)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SourceError(f"line {number + 1} is no annotated document: {type(error).__name__} {error}") from None
    if not ended:
        raise SourceError(f"is cut off after {number} documents; annotate the source again")


def _item(record: dict[str, Any], format: Format) -> tuple[Item, list[Scores]]:
    place = (record["line"], record["end"], record["next_line"])
    if "failure" in record:
        failed = Item(record["document"], "", *place, None, record.get("id"), record["failure"], record["failed_lines"],
                      record["failed_text"])  # fmt: skip
        return failed, []
    scores = [
        Scores([label.value for label in LABELS].index(line["label"]), tuple(line["scores"][label.value] for label in LABELS))
        for line in record["lines"]
    ]
    return Item(record["document"], record["text"], *place, format.unpack(_unpacked(record["carry"])), record.get("id")), scores


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate, which only an escape can hold
        return json.dumps(record).encode() + b"\n"


def _packed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return [_packed(one) for one in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and "base64" in value:
        return base64.b64decode(value["base64"])
    return [_unpacked(one) for one in value] if isinstance(value, list) else value
