"""The second pass: small networks over the columns of a line, all in one product where they can be.

The same row gets the same answer whatever batch it comes in: scores are rounded to SCORE_DECIMALS before
the softmax, far above what the order of additions can change in 64-bit floats (in 32-bit ones it is not).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Layers = tuple[tuple[Doubles, Doubles], ...]
"""(weights, bias) of each layer, rectified between."""

SCORE_DECIMALS = 7


class Networks:
    """The mean of networks' probabilities, weighted by `shares`, over columns standardised by `mean` and `scale`.

    The standardisation is folded into the first layers, and these stand side by side in one matrix.
    """

    def __init__(self, mean: Doubles, scale: Doubles, networks: Sequence[Layers], shares: Doubles) -> None:
        first = np.concatenate([layers[0][0] for layers in networks], axis=1, dtype=np.float64)
        bias = np.concatenate([layers[0][1] for layers in networks], dtype=np.float64)
        self._weights = first / np.asarray(scale, dtype=np.float64)[:, None]
        self._bias = bias - mean @ self._weights
        self._ends = np.cumsum([layers[0][1].size for layers in networks]).tolist()
        self._rest = [[(weights.astype(np.float64), bias.astype(np.float64)) for weights, bias in one[1:]] for one in networks]
        self._shares = np.asarray(shares, dtype=np.float64)[:, None, None]

    def __call__(self, columns: npt.NDArray[np.floating[Any]]) -> Doubles:
        """(rows, labels) of (rows, columns)."""
        hidden = columns.astype(np.float64) @ self._weights
        hidden += self._bias
        # Labels before rows: sums and maxima over the few labels are then a few operations on long rows.
        scores = np.stack(
            [self._finish(layers, values).T for layers, values in zip(self._rest, self._parts(hidden), strict=True)]
        )
        np.round(scores, SCORE_DECIMALS, out=scores)
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        scores *= self._shares
        return np.ascontiguousarray(scores.sum(axis=0).T)

    def _parts(self, hidden: Doubles) -> list[Doubles]:
        return [hidden[:, start:end] for start, end in zip([0, *self._ends], self._ends, strict=False)]

    def _finish(self, layers: Sequence[tuple[Doubles, Doubles]], values: Doubles) -> Doubles:
        for weights, bias in layers:
            values = np.maximum(values, 0) @ weights + bias
        return values
