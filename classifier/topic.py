"""Whether a line speaks of what the rest of its document speaks of.

A title of some other report looks like a title of this one; what tells them apart is that this
one's words come back in its paragraphs. The columns are shares of a line's n-grams, weighted by
inverse document frequency, that stand in other lines of its document as well.
"""

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


def topic_columns(
    encoded: EncodedLines,
    grams: dict[str, tuple[Occurrences, Rows]],
    weights: Weights,
    copies: npt.NDArray[np.int64],
    document: npt.NDArray[np.int64],
) -> tuple[Floats, list[str]]:
    """Columns of the rows of a batch.

    `grams` has the occurrences and vocabulary rows by family; row r of the batch is line `copies[r]`
    of `encoded` and belongs to `document[r]`. `weights` is `LinearScorer.weight_of_rows`.
    """
    columns: list[npt.NDArray[np.float64]] = []
    names: list[str] = []
    # The closing line feed counts to no line, or a line of just this length would be a paragraph only where
    # it is the last of its batch.
    body = np.bincount(encoded.line_of[:-1], minlength=encoded.line_count)[copies] >= BODY_LENGTH
    chinese = is_cjk(encoded.codes)
    for family in TOPIC_FAMILIES:
        found, rows = grams[family]
        told = chinese.take(found.starts) & chinese.take(found.ends - 1)
        if family == "word1":
            told &= found.ends - found.starts > 1
        chosen = np.flatnonzero(told)
        row_of = encoded.line_of.take(found.starts.take(chosen))
        if copies.size != encoded.line_count:  # else no line stands twice, and lines are read in the order of the rows
            row_of, at = _spread(row_of, encoded.line_count, copies)
            chosen = chosen.take(at)
        weight = weights.take(rows.take(chosen))
        other, paragraph = _elsewhere(found.keys.take(chosen), row_of, document, body)
        total = np.maximum(np.bincount(row_of, weights=weight, minlength=copies.size), 1e-6)
        for where, name in ((other, "elsewhere"), (paragraph, "in_paragraphs")):
            columns.append(np.bincount(row_of, weights=weight * where, minlength=copies.size) / total)
            names.append(f"topic_{family}_{name}")
    return np.stack(columns, axis=1).astype(np.float32), names


def _spread(line: Rows32, lines: int, copies: npt.NDArray[np.int64]) -> tuple[Rows32, npt.NDArray[np.int64]]:
    """For every row of the batch, its line's occurrences: the row and the occurrence, one entry each."""
    counts = np.bincount(line, minlength=lines)
    sizes = counts[copies]
    row_of = np.repeat(np.arange(copies.size, dtype=np.int32), sizes)
    shifts = (np.cumsum(counts) - counts)[copies] - (np.cumsum(sizes) - sizes)
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
