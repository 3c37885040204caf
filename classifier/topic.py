"""Whether a line speaks of what the rest of its document speaks of.

A title of some other report looks like a title of this one; what tells them apart is that this
one's words come back in its paragraphs. The columns are shares of a line's n-grams, weighted by
inverse document frequency, that stand in other lines of its document as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.ngrams import EncodedLines, Occurrences
from classifier.normalize import is_cjk
from classifier.scoring import Floats, Rows

BODY_LENGTH = 40
"""Characters from which a line counts as a paragraph: titles in a list share words with each other."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

Weights = npt.NDArray[np.float64]
Rows32 = npt.NDArray[np.int32]

_SPARE_BITS = 2
"""Four to eight slots an n-gram: most have one to themselves, and the tables of a batch stay in the cache."""

TOPIC_FAMILIES = ("word1", "char2")


@dataclass(frozen=True)
class TopicGrams:
    """The n-grams of one family that can tell a topic, line by line: of line i the `counts[i]` from `starts[i]` on."""

    keys: npt.NDArray[np.uint64]
    weights: Weights
    starts: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


def topic_grams(encoded: EncodedLines, grams: dict[str, tuple[Occurrences, Rows]], weights: Weights) -> tuple[TopicGrams, ...]:
    """The topic's n-grams of every line, by family.

    `grams` has the occurrences and vocabulary rows by family; `weights` is `LinearScorer.weight_of_rows`.
    """
    chinese = is_cjk(encoded.codes)
    answer: list[TopicGrams] = []
    for family in TOPIC_FAMILIES:
        if family not in grams:  # a model that does not read them, as in an ablation
            none = np.zeros(encoded.line_count, dtype=np.int64)
            answer.append(TopicGrams(np.empty(0, dtype=np.uint64), np.empty(0), none, none))
            continue
        found, rows = grams[family]
        told = chinese.take(found.starts) & chinese.take(found.ends - 1)
        if family == "word1":
            told &= found.ends - found.starts > 1
        chosen = np.flatnonzero(told)
        counts = np.bincount(encoded.line_of.take(found.starts.take(chosen)), minlength=encoded.line_count)
        starts = np.cumsum(counts) - counts
        answer.append(TopicGrams(found.keys.take(chosen), weights.take(rows.take(chosen)), starts, counts))
    return tuple(answer)


def body_lines(encoded: EncodedLines) -> npt.NDArray[np.bool_]:
    """Which lines are paragraphs."""
    # The closing line feed counts to no line, or a line of just this length would be a paragraph only where
    # it is the last of its batch.
    return np.bincount(encoded.line_of[:-1], minlength=encoded.line_count) >= BODY_LENGTH


def topic_columns(
    topics: Sequence[TopicGrams], body: npt.NDArray[np.bool_], copies: npt.NDArray[np.int64], document: npt.NDArray[np.int64]
) -> tuple[Floats, list[str]]:
    """Columns of the rows of a batch: row r is line `copies[r]` of `topics` and `body`, and of `document[r]`."""
    columns: list[npt.NDArray[np.float64]] = []
    names: list[str] = []
    in_body = body[copies]
    for family, one in zip(TOPIC_FAMILIES, topics, strict=True):
        row_of, at = _spread(one, copies)
        weight = one.weights.take(at)
        other, paragraph = _elsewhere(one.keys.take(at), row_of, document, in_body)
        total = np.maximum(np.bincount(row_of, weights=weight, minlength=copies.size), 1e-6)
        for where, name in ((other, "elsewhere"), (paragraph, "in_paragraphs")):
            columns.append(np.bincount(row_of, weights=weight * where, minlength=copies.size) / total)
            names.append(f"topic_{family}_{name}")
    return np.stack(columns, axis=1).astype(np.float32), names


def _spread(one: TopicGrams, copies: npt.NDArray[np.int64]) -> tuple[Rows32, npt.NDArray[np.int64]]:
    """For every row of the batch, its line's n-grams: the row and the place of the n-gram, one entry each."""
    sizes = one.counts[copies]
    row_of = np.repeat(np.arange(copies.size, dtype=np.int32), sizes)
    shifts = one.starts[copies] - (np.cumsum(sizes) - sizes)
    return row_of, np.arange(row_of.size) + np.repeat(shifts, sizes)


def _elsewhere(
    keys: npt.NDArray[np.uint64], row_of: Rows32, document: npt.NDArray[np.int64], body: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each occurrence, whether its n-gram stands in another row of its document, and in another paragraph."""
    mixed = keys ^ ((document + 1).astype(np.uint64) * _GOLDEN).take(row_of)
    in_body = body.take(row_of)
    bits = mixed.size.bit_length() + _SPARE_BITS
    slots = (mixed >> np.uint64(64 - bits)).view(np.int64)
    owner = np.empty(1 << bits, dtype=np.uint64)
    owner[slots] = mixed
    strangers = np.flatnonzero(owner.take(slots) != mixed)
    slots[strangers] = 1 << bits  # no slot of the n-grams, whatever comes out for it
    other, paragraph = _by_slot(slots, (1 << bits) + 1, row_of, in_body)
    if strangers.size:
        _, groups = np.unique(mixed.take(strangers), return_inverse=True)
        answers = _by_slot(groups, strangers.size, row_of.take(strangers), in_body.take(strangers))
        other[strangers], paragraph[strangers] = answers
    return other, paragraph


def _by_slot(
    slots: npt.NDArray[np.int64], size: int, row_of: Rows32, in_body: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """`_elsewhere` where each n-gram has one of `size` slots of its own.

    Of the rows that write into a slot the last one stays; a row that then finds another there knows that
    it is not alone.
    """
    last = np.empty(size, dtype=np.int32)
    many = np.zeros(size, dtype=bool)
    last[slots] = row_of
    many[slots[last.take(slots) != row_of]] = True
    other = many.take(slots)
    at = np.flatnonzero(in_body)
    slots_in_body, rows_in_body = slots.take(at), row_of.take(at)
    last[slots] = -1
    last[slots_in_body] = rows_in_body
    many[slots] = False
    many[slots_in_body[last.take(slots_in_body) != rows_in_body]] = True
    one = last.take(slots)
    return other, many.take(slots) | ((one >= 0) & (one != row_of))
