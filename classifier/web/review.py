"""Lines that wait for a person's label: what `baogao suggest` wrote, in the order of its ranks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.corpus import CorpusError, LabelledDocument, read_documents
from classifier.corpus.suggested import suggested_lines
from classifier.web.journal import Journal
from classifier.web.openapi import NAME_LIMIT


@dataclass(frozen=True)
class Asked:
    """One line to be labelled: a document's index, and the line's in it, both from 0."""

    document: int
    line: int


@dataclass(frozen=True)
class Review:
    """The documents of a file, the names they have in the corrections, and the lines asked for, the most wanted first."""

    file: str
    documents: tuple[LabelledDocument, ...]
    names: tuple[str, ...]
    asked: tuple[Asked, ...]

    def state(self, journal: Journal) -> dict[str, Any]:
        """The file and its asked lines in order; `label` is what a person gave the line, None where nobody did."""
        given = {index: self._labels(index, journal) for index in {one.document for one in self.asked}}
        lines = [
            {
                "number": number,
                "doc": self.names[one.document],
                "line": one.line + 1,
                "label": given[one.document].get(one.line),
            }
            for number, one in enumerate(self.asked, 1)
        ]
        return {"file": self.file, "lines": lines}

    def text(self, number: int) -> dict[str, Any] | None:
        """The document around the asked line of this number (from 1); None where there is no such line."""
        if not 1 <= number <= len(self.asked):
            return None
        one = self.asked[number - 1]
        texts = [line.text for line in self.documents[one.document].lines]
        return {"number": number, "doc": self.names[one.document], "line": one.line + 1, "text": "\n".join(texts)}

    def _labels(self, index: int, journal: Journal) -> dict[int, str]:
        texts = [line.text for line in self.documents[index].lines]
        return {line: label.value for line, label in journal.labels(self.names[index], texts).items()}


def read_review(path: Path) -> Review:
    """The lines that a file of `baogao suggest` asks for; CorpusError where it cannot be read or asks for none."""
    documents = tuple(read_documents(path))
    ranked: list[tuple[int, Asked]] = []
    for index, document in enumerate(documents):
        marks = suggested_lines(document)
        if marks:
            ranked += [(rank, Asked(index, line - 1)) for line, rank in marks.ranks.items()]
    if not ranked:
        raise CorpusError(
            f"{path}: none of its {len(documents)} documents has lines to look at; name a file that `baogao suggest` wrote"
        )
    ranked.sort(key=lambda pair: pair[0])
    return Review(path.name, documents, _names(documents), tuple(one for _, one in ranked))


def _names(documents: tuple[LabelledDocument, ...]) -> tuple[str, ...]:
    """A name for each document, no two alike, within what the corrections take."""
    names: list[str] = []
    for document in documents:
        # The end of a path tells files apart; its head is the same for many.
        short = document.doc if len(document.doc) <= NAME_LIMIT else "…" + document.doc[1 - NAME_LIMIT :]
        name, number = short, 1
        while name in names:
            number += 1
            end = f"-{number}"
            name = short[: NAME_LIMIT - len(end)] + end
        names.append(name)
    return tuple(names)
