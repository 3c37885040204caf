"""Whether a line speaks of what the rest of its document speaks of.

A title of some other report looks like a title of this one; what tells them apart is that this
one's words come back in its paragraphs. The columns are shares of a line's n-grams, weighted by
inverse document frequency, that stand in other lines of its document as well.
"""

import numpy as np
import numpy.typing as npt

from classifier.ngrams import EncodedLines, Occurrences
from classifier.normalize import is_cjk
from classifier.scoring import Floats, Rows, in_steps

BODY_LENGTH = 40
"""Characters from which a line counts as a paragraph: titles in a list share words with each other."""

_UNKNOWN_IDF = 9.0
"""Weight of an n-gram the vocabulary has not got: that of one seen once in some thousand lines."""

_STEPS = 1024.0
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

TOPIC_FAMILIES = ("word1", "char2")


def topic_columns(
    encoded: EncodedLines,
    grams: dict[str, tuple[Occurrences, Rows]],
    squared_idf: Floats,
    copies: npt.NDArray[np.int64],
    document: npt.NDArray[np.int64],
) -> tuple[Floats, list[str]]:
    """Columns of the rows of a batch.

    `grams` has the occurrences and vocabulary rows by family; row r of the batch is line `copies[r]`
    of `encoded` and belongs to `document[r]`.
    """
    columns: list[npt.NDArray[np.float64]] = []
    names: list[str] = []
    body = np.bincount(encoded.line_of, minlength=encoded.line_count)[copies] >= BODY_LENGTH
    for family in TOPIC_FAMILIES:
        found, rows = grams[family]
        told = is_cjk(encoded.codes[found.starts]) & is_cjk(encoded.codes[found.ends - 1])
        if family == "word1":
            told &= found.ends - found.starts > 1
        line = encoded.line_of[found.starts[told]]
        keys, rows = found.keys[told], rows[told]
        weight = in_steps(np.where(rows > 0, np.sqrt(squared_idf[rows]), _UNKNOWN_IDF), _STEPS).astype(np.float64)
        row_of, at = _spread(line, encoded.line_count, copies)
        other, paragraph = _elsewhere(keys[at], row_of, document, body)
        total = np.maximum(np.bincount(row_of, weights=weight[at], minlength=copies.size), 1e-6)
        for where, name in ((other, "elsewhere"), (paragraph, "in_paragraphs")):
            columns.append(np.bincount(row_of, weights=weight[at] * where, minlength=copies.size) / total)
            names.append(f"topic_{family}_{name}")
    return np.stack(columns, axis=1).astype(np.float32), names


def _spread(
    line: npt.NDArray[np.int32], lines: int, copies: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For every row of the batch, its line's occurrences: the row and the occurrence, one entry each."""
    if copies.size == lines:  # no line stands twice, and lines are read in the order of the rows
        return line.astype(np.int64), np.arange(line.size)
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
    mixed = keys ^ ((document[row_of] + 1).astype(np.uint64) * _GOLDEN)
    order = np.argsort(mixed, kind="stable")
    sorted_keys, sorted_rows = mixed[order], row_of[order]
    new_key = np.ones(order.size, dtype=bool)
    new_key[1:] = sorted_keys[1:] != sorted_keys[:-1]
    new_row = new_key.copy()
    new_row[1:] |= sorted_rows[1:] != sorted_rows[:-1]
    group = np.cumsum(new_key) - 1
    rows_with = np.bincount(group, weights=new_row)
    paragraphs_with = np.bincount(group, weights=new_row & body[sorted_rows])
    other = np.empty(order.size, dtype=bool)
    paragraph = np.empty(order.size, dtype=bool)
    other[order] = rows_with[group] > 1
    paragraph[order] = paragraphs_with[group] - body[sorted_rows] > 0
    return other, paragraph
