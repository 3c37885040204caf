"""Plots of the evaluation page as SVG whose words stay text, in the page's own font."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from classifier.evaluation.font import ChineseFont
from classifier.evaluation.predictions import Predictions
from classifier.evaluation.scores import reliability_bins
from classifier.labels import LABELS

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
"""Lines differ in their dashes as well as their colours: they are told apart in grey print."""


@contextmanager
def _figure(width: float, height: float, font: ChineseFont | None, columns: int = 1) -> Iterator[tuple[Any, Any, list[str]]]:
    """A figure and its axes; afterwards its SVG stands in the list."""
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    family = ["DejaVu Sans"]
    if font:
        if font.number < 0:
            font_manager.fontManager.addfont(str(font.path))
        family = [font.family, *family]
    found: list[str] = []
    settings: dict[Any, Any] = {
        "font.family": family,
        "svg.fonttype": "none",
        "svg.hashsalt": "baogao",
        "font.size": 10,
        "axes.grid": True,
    }
    with matplotlib.rc_context(settings | {"grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        yield figure, figure.subplots(1, columns), found
        buffer = io.StringIO()
        with warnings.catch_warnings():
            # Where matplotlib has no Chinese font the browser still shows the words: they are text.
            warnings.simplefilter("ignore")
            figure.savefig(buffer, format="svg", metadata={"Date": None})
    found.append(re.sub(r"^.*?(?=<svg)", "", buffer.getvalue(), flags=re.DOTALL))


def reliability(predictions: Predictions, words: Mapping[str, str], font: ChineseFont | None) -> str:
    """Confidence of the likeliest label against how often it is right."""
    with _figure(4.6, 3.8, font) as (_, axes, found):
        axes.plot([0, 1], [0, 1], color="#57606a", linestyle="--", linewidth=1)
        for one in reliability_bins(predictions.right, predictions.probabilities.max(axis=1)):
            size = 12 + 200 * one.lines / predictions.right.size
            axes.scatter(one.confidence, one.right, s=size, color="#0b5cad", zorder=3, clip_on=False)
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel=words["confidence"], ylabel=words["right"])
    return found[0]


def threshold(predictions: Predictions, words: Mapping[str, str], font: ChineseFont | None) -> str:
    """Share of lines kept, and share of them right, by the threshold on confidence."""
    confidence = predictions.probabilities.max(axis=1)
    steps = np.linspace(0.2, 0.995, 160)
    kept = np.array([(confidence >= step).mean() for step in steps])
    right = np.array([predictions.right[confidence >= step].mean() if (confidence >= step).any() else np.nan for step in steps])
    with _figure(4.6, 3.8, font) as (_, axes, found):
        axes.plot(steps, kept, color="#57606a", linestyle="--", label=words["kept"])
        axes.plot(steps, right, color="#1a7f37", label=words["kept_right"])
        axes.set(xlim=(0.2, 1), ylim=(0, 1.02), xlabel=words["min_confidence"])
        axes.legend(loc="lower left")
    return found[0]


def precision_recall(
    predictions: Predictions, names: Mapping[str, str], words: Mapping[str, str], font: ChineseFont | None
) -> str:
    """Each label's precision and recall by the threshold on its own probability."""
    steps = np.linspace(0.05, 0.99, 95)
    with _figure(9.4, 3.8, font, columns=2) as (_, (left, right), found):
        for number, label in enumerate(LABELS):
            truth = predictions.truth == number
            if not truth.any():
                continue
            chance = predictions.probabilities[:, number]
            taken = [chance >= step for step in steps]
            precision = [truth[one].mean() if one.any() else np.nan for one in taken]
            recall = [(one & truth).sum() / truth.sum() for one in taken]
            style: dict[str, Any] = {"color": label.colour, "linestyle": _DASHES[number], "label": names[label]}
            left.plot(steps, precision, **style)
            right.plot(steps, recall, **style)
        left.set(ylim=(0, 1.02), xlabel=words["min_confidence"], title=words["precision"])
        right.set(ylim=(0, 1.02), xlabel=words["min_confidence"], title=words["recall"])
        right.legend(loc="lower left")
    return found[0]
