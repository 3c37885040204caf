"""The weights of a linear text model as whole numbers, two labels in one 64-bit word, and their sums over sentences.

One look-up brings all that an n-gram adds, in rows of 32 bytes for five labels, which numpy copies without a
call for each; and sums of whole numbers are exact in any order. Half of the bytes, a fifth of the time of
32-bit floats that are summed as 64-bit ones.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

STEPS = 4096
"""Weights are whole numbers of 1/4096 (see `scoring.in_steps`)."""

_HALF = 32
"""Bits of one label's sum."""


class PackedTable:
    """What every n-gram adds, by vocabulary row: the labels' weights in pairs, then the squared frequency by itself.

    The last may be summed over a text of any length; the weights only over `longest` characters at once, or a
    label's sum would run into its neighbour's. `families` is how many n-grams begin at one character at most.
    """

    def __init__(self, weights: npt.NDArray[np.float32], squared_idf: npt.NDArray[np.float32], families: int) -> None:
        steps = np.rint(weights.astype(np.float64) * STEPS).astype(np.int64)
        self._labels = steps.shape[1]
        high, low = steps[:, 0::2], steps[:, 1::2]
        packed = np.zeros((steps.shape[0], high.shape[1] + 1), dtype=np.int64)
        packed[:, : high.shape[1]] = high << _HALF
        packed[:, : low.shape[1]] += low
        packed[:, -1] = np.rint(squared_idf.astype(np.float64) * STEPS)
        self._packed = packed
        largest = int(np.abs(steps).max(initial=1))
        self.longest = max((1 << (_HALF - 1)) // (max(largest, 1) * max(families, 1)) - 1, 1)

    def sums(self, found: Iterable[tuple[Integers, Integers]], bounds: Integers, size: int) -> npt.NDArray[np.float64]:
        """(sentences, labels + 1): the sum over each sentence of what its n-grams add.

        `found` has (first character, vocabulary row) of the n-grams, family by family in the order of the text;
        sentences begin at `bounds` of a text of `size` characters.
        """
        pieces, first_piece = self._pieces(bounds, size)
        total = np.zeros((pieces.size, self._packed.shape[1]), dtype=np.int64)
        for starts, rows in found:
            first = np.searchsorted(starts, pieces)
            # The unknown n-gram, which adds nothing, stands behind the last for stretches that begin after it.
            values = self._packed.take(np.append(rows, 0), axis=0)
            sums = np.add.reduceat(values, first, axis=0)
            sums[first == np.append(first[1:], rows.size)] = 0  # reduceat answers an empty stretch with what stands behind it
            total += sums
        apart = self._apart(total)
        return apart if first_piece is None else np.add.reduceat(apart, first_piece, axis=0)

    def _pieces(self, bounds: Integers, size: int) -> tuple[Integers, Integers | None]:
        """Where stretches begin that may be summed at once, and the first of each sentence where they are more than it."""
        lengths = np.diff(bounds, append=size)
        if not bounds.size or int(lengths.max()) <= self.longest:
            return bounds, None
        counts = -(-lengths // self.longest)
        first = np.cumsum(counts) - counts
        within = np.arange(int(counts.sum())) - np.repeat(first, counts)
        return np.repeat(bounds, counts) + within * self.longest, first

    def _apart(self, packed: Integers) -> npt.NDArray[np.float64]:
        pairs = packed[:, :-1]
        half = np.int64(1 << (_HALF - 1))
        low = ((pairs + half) & np.int64((1 << _HALF) - 1)) - half
        sums = np.empty((packed.shape[0], self._labels + 1))
        sums[:, 0:-1:2] = (pairs - low) >> _HALF
        sums[:, 1:-1:2] = low[:, : self._labels // 2]
        sums[:, -1] = packed[:, -1]
        sums /= STEPS
        return sums
