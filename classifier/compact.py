"""The fitted pipeline as arrays: what prediction needs, without scikit-learn, SciPy or pickle.

It gives the pipeline's probabilities within rounding, and the same ones for a line whatever batch
it comes in: sums over neighbours are exact (see `context`), and scores are rounded (see `networks`).
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.document import Document
from classifier.features import document_columns
from classifier.networks import Doubles, Layers, Networks
from classifier.readings import LineMemory
from classifier.scoring import LinearScorer, Vocabulary


@dataclass(frozen=True)
class CompactModel:
    """First pass, standardisation and the networks of the second pass.

    A network is a tuple of layers, (weights, bias) pairs, rectified between; the answer is the mean of
    the networks' probabilities, weighted by their `shares`. `mean` and `scale` standardise the columns.
    """

    scorer: LinearScorer
    mean: Doubles
    scale: Doubles
    networks: tuple[Layers, ...]
    shares: Doubles

    def probabilities(self, documents: Sequence[Document], memory: LineMemory | None = None) -> Doubles:
        """(lines, labels) of all lines of `documents`, rows summing to 1; `memory` spares reading lines again."""
        if not any(document.lines for document in documents):
            return np.empty((0, self.networks[0][-1][1].size))
        columns, _, _ = document_columns(self.scorer, documents, memory)
        return self.from_columns(columns)

    def from_columns(self, columns: npt.NDArray[np.floating[Any]]) -> Doubles:
        """Probabilities of rows of columns."""
        return self._second_pass(columns)

    @cached_property
    def _second_pass(self) -> Networks:
        return Networks(self.mean, self.scale, self.networks, self.shares)

    def to_bytes(self) -> bytes:
        """The arrays as a NumPy archive; the same model gives the same bytes."""
        arrays: dict[str, Any] = {
            "keys": self.scorer.vocabulary.keys,
            "weights": self.scorer.weights[1:],
            "squared_idf": self.scorer.squared_idf[1:],
            "intercept": self.scorer.intercept,
            "families": np.array(self.scorer.families),
            "mean": self.mean,
            "scale": self.scale,
            "shares": self.shares,
        }
        for number, network in enumerate(self.networks):
            for depth, (weights, bias) in enumerate(network):
                arrays[f"network_{number}_{depth}_weights"], arrays[f"network_{number}_{depth}_bias"] = weights, bias
        buffer = io.BytesIO()
        # A third smaller, for weights are whole numbers of a step; 0.03 s of a cold start on 2 cores.
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "CompactModel":
        """The model that `to_bytes` wrote; ValueError when the bytes are none. Nothing is unpickled."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                arrays: Mapping[str, Any] = {name: archive[name] for name in archive.files}
            vocabulary = Vocabulary(arrays["keys"])
            scorer = LinearScorer(
                vocabulary,
                _with_unknown(arrays["weights"]),
                _with_unknown(arrays["squared_idf"]),
                arrays["intercept"],
                tuple(str(family) for family in arrays["families"]),
            )
            return cls(scorer, arrays["mean"], arrays["scale"], _networks(arrays), arrays["shares"])
        except (KeyError, OSError, ValueError, EOFError) as error:
            raise ValueError(f"not a compact model: {error}") from error


def _networks(arrays: Mapping[str, Any]) -> tuple[Layers, ...]:
    networks: list[Layers] = []
    while f"network_{len(networks)}_0_bias" in arrays:
        depth = 0
        layers: list[tuple[Doubles, Doubles]] = []
        while (name := f"network_{len(networks)}_{depth}") + "_bias" in arrays:
            layers.append((arrays[f"{name}_weights"], arrays[f"{name}_bias"]))
            depth += 1
        networks.append(tuple(layers))
    if not networks:
        raise ValueError("it has no networks")
    return tuple(networks)


def _with_unknown(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.concatenate([np.zeros((1, *values.shape[1:]), dtype=np.float32), values])


def sha256(data: bytes) -> str:
    """Hex digest of `data`."""
    return hashlib.sha256(data).hexdigest()
