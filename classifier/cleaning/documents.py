"""One document cleaned: text, scores and options in; what stays, what goes and why out. Pure but for what `Seen` remembers.

Everything that cleans goes through `judge`: `clean_documents`, the files runner, and engines on top.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from classifier.cleaning.dedupe import Seen
from classifier.cleaning.options import CleaningOptions
from classifier.cleaning.repair import repaired
from classifier.cleaning.segments import BLANK, Segment, Segmented, joined, segment
from classifier.labels import LABELS, Label
from classifier.model import Model, load_model

DECIMALS = 5
"""Decimals of scores everywhere: what is written and read again decides as what was computed."""

_UNRELATED = LABELS.index(Label.UNRELATED)
DUPLICATE_DOCUMENT, DUPLICATE, NO_REPORT, NO_TEXT = "duplicate document", "duplicate", "no report", "no text"


class Scores(NamedTuple):
    """What the model said of one paragraph: index of its label in LABELS, and the probabilities in that order."""

    label: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CleanedLine:
    """A piece of the source with its answer.

    `line` is the 1-based line number in the document, `start` and `end` its characters there, `after` the end of its line end,
    `label` None for a blank piece. `removed` is empty where the piece stays, else the reason: a label,
    `duplicate`, `duplicate document`, `no report`.
    """

    line: int
    start: int
    end: int
    after: int
    label: Label | None
    score: float
    scores: tuple[float, ...]
    removed: str


@dataclass(frozen=True)
class CleanedDocument:
    """A document after cleaning.

    `text` is what stays, `dropped` the reason why nothing does (else empty). `lines` covers every piece
    of `source`, blank ones too, so that kept and removed always add up to `len(lines)`.
    """

    source: str
    text: str
    lines: tuple[CleanedLine, ...]
    dropped: str = ""

    @property
    def kept(self) -> int:
        """Pieces that stay."""
        return sum(1 for line in self.lines if not line.removed)

    @property
    def removed(self) -> int:
        """Pieces that go."""
        return len(self.lines) - self.kept

    def kept_spans(self) -> Iterator[tuple[int, int, str]]:
        """(line, start, text) of what stays of the source, line ends included, whatever repair made of it."""
        kept_on_line = 0
        if self.dropped:
            return
        for line in self.lines:
            if not line.removed:
                yield line.line, line.start, self.source[line.start : line.after]
                kept_on_line = line.line
            elif line.line == kept_on_line and line.after > line.end:
                # The first part of the line stays, and so does its end.
                yield line.line, line.end, self.source[line.end : line.after]

    def reasons(self) -> Counter[str]:
        """Removed pieces by reason."""
        return Counter(line.removed for line in self.lines if line.removed)


def score_texts(model: Model, texts: Sequence[str]) -> Iterator[list[Scores]]:
    """For each model text (`Segmented.model_text`), the scores of its paragraphs."""
    for text, report in zip(texts, model.classify_iter(texts), strict=True):
        rows = [
            Scores(LABELS.index(line.label), tuple(round(line.probabilities[label], DECIMALS) for label in LABELS))
            for line in report.lines
        ]
        if len(rows) != (text.count("\n") + 1 if text else 0):
            raise AssertionError(f"the model saw {len(rows)} lines in {text.count(chr(10)) + 1} paragraphs")
        yield rows


def judge(
    document: Segmented,
    scores: Sequence[Scores],
    options: CleaningOptions,
    seen: Seen | None = None,
    place: tuple[int, int] = (0, 0),
) -> CleanedDocument:
    """The cleaned document.

    `seen` remembers texts for `options.dedupe`; `place` (source, document) says where in the run this
    document stands, and must grow from call to call.
    """
    labels = [_label(one, options.threshold) for one in scores]
    reasons = ["" if label in options.keep else label.value for label in labels]
    dropped = ""
    if not document.paragraphs:
        dropped = NO_TEXT if options.min_report_lines else ""
    elif sum(label is not Label.UNRELATED for label in labels) < options.min_report_lines:
        dropped = NO_REPORT
    if options.dedupe and seen is not None and document.paragraphs:
        if not seen.is_new_document(document.model_text, place):
            dropped = dropped or DUPLICATE_DOCUMENT
        if not dropped:
            for index, paragraph in enumerate(document.paragraphs):
                if not reasons[index] and not seen.is_new_paragraph(paragraph, (*place, index)):
                    reasons[index] = DUPLICATE
    lines = tuple(_line(one, labels, scores, reasons, dropped) for one in document.segments)
    cleaned = CleanedDocument(document.text, "", lines, dropped)
    if dropped:
        return cleaned
    text = _repaired_text(document, lines) if options.repair else "".join(text for _, _, text in cleaned.kept_spans())
    return replace(cleaned, text=text)


def _label(scores: Scores, threshold: float | None) -> Label:
    if threshold is None:
        return LABELS[scores.label]
    if scores.values[_UNRELATED] >= threshold:
        return Label.UNRELATED
    if scores.label != _UNRELATED:
        return LABELS[scores.label]
    return LABELS[max((index for index in range(len(LABELS)) if index != _UNRELATED), key=scores.values.__getitem__)]


def _line(
    piece: Segment, labels: Sequence[Label], scores: Sequence[Scores], reasons: Sequence[str], dropped: str
) -> CleanedLine:
    if piece.paragraph == BLANK:
        return CleanedLine(piece.line, piece.start, piece.end, piece.after, None, 0.0, (), dropped)
    at = piece.paragraph
    values = scores[at].values
    label = labels[at]
    # Of a dropped document, lines that are unrelated by themselves are told apart from those that go with it.
    return CleanedLine(
        piece.line, piece.start, piece.end, piece.after, label, values[LABELS.index(label)], values, reasons[at] or dropped
    )


def _repaired_text(document: Segmented, lines: Sequence[CleanedLine]) -> str:
    written: list[str] = []
    pieces: list[str] = []
    for number, (piece, line) in enumerate(zip(document.segments, lines, strict=True)):
        following = document.segments[number + 1].paragraph if number + 1 < len(document.segments) else BLANK
        if line.removed:
            continue
        pieces.append(document.text[piece.start : piece.end])
        if piece.paragraph == BLANK or following != piece.paragraph:
            written.append("" if piece.paragraph == BLANK else repaired(joined(pieces)))
            pieces = []
    return "".join(line + "\n" for line in written)


def clean_documents(
    texts: Iterable[str], options: CleaningOptions | None = None, *, model: Model | None = None, seen: Seen | None = None
) -> Iterator[CleanedDocument]:
    """Clean texts lazily, in order, one result a text; memory stays flat whatever their number.

    Uses the shipped model unless another is given. With `options.dedupe`, duplicates are told within
    this call, or within all calls that share `seen`. Raises TypeError for what is no string.
    """
    options = options or CleaningOptions()
    model = model or load_model()
    own = Seen() if options.dedupe and seen is None else None
    try:
        for number, (document, scores) in enumerate(_scored(texts, model)):
            yield judge(document, scores, options, seen or own, (0, number) if own else (seen.next_place() if seen else (0, 0)))
    finally:
        if own:
            own.close()


def _scored(texts: Iterable[str], model: Model) -> Iterator[tuple[Segmented, list[Scores]]]:
    batch: list[Segmented] = []
    size = 0
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"expected the text of a document as a string, got {type(text).__name__}")
        batch.append(segment(text))
        size += len(text)
        if size >= BATCH_CHARACTERS:
            yield from zip(batch, score_texts(model, [one.model_text for one in batch]), strict=True)
            batch, size = [], 0
    if batch:
        yield from zip(batch, score_texts(model, [one.model_text for one in batch]), strict=True)


BATCH_CHARACTERS = 200_000
"""Characters given to the model at once: twice what it works on, so that its own batches stay full."""
