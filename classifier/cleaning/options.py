"""What cleaning can be told: about a document (`CleaningOptions`), about files (`FileOptions`), and the limits of both."""

from dataclasses import dataclass, field

from classifier.cleaning.errors import UsageError
from classifier.labels import REPORT_LABELS, Label

MEGABYTE = 1_000_000

THRESHOLD: float | None = 0.95
"""Probability of being unrelated at which a line goes: a lost paragraph is dearer than a spam line that stays, and this
is where at most 0.5 % of report lines are lost when noise stands at random in the documents (table in the README).
None lets the likeliest label decide."""


@dataclass(frozen=True)
class CleaningOptions:
    """How a document is judged.

    A line whose probability of `unrelated` is at least `threshold` is unrelated; without a threshold
    the likeliest label decides. Lines of the labels in `keep` stay. A document with fewer than
    `min_report_lines` lines that belong to a report is dropped whole. `repair` gives repaired text
    instead of the source's own characters. `dedupe` takes out documents and paragraphs seen before.
    """

    keep: frozenset[Label] = frozenset(REPORT_LABELS)
    threshold: float | None = THRESHOLD
    min_report_lines: int = 1
    repair: bool = False
    dedupe: bool = False

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise UsageError(f"the threshold is a probability from 0 to 1, got {self.threshold}")
        if self.min_report_lines < 0:
            raise UsageError(f"the least number of report lines is 0 or more, got {self.min_report_lines}")
        if not self.keep:
            raise UsageError("no label is to be kept: every line would go; name at least one")


@dataclass(frozen=True)
class Limits:
    """Bounds that keep one runaway source from taking the machine. Sizes are bytes after unpacking."""

    line_bytes: int = 16 * MEGABYTE
    """A line, or a record of a record format: the longest real one seen is under 5 MB, and the model takes some
    hundred bytes a character."""
    document_bytes: int = 200 * MEGABYTE
    """A document that must be in memory as a whole (HTML, DOCX): some ten times that is what parsing it takes."""
    ratio: int = 200
    """Unpacked against packed bytes: text packs 3 to 20 times, records of one template up to 100, bombs over 1000."""
    ratio_free_bytes: int = 32 * MEGABYTE
    """Bytes below which the ratio is not looked at: a short file of blanks harms nobody."""


@dataclass(frozen=True)
class FileOptions:
    """How files are read and written.

    `text_field` and `id_field` name fields of record formats. `input_format` and `encoding` override
    what suffix and bytes tell. `output_encoding` is `utf-8` or `source`; `output_format` is `same` or
    `jsonl`. `annotate` writes every document with labels and scores, nothing removed.
    """

    text_field: str = "text"
    id_field: str | None = None
    input_format: str | None = None
    encoding: str | None = None
    output_encoding: str = "utf-8"
    output_format: str = "same"
    annotate: bool = False
    from_annotated: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError:
            raise UsageError(
                f"--encoding {self.encoding}: Python knows no text encoding of this name; try utf-8, gb18030, big5 or utf-16"
            ) from None
