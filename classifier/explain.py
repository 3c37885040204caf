"""Why a line got its label: words, characters, headings and neighbours, as contributions that add up to the score.

The score of a label is the weighted mean over the networks of the label's output less the mean output of the
other labels, before the softmax. Its parts are measured from the average line of the corpus (every
column at its mean), whose score is the base. How a network's outputs come from the columns is split by
integrated gradients (Sundararajan et al., ICML 2017), which have a closed form here: along the straight
path from the average line a unit of one hidden layer turns at most once, so the average slope of its
rectifier is its rise over its run. With more layers the same rule is DeepLIFT's rescale rule
(Shrikumar et al., ICML 2017). Both are complete: nothing is left over.
What a line says by itself is split further, over the n-grams of the first pass (`explain_words`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.compact import CompactModel
from classifier.context import Layout, layout, place_columns, shape_columns
from classifier.document import Document, Line
from classifier.explain_words import LINE_EDGE, OWN, SENTENCE, gram_values
from classifier.features import document_columns
from classifier.labels import LABELS, Label
from classifier.model import Model
from classifier.ngrams import encode_lines

Doubles = npt.NDArray[np.float64]

GROUPS = ("words", "characters", "no_words", "shape", "place", "heading", "neighbour", "document", "other")
"""What parts can be of. `no_words` is what the first pass says of a line of which it knows no word, against what it
says of the average line; `document` is the region around the line and the whole of the document; `other` holds
columns that this module does not know, so that nothing is lost when features are added."""


@dataclass(frozen=True)
class Part:
    """One contribution to a line's score.

    `group` is one of GROUPS. For words and characters `text` is what stands in the source from `start`
    to `end` (character offsets), LINE_EDGE added where the n-gram holds the line's edge; for headings
    and neighbours `line` is the number of the line in the source and `text` its text. 0 elsewhere.
    """

    group: str
    value: float
    text: str = ""
    line: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Explanation:
    """One line's score for `label` and what it is the sum of: `base` and the values of `parts`, weightiest first.

    `probability` is the model's for that label; `chosen` tells that it is the likeliest.
    """

    number: int
    text: str
    start: int
    end: int
    label: Label
    chosen: bool
    probability: float
    score: float
    base: float
    parts: tuple[Part, ...]

    def by_group(self) -> dict[str, float]:
        """Sum of the parts of every group that has any, in the order of GROUPS."""
        present = {part.group for part in self.parts}
        return {group: sum(part.value for part in self.parts if part.group == group) for group in GROUPS if group in present}


def explain(model: Model, text: str, label: Label | None = None) -> tuple[Explanation, ...]:
    """Why each non-blank line of `text` got its label, or why it would get `label` where one is given."""
    report = model.classify(text)
    if not report.lines:
        return ()
    document = Document.from_text(text)
    compact = model.compact
    columns, names, where = document_columns(compact.scorer, [document])
    standard = (columns - compact.mean) / compact.scale
    asked = [label or line.label for line in report.lines]
    target = np.array([_against_others(LABELS.index(one)) for one in asked])
    slopes, score, base = _slopes(compact, standard, target)
    parts = _column_parts(slopes * standard, names, where, document)
    for row, line in enumerate(document.lines):
        parts[row] += _word_parts(compact, slopes[row], standard[row], names, line)
    return tuple(
        Explanation(
            number=line.number,
            text=line.text,
            start=line.start,
            end=line.end,
            label=one,
            chosen=one is line.label,
            probability=line.probabilities[one],
            score=float(score[row]),
            base=float(base[row]),
            parts=tuple(sorted(parts[row], key=lambda part: -abs(part.value))),
        )
        for row, (line, one) in enumerate(zip(report.lines, asked, strict=True))
    )


def _against_others(label: int) -> Doubles:
    direction = np.full(len(LABELS), -1 / (len(LABELS) - 1))
    direction[label] = 1
    return direction


def _slopes(compact: CompactModel, standard: Doubles, target: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """(lines, columns) average slopes from the average line, the lines' scores, and the average line's."""
    slopes = np.zeros_like(standard)
    score, base = np.zeros(len(standard)), np.zeros(len(standard))
    for share, network in zip(compact.shares.tolist(), compact.networks, strict=True):
        here, average = standard, np.zeros((1, standard.shape[1]))
        ratios: list[Doubles] = []
        for depth, (weights, bias) in enumerate(network):
            if depth:
                run = here - average
                rise = np.maximum(here, 0) - np.maximum(average, 0)
                # Where a unit hardly moves, its slope at the point; what that can be off is rounding.
                flat = np.abs(run) < 1e-9
                ratios.append(np.where(flat, here > 0, rise / np.where(flat, 1, run)))
                here, average = np.maximum(here, 0), np.maximum(average, 0)
            here, average = here @ weights + bias, average @ weights + bias
        score += share * (here * target).sum(axis=1)
        base += share * (average * target).sum(axis=1)
        back = target @ network[-1][0].T
        for (weights, _), ratio in zip(reversed(network[:-1]), reversed(ratios), strict=True):
            back = (back * ratio) @ weights.T
        slopes += share * back
    return slopes, score, base


def _column_parts(values: Doubles, names: Sequence[str], where: Layout, document: Document) -> list[list[Part]]:
    """Parts of every line from its columns but those of its own words."""
    lines = document.lines
    place, shape = _plain_names()
    parts: list[list[Part]] = []
    for row in range(len(lines)):
        sums: dict[tuple[str, int], float] = defaultdict(float)
        for name, value in zip(names, values[row].tolist(), strict=True):
            group, other = _owner(name, row, where, place, shape)
            if group != OWN:
                sums[group, other] += value
        parts.append(
            [
                Part(group, value, lines[other].text.strip(), lines[other].number) if other >= 0 else Part(group, value)
                for (group, other), value in sums.items()
            ]
        )
    return parts


def _plain_names() -> tuple[frozenset[str], frozenset[str]]:
    """Names of the columns of place and of shape, from where they are made."""
    one = Document.from_text("甲")
    return frozenset(place_columns(layout([one]))[1]), frozenset(shape_columns(encode_lines(["甲"]))[1])


def _owner(name: str, row: int, where: Layout, place: frozenset[str], shape: frozenset[str]) -> tuple[str, int]:
    """Group of a column, and the row of the line it tells of (-1: this line, or none)."""
    if name.startswith((OWN, SENTENCE)):
        return OWN, -1
    if name in shape:
        return "shape", -1
    if name in place:
        return "place", -1
    kind = name.removeprefix("near_").rsplit("_", 1)[0]
    if name.startswith("near_") and kind.startswith("at") and kind[2:].lstrip("+-").isdigit():
        return _neighbour(row, int(kind[2:]), where)
    if name.startswith("near_") and kind in ("heading", "outer_heading"):
        parent = int(where.parents[row, 0 if kind == "heading" else 1])
        return ("heading", parent) if parent >= 0 else ("place", -1)
    return ("document", -1) if name.startswith(("near_", "topic_")) else ("other", -1)


def _neighbour(row: int, offset: int, where: Layout) -> tuple[str, int]:
    # That there is no such line tells of the place: the document starts or ends here.
    inside = 0 <= where.index[row] + offset < where.count[row]
    return ("neighbour", row + offset) if inside else ("place", -1)


def _word_parts(compact: CompactModel, slopes: Doubles, standard: Doubles, names: Sequence[str], line: Line) -> list[Part]:
    """Parts of the columns that the line's own words made, n-gram by n-gram, and what they leave."""
    worth = {name: slope / scale for name, slope, scale in zip(names, slopes, compact.scale, strict=True)}
    grams = gram_values(compact.scorer, worth, line.text)
    own = [number for number, name in enumerate(names) if name.startswith((OWN, SENTENCE))]
    parts = [Part("no_words", float((slopes[own] * standard[own]).sum()) - sum(grams.values()))]
    size = len(line.text)
    for (group, start, end), value in grams.items():
        # The first pass reads a line feed on either side of the line: an n-gram may hold one or both.
        first, last = max(start, 0), min(end, size)
        shown = (LINE_EDGE if start < 0 else "") + line.text[first:last] + (LINE_EDGE if end > size else "")
        parts.append(Part(group, value, shown, line.number, line.start + first, line.start + last))
    return parts
