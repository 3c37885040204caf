"""Two models on the same lines: differences with intervals, and McNemar's test.

Documents, not lines, are drawn for the bootstrap: the lines of one document stand and fall together.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from classifier.evaluation.predictions import Doubles, Predictions
from classifier.labels import LABELS, Label

DRAWS = 2000
"""Samples of the bootstrap: the ends of a 95 % interval then wobble by a few thousandths of its width."""
LEVEL = 0.95
_ALPHA = 0.05
FEW = 10
"""Documents from which the bootstrap's interval counts in the verdict: drawn from fewer, it is too narrow."""


@dataclass(frozen=True)
class Interval:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Comparison:
    """`before` and `after` on the same lines.

    `macro_f1` and `label_f1` map to F1 before, after, and the difference with its interval; `gained` lines are right
    now and were wrong, `lost` the other way round; `p` is McNemar's exact p for as uneven a split by chance.
    """

    documents: int
    lines: int
    before: float
    after: float
    difference: Interval
    labels: dict[Label, tuple[float, float, Interval]]
    gained: int
    lost: int
    p: float

    @property
    def worse(self) -> bool:
        """Whether the later model is worse beyond what chance explains, by the interval or by McNemar's test."""
        surely = self.documents >= FEW and self.difference.high < 0
        return surely or (self.lost > self.gained and self.p < _ALPHA)

    @property
    def better(self) -> bool:
        """Whether the later model is better beyond what chance explains."""
        surely = self.documents >= FEW and self.difference.low > 0
        return not self.worse and (surely or (self.gained > self.lost and self.p < _ALPHA))

    def verdict(self) -> str:
        """One sentence for people."""
        if self.worse:
            return "the model before is better"
        if self.better:
            return "the new model is better"
        few = f" (the interval counts from {FEW} documents on)" if self.documents < FEW else ""
        return f"no difference that chance could not make{few}"

    def as_text(self) -> str:
        """A table for people."""
        rows = [f"{'label':<13}{'before':>8}{'after':>8}{'difference, 95% interval':>32}"]
        table = [(label.value, *values) for label, values in self.labels.items()]
        for name, before, after, change in [*table, ("macro-F1", self.before, self.after, self.difference)]:
            told = f"{change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
            rows.append(f"{name:<13}{before:>8.3f}{after:>8.3f}{told:>32}")
        rows.append(
            f"{self.gained} lines right that were wrong, {self.lost} wrong that were right (McNemar's p = {self.p:.2g})"
        )
        return "\n".join([*rows, self.verdict()])

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain JSON values."""

        def told(before: float, after: float, change: Interval) -> dict[str, Any]:
            interval = [round(change.low, 4), round(change.high, 4)]
            return {
                "before": round(before, 4),
                "after": round(after, 4),
                "difference": round(change.value, 4),
                "interval": interval,
            }

        return {
            "documents": self.documents,
            "lines": self.lines,
            "macro_f1": told(self.before, self.after, self.difference),
            "labels": {label.value: told(*values) for label, values in self.labels.items()},
            "gained": self.gained,
            "lost": self.lost,
            "mcnemar_p": self.p,
            "verdict": self.verdict(),
        }


def compare(before: Predictions, after: Predictions, seed: int = 0) -> Comparison:
    """Compare two models' predictions of the same documents; ValueError where they are not of the same lines."""
    if not np.array_equal(before.truth, after.truth) or not np.array_equal(before.owner, after.owner):
        raise ValueError("the two models were not scored on the same lines")
    first, second = before.confusions(), after.confusions()
    weights = _weights(len(first), seed)
    f_first, f_second = _f1(first.sum(axis=0)[None]), _f1(second.sum(axis=0)[None])
    drawn = _f1(_mixed(weights, second)) - _f1(_mixed(weights, first))
    macro_drawn = _macro(_mixed(weights, second)) - _macro(_mixed(weights, first))
    macro = [float(_macro(one.sum(axis=0)[None])[0]) for one in (first, second)]
    labels = {}
    for number, label in enumerate(LABELS):
        if first[:, number].sum():
            old, new = float(f_first[0, number]), float(f_second[0, number])
            labels[label] = (old, new, _interval(new - old, drawn[:, number]))
    gained = int((after.right & ~before.right).sum())
    lost = int((before.right & ~after.right).sum())
    return Comparison(
        documents=len(before.documents),
        lines=int(before.truth.size),
        before=macro[0],
        after=macro[1],
        difference=_interval(macro[1] - macro[0], macro_drawn),
        labels=labels,
        gained=gained,
        lost=lost,
        p=float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0,
    )


def f1_intervals(predictions: Predictions, seed: int = 0) -> tuple[Interval, dict[Label, Interval]]:
    """Macro-F1 and each present label's F1 with their intervals."""
    counts = predictions.confusions()
    drawn = _mixed(_weights(len(counts), seed), counts)
    whole = counts.sum(axis=0)[None]
    labels = {
        label: _interval(float(_f1(whole)[0, number]), _f1(drawn)[:, number])
        for number, label in enumerate(LABELS)
        if whole[0, number].sum() + whole[0, :, number].sum()
    }
    return _interval(float(_macro(whole)[0]), _macro(drawn)), labels


def _weights(documents: int, seed: int) -> npt.NDArray[np.int64]:
    drawn = np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=DRAWS)
    return np.asarray(drawn, dtype=np.int64)


def _mixed(weights: npt.NDArray[np.int64], confusions: Doubles) -> Doubles:
    flat = confusions.reshape(len(confusions), -1)
    mixed: Doubles = (weights @ flat).reshape(-1, *confusions.shape[1:])
    return mixed


def _f1(confusions: Doubles) -> Doubles:
    right = np.diagonal(confusions, axis1=1, axis2=2)
    both = confusions.sum(axis=1) + confusions.sum(axis=2)
    f1: Doubles = 2 * right / np.maximum(both, 1)
    return f1


def _macro(confusions: Doubles) -> Doubles:
    present = (confusions.sum(axis=1) + confusions.sum(axis=2)) > 0
    mean: Doubles = (_f1(confusions) * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return mean


def _interval(value: float, drawn: Doubles) -> Interval:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))
