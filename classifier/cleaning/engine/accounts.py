"""Cleaned rows back to the account that a run on one machine keeps, counted source by source from what is written."""

from dataclasses import dataclass, field
from typing import Any

from classifier.cleaning.account import Account
from classifier.cleaning.arrow import BLANK_LABEL, PREFIX
from classifier.cleaning.documents import CleanedDocument, CleanedLine
from classifier.cleaning.errors import CleaningError
from classifier.cleaning.formats.base import Item
from classifier.labels import LABELS, Label

COLUMNS = tuple(
    PREFIX + name for name in ("source", "document", "line", "encoding", "replaced", "error", "failed", "dropped", "lines")
)
"""Columns that the account is made of."""
_UNRELATED = LABELS.index(Label.UNRELATED)


@dataclass
class Tally:
    """The account of a source, or of a part of it.

    `numbers` is the sum of the documents' numbers, `expected` how many there are (-1 as long as no end row told),
    `ends` how many end rows came; `reason` why the source failed as a whole.
    """

    account: Account = field(default_factory=Account)
    encoding: str = ""
    replaced: int = 0
    numbers: int = 0
    expected: int = -1
    ends: int = 0
    reason: str = ""

    def add(self, row: dict[str, Any]) -> None:
        """Count a row (of `COLUMNS`)."""
        values = {name[len(PREFIX) :]: value for name, value in row.items()}
        self.encoding = values["encoding"] or self.encoding
        if values["document"] == 0:
            self.ends += 1
            self.expected, self.reason = values["line"], values["error"]
            return
        self.numbers += values["document"]
        self.replaced += values["replaced"]
        item = Item(values["document"], "", values["line"], 0, 0, None, None, values["error"], values["failed"])
        if values["error"]:
            self.account.add_failure(item)
        else:
            self.account.add(item, _document(values))

    def merge(self, other: "Tally") -> None:
        """Add the tally of another part of the same source."""
        self.account.merge(other.account)
        self.encoding = self.encoding or other.encoding
        self.replaced += other.replaced
        self.numbers += other.numbers
        self.ends += other.ends
        if other.expected >= 0:
            self.expected, self.reason = other.expected, other.reason

    def check(self, source: str) -> None:
        """CleaningError where documents were lost or doubled between reading and writing."""
        written, read = self.account.documents["read"], self.expected
        if self.ends != 1 or written != read or self.numbers != read * (read + 1) // 2:
            raise CleaningError(
                f"{source}: {max(read, 0)} documents were read and {written} written (the end of the source came {self.ends} "
                "times): the engine lost or doubled some; nothing was finished, give the same command with a new output"
            )


def _document(values: dict[str, Any]) -> CleanedDocument:
    lines: list[CleanedLine] = []
    texts: list[str] = []
    start = 0
    for line in values["lines"]:
        end = start + len(line["text"])
        label = None if line["label"] == BLANK_LABEL else Label(line["label"])
        scores = tuple(line["unrelated"] if index == _UNRELATED else 0.0 for index in range(len(LABELS))) if label else ()
        lines.append(CleanedLine(line["line"], start, end, end, label, line["score"], scores, line["removed"]))
        texts.append(line["text"])
        start = end
    return CleanedDocument("".join(texts), "", tuple(lines), values["dropped"])
