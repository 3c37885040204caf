"""Scores of lines and of their sentences under a linear model of n-grams: plain numpy, no scikit-learn.

The pipeline's vectoriser and the compact form of a saved model both call this, so that both give
the same numbers. A line's score is the sum of its n-grams' weights over the square root of the sum of
their squared inverse document frequencies (the cosine norm of TF-IDF with repeated n-grams counted
singly), plus the intercept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.ngrams import EncodedLines, Keys, Occurrences, occurrences
from classifier.packed import STEPS, PackedTable

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_SLOT_BITS = 20
"""2^20 slots hold the vocabulary's index: 8 MB, and at 150,000 n-grams one in seven shares its slot."""

_UNKNOWN_IDF = 9.0
"""Weight of an n-gram the vocabulary has not got: that of one seen once in some thousand lines."""

_IDF_STEPS = 1024.0
"""A thousandth of a weight is far below what tells n-grams apart."""

_SENTENCE_ENDS = np.array([ord(mark) for mark in "。;!?"], dtype=np.uint32)


class Vocabulary:
    """N-gram keys and the row of each; unknown keys have row 0.

    Where two keys fall into one slot the earlier in `keys` stays and the later is forgotten
    (`kept` tells which stayed), so callers give the most frequent first.
    """

    def __init__(self, keys: Keys) -> None:
        slots = _slots(keys)
        _, first = np.unique(slots, return_index=True)
        self.kept: npt.NDArray[np.bool_] = np.zeros(keys.size, dtype=bool)
        self.kept[first] = True
        self.keys: Keys = keys[self.kept]
        self._slots = self._filled()

    def _filled(self) -> Keys:
        """The slots: each holds what its number does not tell of a key, and behind it the row. One look-up answers both."""
        filled = np.zeros(1 << _SLOT_BITS, dtype=np.uint64)
        rows = np.arange(1, self.keys.size + 1, dtype=np.uint64)
        filled[_slots(self.keys)] = (self.keys << np.uint64(_SLOT_BITS)) | rows
        return filled

    def __getstate__(self) -> dict[str, Any]:
        """The keys alone: the slots follow from them."""
        return {"keys": self.keys, "kept": self.kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Also of pipelines saved when a vocabulary had other tables of its keys."""
        self.keys, self.kept = state["keys"], state["kept"]
        self._slots = self._filled()

    def __len__(self) -> int:
        return int(self.keys.size)

    def rows(self, keys: Keys) -> Rows:
        """Row of each key, from 1; 0 where the vocabulary has not got it."""
        rows = self._slots.take(_slots(keys))
        rows ^= keys << np.uint64(_SLOT_BITS)  # where the keys are the same, only the row is left
        rows *= rows < np.uint64(1 << _SLOT_BITS)
        return rows.view(np.int64)


def _slots(keys: Keys) -> npt.NDArray[np.int64]:
    """The slot of each key: its highest bits, so few that they are the same number with a sign."""
    return (keys >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


@dataclass(frozen=True)
class LineScores:
    """Scores of lines and of the sentences in them.

    `lines` is (lines, classes); `sentences` is (sentences, classes); `sentence_line` and
    `sentence_length` (characters) describe the sentences in stream order.
    """

    lines: Floats
    sentences: Floats
    sentence_line: npt.NDArray[np.int64]
    sentence_length: npt.NDArray[np.int64]


@dataclass(frozen=True)
class LinearScorer:
    """Weights of a linear text model. `weights` is (n-grams + 1, classes); row 0 is the unknown, all zero.

    `squared_idf` is (n-grams + 1); `intercept` is (classes); `families` names the n-gram families read.
    Make one with `exact`, or a line's last digits depend on the batch it came in.
    """

    vocabulary: Vocabulary
    weights: Floats
    squared_idf: Floats
    intercept: Floats
    families: tuple[str, ...]

    @classmethod
    def exact(
        cls, vocabulary: Vocabulary, weights: Floats, squared_idf: Floats, intercept: Floats, families: tuple[str, ...]
    ) -> "LinearScorer":
        """A scorer whose weights are whole numbers of 2^-12: they add up exactly in any order.

        The step is below a thousandth of a typical weight, and the score's norm divides it further.
        """
        return cls(vocabulary, in_steps(weights), in_steps(squared_idf), intercept, families)

    def find(self, encoded: EncodedLines) -> dict[str, tuple[Occurrences, Rows]]:
        """The n-grams of `encoded` with their vocabulary rows, by family."""
        return {found.family: (found, rows) for found, rows in found_in(encoded, self.vocabulary, self.families)}

    def score(self, encoded: EncodedLines, grams: dict[str, tuple[Occurrences, Rows]] | None = None) -> LineScores:
        """Scores of every line of `encoded` and of its sentences; an empty line has the intercept.

        `grams` is what `find` gave for the same lines, where the caller has it already.
        """
        bounds = _sentence_starts(encoded)
        found = (self.find(encoded) if grams is None else grams).values()
        sums = self._packed.sums(((one.starts, rows) for one, rows in found), bounds, encoded.codes.size)
        sentence_line = encoded.line_of[bounds].astype(np.int64)
        first = np.flatnonzero(np.diff(sentence_line, prepend=-1))
        line_sums = np.add.reduceat(sums, first, axis=0)
        return LineScores(
            lines=self._finish(line_sums),
            sentences=self._finish(sums),
            sentence_line=sentence_line,
            sentence_length=np.diff(np.append(bounds, encoded.codes.size - 1)),
        )

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what is cached follows from them, and changes from version to version."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _packed(self) -> PackedTable:
        return PackedTable(self.weights, self.squared_idf, len(self.families))

    @cached_property
    def weight_of_rows(self) -> npt.NDArray[np.float64]:
        """Inverse document frequency by vocabulary row, in whole numbers of a step: sums of them are exact."""
        root = np.sqrt(self.squared_idf)
        root[0] = _UNKNOWN_IDF
        return in_steps(root, _IDF_STEPS).astype(np.float64)

    def _finish(self, sums: npt.NDArray[np.float64]) -> Floats:
        norm = np.sqrt(np.maximum(sums[:, -1:], 1e-6))
        result: Floats = (sums[:, :-1] / norm + self.intercept).astype(np.float32)
        return result


def _sentence_starts(encoded: EncodedLines) -> npt.NDArray[np.int64]:
    codes, line_of = encoded.codes, encoded.line_of
    starts = np.zeros(codes.size, dtype=bool)
    for end in _SENTENCE_ENDS:
        starts[1:] |= codes[:-1] == end
    starts[1:] |= line_of[1:] != line_of[:-1]
    starts[0] = True
    starts[-1] = False  # the closing line feed is no sentence of its own
    return np.flatnonzero(starts)


def in_steps(values: Floats, steps: float = STEPS) -> Floats:
    """`values` rounded to whole numbers of 1/steps, a power of two, so that sums of them are exact."""
    rounded: Floats = (np.round(values * steps) / steps).astype(np.float32)
    return rounded


def found_in(encoded: EncodedLines, vocabulary: Vocabulary, families: Sequence[str]) -> list[tuple[Occurrences, Rows]]:
    """The n-grams of `encoded` with their rows in the vocabulary, family by family."""
    return [(found, vocabulary.rows(found.keys)) for found in occurrences(encoded, families)]
