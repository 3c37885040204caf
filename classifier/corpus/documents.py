"""Labelled documents as files: one JSON object a document, one document a line."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.document import Document, is_blank
from classifier.labels import Label

NOISE_FILE = "noise.jsonl"
"""Loose noise lines by family, for mixing into documents; not a document file."""
SECOND_READING_FILE = "second-reading.jsonl"
"""The second readers' labels; not a document file."""


class CorpusError(ValueError):
    """A labelled file does not hold what it should; the message names file, line and fault."""


@dataclass(frozen=True)
class LabelledLine:
    """A line's text with its label and whether it is a heading."""

    text: str
    label: Label
    heading: bool = False


@dataclass(frozen=True)
class LabelledDocument:
    """A document whose every line is labelled. `extra` keeps fields that this package does not know."""

    doc: str
    genre: str
    lines: tuple[LabelledLine, ...]
    extra: dict[str, Any] = field(default_factory=dict, compare=False)

    def document(self) -> Document:
        """The same lines without their labels."""
        return Document.from_lines([line.text for line in self.lines])

    def to_json(self) -> str:
        """The document as one line of JSON; a lone surrogate (a file's odd name, say) is written as its escape."""
        lines = [{"text": line.text, "label": line.label.value, "heading": line.heading} for line in self.lines]
        record = {"doc": self.doc, "genre": self.genre, **self.extra, "lines": lines}
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def parse_document(record: Any, where: str) -> LabelledDocument:
    """A labelled document from its JSON object; CorpusError, led by `where`, if it is not one."""
    if not isinstance(record, dict) or not isinstance(record.get("lines"), list):
        raise CorpusError(f'{where}: expected an object with a list "lines", got {type(record).__name__}')
    doc = record.get("doc")
    if not isinstance(doc, str) or not doc:
        raise CorpusError(f'{where}: expected a name in "doc", got {doc!r}')
    lines = tuple(parse_line(line, f"{where}, line {number} of {doc}") for number, line in enumerate(record["lines"], 1))
    if not lines:
        raise CorpusError(f"{where}: document {doc} has no lines")
    extra = {key: value for key, value in record.items() if key not in ("doc", "genre", "lines")}
    return LabelledDocument(doc, str(record.get("genre", record.get("source", "unknown"))), lines, extra)


def parse_line(line: Any, where: str) -> LabelledLine:
    """A labelled line from its JSON object; CorpusError, led by `where`, if it is not one."""
    if not isinstance(line, dict) or not isinstance(line.get("text"), str):
        raise CorpusError(f'{where}: expected an object with "text", got {str(line)[:60]!r}')
    text = line["text"]
    if is_blank(text) or "\n" in text or "\r" in text:
        raise CorpusError(f"{where}: the text is blank or holds a line end: {text[:40]!r}")
    try:
        label = Label.parse(str(line.get("label")))
    except ValueError as error:
        raise CorpusError(f"{where}: {error}") from None
    return LabelledLine(text, label, bool(line.get("heading", False)))


def read_documents(path: Path) -> Iterator[LabelledDocument]:
    """Documents of one JSONL file, in order; CorpusError names file and line of what is wrong."""
    try:
        for where, record in read_json_lines(path):
            yield parse_document(record, where)
    except FileNotFoundError:
        raise CorpusError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise CorpusError(f"{path}: this is a folder; name the *.jsonl files in it") from None
    except (UnicodeDecodeError, PermissionError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 JSONL: {error}") from None


def read_json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """(where, value) of each line of a JSONL file that is not blank; CorpusError for one that is not JSON."""
    with path.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            where = f"{path}:{number}"
            try:
                yield where, json.loads(text)
            except json.JSONDecodeError as error:
                raise CorpusError(f"{where}: not JSON: {error.msg} at column {error.colno}") from None


def find_corpus_files(folder: Path) -> list[Path]:
    """The document files of a corpus folder, sorted; CorpusError if there are none."""
    if not folder.is_dir():
        raise CorpusError(f"{folder}: there is no such folder; name one that holds labelled documents as *.jsonl")
    names = {NOISE_FILE, SECOND_READING_FILE}
    files = sorted(path for path in folder.glob("*.jsonl") if path.name not in names)
    if not files:
        raise CorpusError(f"{folder}: no *.jsonl files of labelled documents in this folder")
    return files


def read_corpus(folder: Path) -> list[LabelledDocument]:
    """All documents of a corpus folder, by file and line; CorpusError also where a name stands twice."""
    documents: list[LabelledDocument] = []
    seen: dict[str, Path] = {}
    for path in find_corpus_files(folder):
        for document in read_documents(path):
            if document.doc in seen:
                raise CorpusError(f"{path}: document {document.doc!r} is also in {seen[document.doc]}; give it another name")
            seen[document.doc] = path
            documents.append(document)
    return documents


def read_noise(folder: Path) -> list[tuple[str, str]]:
    """(family, text) of the loose noise lines of a corpus folder; empty where it has none."""
    path = folder / NOISE_FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        return [(record["family"], record["text"]) for record in map(json.loads, file)]


def write_documents(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as JSONL."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(document.to_json() + "\n")


def corpus_hash(documents: Sequence[LabelledDocument], noise: Sequence[tuple[str, str]] = ()) -> str:
    """SHA-256 over everything that training reads, independent of how it is spread over files."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda one: one.doc):
        digest.update(f"\x1e{document.doc}\x1f{document.genre}".encode("utf-8", "surrogatepass"))
        for line in document.lines:
            text = f"\x1f{line.text}\x1f{line.label.value}\x1f{int(line.heading)}"
            digest.update(text.encode("utf-8", "surrogatepass"))
    for family, text in sorted(noise):
        digest.update(f"\x1e{family}\x1f{text}".encode())
    return digest.hexdigest()
