"""What is wrong with labelled data, each fault with file, document and line; and what the data holds."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.corpus.documents import (
    NOISE_FILE,
    SECOND_READING_FILE,
    CorpusError,
    LabelledDocument,
    find_corpus_files,
    parse_document,
    parse_line,
)
from classifier.corpus.duplicates import SharedPhrase, letters, longest_shared_phrases, near_duplicates
from classifier.labels import LABELS, Label

ERROR, WARNING = "error", "warning"

NEAR = 0.6
"""Share of its pieces that makes a paragraph a near-duplicate of another; set phrases alone stay far below."""
HEADING_LIMIT = 45
"""`LABELS.md` says about 40 characters; a few more are let pass, as its readers do."""
THIN_LINES, THIN_DOCUMENTS = 50, 10
"""A label with fewer lines, or in fewer documents, is learnt by heart: half of them is all that a fold sees."""
PHRASES = 5
"""Longest shared phrases that are told of."""


@dataclass(frozen=True)
class Place:
    """Where something stands: file and its line, document, and the number of the labelled line in it (0: the whole)."""

    file: str
    row: int
    doc: str = ""
    line: int = 0

    def __str__(self) -> str:
        inside = f" {self.doc}" if self.doc else ""
        return f"{self.file}:{self.row}{inside}" + (f" line {self.line}" if self.line else "")


@dataclass(frozen=True)
class Finding:
    """One fault. `kind` names it for programs, `other` is the second place where it takes two."""

    severity: str
    kind: str
    place: Place
    message: str
    other: Place | None = None


@dataclass(frozen=True)
class Checked:
    """Findings in the order of the files, and counts of what is there.

    `counts` maps a genre to its lines by label, `documents` to its documents; `phrases` are the longest
    runs of letters that stand in two documents, with both places; `noise` counts noise lines by family.
    `readable` are the documents that could be read, with each line's place in `places`.
    """

    findings: tuple[Finding, ...]
    counts: dict[str, Counter[Label]]
    documents: dict[str, int]
    phrases: tuple[tuple[str, Place, Place], ...]
    noise: dict[str, int]
    readable: tuple[LabelledDocument, ...] = field(repr=False)
    places: tuple[Place, ...] = field(repr=False)

    @property
    def errors(self) -> int:
        """Number of findings that make the data unfit as it stands."""
        return sum(finding.severity == ERROR for finding in self.findings)


def check_corpus(paths: Sequence[Path], *, near: float = NEAR) -> Checked:
    """Check document files, or folders of them with their noise lines; CorpusError where there is nothing to check."""
    findings: list[Finding] = []
    documents: list[LabelledDocument] = []
    places: list[Place] = []
    noise: list[tuple[str, str, Place]] = []
    for path in paths:
        for file in _files(path):
            if file.name == NOISE_FILE:
                noise += _read_noise(file, findings)
            else:
                _read(file, documents, places, findings)
    _names(documents, places, findings)
    _two_labels(documents, places, findings)
    _near(documents, places, near, findings)
    _thin(documents, ", ".join(map(str, paths)), findings)
    _noise_twice(noise, documents, places, findings)
    counts: dict[str, Counter[Label]] = defaultdict(Counter)
    for document in documents:
        counts[document.genre].update(line.label for line in document.lines)
    return Checked(
        findings=tuple(findings),
        counts=dict(sorted(counts.items())),
        documents=dict(sorted(Counter(document.genre for document in documents).items())),
        phrases=tuple((phrase.text, places[phrase.first], places[phrase.second]) for phrase in _phrases(documents)),
        noise=dict(sorted(Counter(family for family, _, _ in noise).items())),
        readable=tuple(documents),
        places=tuple(places),
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        noise = path / NOISE_FILE
        return [*find_corpus_files(path), *([noise] if noise.is_file() else [])]
    if path.name == SECOND_READING_FILE:
        raise CorpusError(f"{path}: this file holds the second readers' labels, not documents")
    return [path]


def _records(file: Path, findings: list[Finding]) -> list[tuple[Place, Any]]:
    try:
        texts = file.read_bytes().split(b"\n")
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read: {error.strerror}") from None
    records = []
    for row, data in enumerate(texts, 1):
        place = Place(str(file), row)
        try:
            text = data.decode("utf-8-sig" if row == 1 else "utf-8")
            if text.strip():
                records.append((place, json.loads(text)))
        except UnicodeDecodeError as error:
            findings.append(Finding(ERROR, "not-utf-8", place, f"byte {error.start + 1} is not UTF-8"))
        except json.JSONDecodeError as error:
            findings.append(Finding(ERROR, "not-json", place, f"not JSON: {error.msg} at column {error.colno}"))
    return records


def _read(file: Path, documents: list[LabelledDocument], places: list[Place], findings: list[Finding]) -> None:
    """Add the file's documents; a document with bad lines is kept without them, and every bad line is told of."""
    for place, record in _records(file, findings):
        doc = record.get("doc") if isinstance(record, dict) else None
        doc = doc if isinstance(doc, str) else ""
        good, here = [], []
        if isinstance(record, dict) and isinstance(record.get("lines"), list):
            for number, value in enumerate(record["lines"], 1):
                at = Place(place.file, place.row, doc, number)
                try:
                    line = parse_line(value, "")
                except CorpusError as error:
                    findings.append(Finding(ERROR, "bad-line", at, str(error).removeprefix(": ")))
                    continue
                good.append(value)
                here.append(at)
                if line.heading and line.label is Label.UNRELATED:
                    findings.append(Finding(ERROR, "heading", at, f"an unrelated line is no heading: {_short(line.text)}"))
                elif line.heading and len(line.text.strip()) > HEADING_LIMIT:
                    length = len(line.text.strip())
                    findings.append(Finding(ERROR, "heading", at, f"a heading of {length} characters: {_short(line.text)}"))
            record = {**record, "lines": good} if good else {**record, "lines": []}
        try:
            documents.append(parse_document(record, ""))
            places += here
        except CorpusError as error:
            findings.append(Finding(ERROR, "bad-document", Place(place.file, place.row, doc), str(error).removeprefix(": ")))


