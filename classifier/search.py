"""Tries training settings within a time budget, by how they do on documents held out.

One setting at a time is changed from the best so far (coordinate descent): the settings hardly
interact, and each trial trains a whole model, so the budget buys a dozen trials, not hundreds.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from classifier.corpus import LabelledDocument
from classifier.training import Noise, Progress, Settings, Trained, train

CHOICES: dict[str, tuple[Any, ...]] = {
    "penalty": (0.1, 0.3, 1.0, 3.0),
    "regularisation": (3.0, 20.0, 60.0),
    "hidden": (32, 64, 128),
    "epochs": (4, 8, 16),
    "copies": (1, 3, 6),
}
"""Settings that matter, most first, with values a factor of two or three apart: finer steps are lost in the noise."""


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, their held-out macro-F1, and the seconds it took."""

    settings: Settings
    macro_f1: float
    seconds: float


def search(
    documents: Sequence[LabelledDocument],
    noise: Noise,
    budget: float,
    start: Settings | None = None,
    *,
    jobs: int | None = None,
    progress: Progress = lambda message: None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Trained, list[Trial]]:
    """The best trained model that `budget` seconds find, and all trials in order.

    The first trial, with the settings of `start`, always runs; another starts only when the longest so
    far would still fit. Being the best of several, the winner's own figure is a little flattering.
    """
    began = clock()
    trials: list[Trial] = []
    best: Trained | None = None
    waiting: list[Settings] = [start or Settings()]
    tried: set[Settings] = set()
    while waiting:
        settings = waiting.pop(0)
        longest = max((trial.seconds for trial in trials), default=0.0)
        if trials and clock() - began + longest > budget:
            progress(f"search: the time is up after {len(trials)} trials")
            break
        tried.add(settings)
        at = clock()
        trained = train(documents, noise, settings, jobs=jobs)
        trials.append(Trial(settings, trained.scores.macro_f1, clock() - at))
        better = best is None or trained.scores.macro_f1 > best.scores.macro_f1
        progress(f"search: macro-F1 {trained.scores.macro_f1:.4f}{' best' if better else ''} with {described(settings)}")
        if better:
            best = trained
            waiting = [one for one in _around(settings) if one not in tried]
    assert best is not None  # the first trial always runs
    return best, trials


def described(settings: Settings) -> str:
    """Settings in one line."""
    return ", ".join(f"{name} {value}" for name, value in asdict(settings).items() if name != "seed")


def _around(settings: Settings) -> Iterator[Settings]:
    for name, values in CHOICES.items():
        here = getattr(settings, name)
        below = [value for value in values if value < here]
        above = [value for value in values if value > here]
        for value in [*below[-1:], *above[:1]]:
            yield replace(settings, **{name: value})
