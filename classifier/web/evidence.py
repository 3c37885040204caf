"""What in a line speaks for and against its label: the first pass's weights, put back on words and sentences.

This explains the line read by itself. What heading and neighbours added is the difference between
`alone` and the report's own probabilities; it is not shared out here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.compact import CompactModel
from classifier.context import softmax
from classifier.labels import LABELS, Label
from classifier.ngrams import EncodedLines, Occurrences, encode_lines
from classifier.scoring import Floats, Rows, found_in

_FIRST_PASS = LABELS
"""The order of the first pass's columns (see `classifier.pipeline`)."""

WORD_LIMIT = 200
"""Words that are told of at most, the strongest first: more cannot be looked at."""

_SENTENCE_ENDS = frozenset(map(ord, "。;!?"))


@dataclass(frozen=True)
class Push:
    """A piece of a line (characters `start` to `end`) and how far it pushes towards the label (against: negative).

    Pushes are in log-odds of the label against the others, which are weighed by how likely they are.
    """

    start: int
    end: int
    text: str
    push: float


@dataclass(frozen=True)
class Evidence:
    """`alone` are the probabilities of the line read by itself; words by strength, sentences in order."""

    label: Label
    alone: dict[Label, float]
    words: tuple[Push, ...]
    sentences: tuple[Push, ...]


def evidence(model: CompactModel, text: str, label: Label) -> Evidence:
    """What in `text`, one line, speaks for and against `label`."""
    scorer = model.scorer
    encoded = encode_lines([text])
    chances = softmax(scorer.score(encoded).lines)[0].astype(float)
    chosen = _FIRST_PASS.index(label)
    rivals = np.delete(chances, chosen) / max(1 - chances[chosen], 1e-9)
    weights = scorer.weights[:, chosen] - np.delete(scorer.weights, chosen, axis=1) @ rivals.astype(np.float32)
    per_character, norm = _spread(encoded, weights, scorer.squared_idf, found_in(encoded, scorer.vocabulary, scorer.families))
    per_character /= norm
    inside = (encoded.positions >= 0) & (encoded.positions < len(text))
    bounds = encoded.token_bounds
    words = _pushes(text, encoded, per_character, inside, bounds[:-1], bounds[1:])
    ends = [at + 1 for at, code in enumerate(encoded.codes.tolist()) if code in _SENTENCE_ENDS]
    edges = np.array(sorted({0, *ends, encoded.codes.size}), dtype=np.int64)
    sentences = _pushes(text, encoded, per_character, inside, edges[:-1], edges[1:])
    strongest = sorted((one for one in words if one.push), key=lambda one: -abs(one.push))[:WORD_LIMIT]
    said = dict(zip(_FIRST_PASS, chances.tolist(), strict=True))
    alone = {one: said[one] for one in LABELS}
    return Evidence(label, alone, tuple(strongest), tuple(sentences))


def _spread(
    encoded: EncodedLines, weights: Floats, squared_idf: Floats, found: list[tuple[Occurrences, Rows]]
) -> tuple[npt.NDArray[np.float64], float]:
    """Each n-gram's weight spread evenly over its characters; and the line's norm."""
    # A running sum of differences spreads each span in one step, however long it is.
    change = np.zeros(encoded.codes.size + 1)
    squares = 0.0
    for grams, rows in found:
        known = np.flatnonzero(rows)
        starts, ends = grams.starts[known], grams.ends[known]
        each = weights[rows[known]] / (ends - starts)
        np.add.at(change, starts, each)
        np.add.at(change, ends, -each)
        squares += float(squared_idf[rows[known]].sum())
    return np.cumsum(change)[:-1], float(np.sqrt(max(squares, 1e-6)))


def _pushes(
    text: str,
    encoded: EncodedLines,
    per_character: npt.NDArray[np.float64],
    inside: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> list[Push]:
    """The spans of the encoded stream as pieces of the source text."""
    sums = np.concatenate([[0.0], np.cumsum(np.where(inside, per_character, 0))])
    pieces: list[Push] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        at = encoded.positions[start:end][inside[start:end]]
        if not at.size:
            continue
        # A run of digits was folded to one character: the piece goes on to where the next one starts.
        first, following = int(at[0]), int(encoded.positions[end]) if end < encoded.positions.size else len(text)
        last = int(at[-1]) + 1
        while last < following and text[last].isdigit() and text[last - 1].isdigit():
            last += 1
        pieces.append(Push(first, last, text[first:last], round(float(sums[end] - sums[start]), 4)))
    return pieces