def _read_noise(file: Path, findings: list[Finding]) -> list[tuple[str, str, Place]]:
    noise = []
    for place, record in _records(file, findings):
        family, text = (record.get("family"), record.get("text")) if isinstance(record, dict) else (None, None)
        if not isinstance(family, str) or not isinstance(text, str) or not text.strip():
            findings.append(
                Finding(ERROR, "bad-noise", place, 'expected an object with "family" and a "text" that is not blank')
            )
        else:
            noise.append((family, text, place))
    return noise


def _names(documents: Sequence[LabelledDocument], places: Sequence[Place], findings: list[Finding]) -> None:
    first: dict[str, Place] = {}
    at = 0
    for document in documents:
        place = Place(places[at].file, places[at].row, document.doc)
        if document.doc in first:
            findings.append(
                Finding(ERROR, "name-twice", place, "another document has this name; give it another", first[document.doc])
            )
        first.setdefault(document.doc, place)
        at += len(document.lines)


def _two_labels(documents: Sequence[LabelledDocument], places: Sequence[Place], findings: list[Finding]) -> None:
    """The same words under two labels: sometimes right (a title, and the same title in a list of links), so a warning."""
    seen: dict[str, dict[Label, Place]] = defaultdict(dict)
    for place, line in zip(places, (line for document in documents for line in document.lines), strict=True):
        known = seen[" ".join(line.text.split())]
        if line.label not in known:
            if known:
                label, other = next(iter(known.items()))
                message = f"the same text is {line.label.value} here and {label.value} there: {_short(line.text)}"
                findings.append(Finding(WARNING, "two-labels", place, message, other))
            known[line.label] = place


def _near(documents: Sequence[LabelledDocument], places: Sequence[Place], near: float, findings: list[Finding]) -> None:
    texts = [line.text for document in documents for line in document.lines]
    for pair in near_duplicates(texts, near):
        message = f"{pair.share:.0%} of the shorter one stands in both: {_short(texts[pair.second])}"
        findings.append(Finding(ERROR, "near-duplicate", places[pair.second], message, places[pair.first]))


def _thin(documents: Sequence[LabelledDocument], where: str, findings: list[Finding]) -> None:
    lines: Counter[Label] = Counter(line.label for document in documents for line in document.lines)
    inside: Counter[Label] = Counter(label for document in documents for label in {line.label for line in document.lines})
    for label in LABELS:
        if lines[label] < THIN_LINES or inside[label] < THIN_DOCUMENTS:
            message = (
                f"{label.value} has {lines[label]} lines in {inside[label]} documents; below {THIN_LINES} lines or "
                f"{THIN_DOCUMENTS} documents it is too thin to learn"
            )
            findings.append(Finding(WARNING, "thin-label", Place(where, 0), message))


def _noise_twice(
    noise: Sequence[tuple[str, str, Place]],
    documents: Sequence[LabelledDocument],
    places: Sequence[Place],
    findings: list[Finding],
) -> None:
    """Noise written twice, or standing in a document too: cross-fitting would meet a line that it has learnt."""
    lines = (line for document in documents for line in document.lines)
    standing = {letters(line.text) or line.text.strip(): place for place, line in zip(places, lines, strict=True)}
    seen: dict[str, Place] = {}
    for _, text, place in noise:
        reading = letters(text) or text.strip()
        if reading in seen:
            message = f"the same but for digits and marks: {_short(text)}"
            findings.append(Finding(ERROR, "noise-twice", place, message, seen[reading]))
        elif reading in standing:
            message = f"this noise line stands in a document too: {_short(text)}"
            findings.append(Finding(WARNING, "noise-in-document", place, message, standing[reading]))
        seen.setdefault(reading, place)


def _phrases(documents: Sequence[LabelledDocument]) -> list[SharedPhrase]:
    texts = [line.text for document in documents for line in document.lines]
    owners = [number for number, document in enumerate(documents) for _ in document.lines]
    return longest_shared_phrases(texts, owners, PHRASES)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 30 else f"{text[:30]}…"
