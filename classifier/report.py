"""What the model answers: a report's lines with their labels and the evidence for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from classifier.document import Document, Line, numbering_style
from classifier.labels import LABELS, THREE, Label

# Names of the module's own: an enumeration answers for a member more slowly, and every line asks for five.
_ACHIEVEMENT, _MEASURE, _PROBLEM, _BACKGROUND, _UNRELATED = LABELS


@dataclass(frozen=True)
class ClassifiedLine:
    """One non-blank line of a source with its label.

    `number` is the 1-based line number in the source, `text` exactly what stood there between
    characters `start` and `end`. `probabilities` has every label and sums to 1; `confidence` is the
    probability of `label`, which is the likeliest. `heading_path` holds the texts of the headings
    over the line, outermost first, stripped of surrounding spaces.
    """

    number: int
    text: str
    label: Label
    heading: bool
    confidence: float
    probabilities: Mapping[Label, float]
    heading_path: tuple[str, ...]
    start: int
    end: int

    @classmethod
    def of(cls, line: Line, label: Label, row: list[float], confidence: float, path: tuple[str, ...]) -> "ClassifiedLine":
        """The answer for `line`: `row` has the probabilities in the order of LABELS.

        The fields are put in place at once: a frozen dataclass's own constructor sets them one by one through
        object.__setattr__, which for many short lines costs as much as reading them.
        """
        made = object.__new__(cls)
        achievement, measure, problem, background, unrelated = row
        fields = made.__dict__
        fields["number"] = line.number
        fields["text"] = line.text
        fields["label"] = label
        fields["heading"] = line.heading and label is not _UNRELATED
        fields["confidence"] = confidence
        fields["probabilities"] = {
            _ACHIEVEMENT: achievement,
            _MEASURE: measure,
            _PROBLEM: problem,
            _BACKGROUND: background,
            _UNRELATED: unrelated,
        }
        fields["heading_path"] = path
        fields["start"] = line.start
        fields["end"] = line.end
        return made

    def in_three(self) -> "ClassifiedLine":
        """The line's answer without `background`, from the same probabilities.

        A line of the report gets the likeliest of achievement, measure and problem, their
        probabilities scaled to sum to 1; an unrelated line stays unrelated.
        """
        chosen = (*THREE, Label.UNRELATED) if self.label is Label.UNRELATED else THREE
        total = sum(self.probabilities[label] for label in chosen) or 1.0
        shares = {label: self.probabilities[label] / total if label in chosen else 0.0 for label in (*THREE, Label.UNRELATED)}
        label = max(chosen, key=shares.__getitem__)
        return replace(self, label=label, confidence=shares[label], probabilities=shares)


@dataclass(frozen=True)
class ClassifiedReport:
    """A source and its lines' labels, in the order of the source. Blank lines have no entry."""

    source: str
    lines: tuple[ClassifiedLine, ...]

    def by_label(self, label: Label | str) -> tuple[ClassifiedLine, ...]:
        """The lines with this label (English or Chinese name); ValueError if there is no such label."""
        wanted = Label.parse(label)
        return tuple(line for line in self.lines if line.label is wanted)

    def told(self, label: Label | str) -> tuple[ClassifiedLine, ...]:
        """The lines of a label for a digest: its paragraphs, and its numbered headings with nothing under them.

        Such a heading is mostly an item of a list (`1.人员不足`), and what it says stands nowhere else.
        """
        wanted = Label.parse(label)
        of_report = [line for line in self.lines if line.label is not Label.UNRELATED]
        found = []
        for line, after in zip_longest(of_report, of_report[1:]):
            if line.label is not wanted:
                continue
            under = after is not None and line.text.strip() in after.heading_path
            if not line.heading or (not under and numbering_style(line.text.strip())):
                found.append(line)
        return tuple(found)

    def counts(self) -> dict[Label, int]:
        """Number of lines of every label."""
        counted = dict.fromkeys(Label, 0)
        for line in self.lines:
            counted[line.label] += 1
        return counted

    def clean_text(self) -> str:
        """The source without its unrelated lines; kept lines, blank lines and line ends are untouched."""
        kept: list[str] = []
        position = 0
        for line in self.lines:
            if line.label is Label.UNRELATED:
                kept.append(self.source[position : line.start])
                position = _after_line_end(self.source, line.end)
        kept.append(self.source[position:])
        return "".join(kept)

    def in_three(self) -> "ClassifiedReport":
        """The same report with every line answered by `ClassifiedLine.in_three`."""
        return replace(self, lines=tuple(line.in_three() for line in self.lines))

    def document(self) -> Document:
        """The source as the model split it."""
        return Document.from_text(self.source)


def _after_line_end(source: str, end: int) -> int:
    if source.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(source))
