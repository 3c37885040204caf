"""Per-class precision, recall, F1, macro-F1, confusion and calibration of predicted labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.labels import LABELS, Label

CALIBRATION_BINS = 15
"""Bins of equal width, as in Guo et al. (ICML 2017)."""


@dataclass(frozen=True)
class ClassScore:
    """Scores of one label; `support` is the number of lines that truly have it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ReliabilityBin:
    """Lines of about the same confidence: its mean, the share of them that are right (both 0 to 1), and their number."""

    confidence: float
    right: float
    lines: int


@dataclass(frozen=True)
class Scores:
    """How predictions agree with the truth.

    `confusion[i][j]` counts lines of true label i given label j, both in the order of LABELS.
    `macro_f1` is the mean F1 over labels that stand in truth or prediction; `accuracy` is the share of
    lines right; `calibration_error` is the expected calibration error of the likeliest label's
    probability, None without probabilities, and `reliability` the bins behind it.
    """

    classes: dict[Label, ClassScore]
    confusion: tuple[tuple[int, ...], ...]
    macro_f1: float
    accuracy: float
    lines: int
    calibration_error: float | None = None
    reliability: tuple[ReliabilityBin, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The scores as plain JSON values."""
        return {
            "lines": self.lines,
            "macro_f1": round(self.macro_f1, 4),
            "accuracy": round(self.accuracy, 4),
            "calibration_error": None if self.calibration_error is None else round(self.calibration_error, 4),
            "reliability": [
                {"confidence": round(one.confidence, 4), "right": round(one.right, 4), "lines": one.lines}
                for one in self.reliability
            ],
            "labels": {
                label.value: {
                    "precision": round(score.precision, 4),
                    "recall": round(score.recall, 4),
                    "f1": round(score.f1, 4),
                    "support": score.support,
                }
                for label, score in self.classes.items()
            },
            "confusion": {
                label.value: {other.value: count for other, count in zip(LABELS, row, strict=True)}
                for label, row in zip(LABELS, self.confusion, strict=True)
            },
        }

    def as_text(self) -> str:
        """The scores as a table for people."""
        lines = [f"{'label':<13}{'precision':>10}{'recall':>8}{'F1':>8}{'lines':>7}"]
        for label, score in self.classes.items():
            lines.append(f"{label.value:<13}{score.precision:>10.3f}{score.recall:>8.3f}{score.f1:>8.3f}{score.support:>7}")
        lines.append(f"{'macro-F1':<13}{'':>10}{'':>8}{self.macro_f1:>8.3f}{self.lines:>7}")
        lines.append(f"{'accuracy':<13}{'':>10}{'':>8}{self.accuracy:>8.3f}")
        if self.calibration_error is not None:
            lines.append(f"{'calibration error':<23}{'':>8}{self.calibration_error:>8.3f}")
        lines += ["", "confusion (rows: true, columns: predicted)"]
        lines.append(" " * 13 + "".join(f"{label.value[:10]:>12}" for label in LABELS))
        for label, row in zip(LABELS, self.confusion, strict=True):
            lines.append(f"{label.value:<13}" + "".join(f"{count:>12}" for count in row))
        return "\n".join(lines)


def score(
    truth: Sequence[Label], predicted: Sequence[Label], probabilities: npt.NDArray[np.floating[Any]] | None = None
) -> Scores:
    """Compare labels; `probabilities` is (lines, labels) in the order of LABELS.

    Raises ValueError when the two differ in length or are empty.
    """
    if len(truth) != len(predicted) or not truth:
        raise ValueError(f"expected as many predictions as true labels, at least one; got {len(predicted)} for {len(truth)}")
    code = {label: number for number, label in enumerate(LABELS)}
    true = np.array([code[label] for label in truth])
    given = np.array([code[label] for label in predicted])
    size = len(LABELS)
    confusion = np.bincount(true * size + given, minlength=size * size).reshape(size, size)
    right = np.diag(confusion)
    chosen, there = confusion.sum(axis=0), confusion.sum(axis=1)
    precision = right / np.maximum(chosen, 1)
    recall = right / np.maximum(there, 1)
    f1 = 2 * right / np.maximum(chosen + there, 1)
    present = (chosen + there) > 0
    bins: tuple[ReliabilityBin, ...] = ()
    if probabilities is not None:
        rows = np.asarray(probabilities)
        bins = reliability_bins(rows.argmax(axis=1) == true, rows.max(axis=1))
    return Scores(
        classes={
            label: ClassScore(float(precision[n]), float(recall[n]), float(f1[n]), int(there[n]))
            for n, label in enumerate(LABELS)
        },
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        macro_f1=float(f1[present].mean()),
        accuracy=float((true == given).mean()),
        lines=len(truth),
        calibration_error=None if probabilities is None else calibration_error(bins),
        reliability=bins,
    )


def reliability_bins(
    right: npt.NDArray[np.bool_], confidence: npt.NDArray[np.floating[Any]], bins: int = CALIBRATION_BINS
) -> tuple[ReliabilityBin, ...]:
    """Lines by their confidence, in bins of equal width; `right` and `confidence` are (lines,). Empty bins are left out."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for one in range(bins):
        inside = place == one
        if inside.any():
            found.append(ReliabilityBin(float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum())))
    return tuple(found)


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Expected calibration error: the mean gap between confidence and share right, weighted by lines."""
    return sum(abs(one.right - one.confidence) * one.lines for one in bins) / max(sum(one.lines for one in bins), 1)
