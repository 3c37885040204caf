"""Corrections that people made, one JSON object each, and the documents that they make.

A correction is a labelled document (the corpus's own shape: `doc`, `lines`) with what was corrected
in it beside: `line` counts its `lines` from 1, `old` and `new` are that line's labels, `time` and
`model` say when and what was corrected. So a file of corrections also reads as a file of documents.
The other lines' labels are the model's, or earlier corrections.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, LabelledLine, parse_document
from classifier.labels import Label

CORRECTED_GENRE = "corrected"
"""Genre of documents that were corrected on the page, where they name no other."""

LineKey = tuple[str, int]
"""A line of a document by its text and how many lines of the same text stand before it: this holds
when other paragraphs of the report are edited between two corrections."""


@dataclass(frozen=True)
class Correction:
    """One line's label put right. `line` counts `document.lines` from 1; that line has the label `new`."""

    time: str
    model: str
    line: int
    old: Label
    new: Label
    document: LabelledDocument

    @property
    def key(self) -> LineKey:
        """The corrected line."""
        return line_keys([line.text for line in self.document.lines])[self.line - 1]

    def to_json(self) -> str:
        """The correction as one line of JSON; a lone surrogate is written as its escape."""
        lines = [{"text": line.text, "label": line.label.value, "heading": line.heading} for line in self.document.lines]
        record = {
            "time": self.time,
            "model": self.model,
            "doc": self.document.doc,
            "genre": self.document.genre,
            **self.document.extra,
            "line": self.line,
            "old": self.old.value,
            "new": self.new.value,
            "lines": lines,
        }
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True)
class Corrected:
    """What a file of corrections says in the end.

    `documents` are the corrected documents, each once; `places` are (document, line index) of the
    lines whose label differs from what the model had said, and `changes` counts their (old, new);
    `confirmed` counts the lines that a person looked at and left with the model's label.
    """

    documents: tuple[LabelledDocument, ...]
    places: tuple[tuple[int, int], ...]
    changes: Mapping[tuple[Label, Label], int]
    read: int
    confirmed: int = 0

    def as_text(self) -> str:
        """What the corrections change, for people."""
        if not self.documents:
            return "no corrections"
        head = f"{self.read} records: {len(self.places)} lines corrected in {len(self.documents)} documents"
        if self.confirmed:
            head += f", {self.confirmed} found right"
        pairs = sorted(self.changes.items(), key=lambda item: (-item[1], item[0]))
        return "\n".join([head, *(f"  {old.value:>11} → {new.value:<11} {count:>5}" for (old, new), count in pairs)])


def with_corrected(base: Sequence[LabelledDocument], corrected: Corrected) -> list[LabelledDocument]:
    """`base` with corrected documents: one of the same lines takes the place of what stood there.

    CorpusError where a document of other lines has the same name.
    """
    added = {_texts(document): document for document in corrected.documents}
    names = {document.doc for document in base if _texts(document) not in added}
    for document in corrected.documents:
        if document.doc in names:
            raise CorpusError(f"document {document.doc!r} is also in the corpus, with other lines; give it another name")
    return [document for document in base if _texts(document) not in added] + list(corrected.documents)


def line_keys(texts: Iterable[str]) -> list[LineKey]:
    """The key of each line of a document, in order."""
    seen: Counter[str] = Counter()
    keys: list[LineKey] = []
    for text in texts:
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys


def parse_correction(record: Any, where: str) -> Correction:
    """A correction from its JSON object; CorpusError, led by `where`, says what is wrong with it."""
    if not isinstance(record, dict):
        raise CorpusError(f"{where}: expected an object, got {type(record).__name__}")
    plain = {key: value for key, value in record.items() if key not in ("time", "model", "line", "old", "new")}
    document = parse_document({"genre": CORRECTED_GENRE, **plain}, where)
    line = record.get("line")
    if isinstance(line, bool) or not isinstance(line, int) or not 1 <= line <= len(document.lines):
        raise CorpusError(f'{where}: "line" must be a number from 1 to {len(document.lines)}, got {str(line)[:40]!r}')
    try:
        old, new = (Label.parse(str(record.get(name))) for name in ("old", "new"))
    except ValueError as error:
        raise CorpusError(f"{where}: {error}") from None
    if document.lines[line - 1].label is not new:
        raise CorpusError(f'{where}: line {line} is labelled {document.lines[line - 1].label}, and "new" says {new}')
    return Correction(str(record.get("time", "")), str(record.get("model", "")), line, old, new, document)


def read_corrections(path: Path) -> Corrected:
    """The documents of a file of corrections, or of labelled documents; CorpusError names file and line of what is wrong.

    The last correction of a line holds, and the last state of a document; documents of the same
    lines under two names are one. A labelled document without corrections is taken as it is.
    """
    corrections: list[Correction | LabelledDocument] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    corrections.append(_parse(text, f"{path}:{number}"))
    except FileNotFoundError:
        raise CorpusError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise CorpusError(f"{path}: this is a folder; name the *.jsonl files in it") from None
    except (UnicodeDecodeError, OSError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 JSONL: {error}") from None
    return corrected(corrections)


def _parse(text: str, where: str) -> Correction | LabelledDocument:
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: not JSON: {error.msg} at column {error.colno}") from None
    if isinstance(record, dict) and "new" in record:
        return parse_correction(record, where)
    return parse_document(record, where)


def corrected(records: Sequence[Correction | LabelledDocument]) -> Corrected:
    """What `records`, in order of time, say in the end."""
    last: dict[str, LabelledDocument] = {}
    said: dict[str, dict[LineKey, tuple[Label, Label]]] = {}
    name_of: dict[tuple[str, ...], str] = {}  # a page names a text by what it was when it was pasted
    for one in records:
        document = one.document if isinstance(one, Correction) else one
        # A later record of the same lines under another name goes on where the first left off.
        name = document.doc if document.doc in last else name_of.get(_texts(document), document.doc)
        name_of.setdefault(_texts(document), name)
        last[name] = document
        lines = said.setdefault(name, {})
        if isinstance(one, Correction):
            first_old = lines[one.key][0] if one.key in lines else one.old
            lines[one.key] = (first_old, one.new)
    documents: list[LabelledDocument] = []
    places: list[tuple[int, int]] = []
    changes: Counter[tuple[Label, Label]] = Counter()
    confirmed = 0
    for name, document in last.items():
        final: list[LabelledLine] = []
        for index, (key, line) in enumerate(zip(line_keys(_texts(document)), document.lines, strict=True)):
            old, new = said[name].get(key, (line.label, line.label))
            final.append(replace(line, label=new, heading=line.heading and new is not Label.UNRELATED))
            confirmed += old is new and key in said[name]
            if old is not new:
                places.append((len(documents), index))
                changes[old, new] += 1
        # Behind a ~ stand the numbers of variants that training makes of a document.
        documents.append(replace(document, doc=name.replace("~", "-"), lines=tuple(final)))
    return Corrected(tuple(documents), tuple(places), dict(changes), len(records), confirmed)


def _texts(document: LabelledDocument) -> tuple[str, ...]:
    return tuple(line.text for line in document.lines)
