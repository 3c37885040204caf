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

_SLOT_BITS = 18
"""2^18 slots for some 60,000 n-grams a batch: 3 MB that stay in the cache, and most n-grams have one to themselves."""

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
    for family in TOPIC_FAMILIES:
        found, rows = grams[family]
        told = is_cjk(encoded.codes[found.starts]) & is_cjk(encoded.codes[found.ends - 1])
        if family == "word1":
            told &= found.ends - found.starts > 1
        line = encoded.line_of[found.starts[told]]
        keys, rows = found.keys[told], rows[told]
        weight = weights.take(rows)
        row_of, at = _spread(line, encoded.line_count, copies)
        if at is not None:
            keys, weight = keys.take(at), weight.take(at)
        other, paragraph = _elsewhere(keys, row_of, document, body)
        total = np.maximum(np.bincount(row_of, weights=weight, minlength=copies.size), 1e-6)
        for where, name in ((other, "elsewhere"), (paragraph, "in_paragraphs")):
            columns.append(np.bincount(row_of, weights=weight * where, minlength=copies.size) / total)
            names.append(f"topic_{family}_{name}")
    return np.stack(columns, axis=1).astype(np.float32), names


def _spread(
    line: npt.NDArray[np.int32], lines: int, copies: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64] | None]:
    """For every row of the batch, its line's occurrences: the row and the occurrence, one entry each.

    None in the place of the occurrences says that they are all, in their order.
    """
    if copies.size == lines:  # no line stands twice, and lines are read in the order of the rows
        return line.astype(np.int64), None
    counts = np.bincount(line, minlength=lines)
    starts = np.cumsum(counts) - counts
    sizes = counts[copies]
    row_of = np.repeat(np.arange(copies.size), sizes)
    within = np.arange(row_of.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return row_of, starts[copies][row_of] + within


def _elsewhere(
    keys: npt.NDArray[np.uint64],
    row_of: npt.NDArray[np.int64],
    document: npt.NDArray[np.int64],
    body: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each occurrence, whether its n-gram stands in another row of its document, and in another paragraph."""
    mixed = keys ^ ((document + 1).astype(np.uint64) * _GOLDEN).take(row_of)
    slots = ((mixed * _GOLDEN) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)
    owner = np.empty(1 << _SLOT_BITS, dtype=np.uint64)
    owner[slots] = mixed
    strangers = owner.take(slots) != mixed
    in_body = body.take(row_of)
    other, paragraph = _by_slot(slots, row_of, in_body)
    if strangers.any():
        # Two n-grams in one slot were taken for one: all that stand in such a slot are sorted instead.
        shared = np.zeros(1 << _SLOT_BITS, dtype=bool)
        shared[slots[strangers]] = True
        again = np.flatnonzero(shared.take(slots))
        _, groups = np.unique(mixed[again], return_inverse=True)
        other[again], paragraph[again] = _by_slot(groups, row_of[again], in_body[again])
    return other, paragraph


def _by_slot(
    slots: npt.NDArray[np.int64], row_of: npt.NDArray[np.int64], in_body: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """`_elsewhere` where each n-gram has a slot of its own.

    Of the rows that write into a slot the last one stays; a row that then finds another there knows that
    it is not alone.
    """
    size = max(int(slots.max(initial=0)) + 1, 1)
    last = np.empty(size, dtype=np.int64)
    many = np.zeros(size, dtype=bool)
    last[slots] = row_of
    many[slots[last.take(slots) != row_of]] = True
    other = many.take(slots)
    at = np.flatnonzero(in_body)
    slots_in_body, rows_in_body = slots[at], row_of[at]
    last[slots] = -1
    last[slots_in_body] = rows_in_body
    many[slots] = False
    many[slots_in_body[last.take(slots_in_body) != rows_in_body]] = True
    one = last.take(slots)
    return other, many.take(slots) | ((one >= 0) & (one != row_of))
