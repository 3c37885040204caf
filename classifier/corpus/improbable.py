"""Labels that a cross-validated model finds improbable, ranked by cleanlab's confident learning."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.corpus.documents import LabelledDocument
from classifier.labels import LABELS, Label


class MissingLibraryError(RuntimeError):
    """A library of an extra is not installed; the message names the command that installs it."""


@dataclass(frozen=True)
class Improbable:
    """A line (its place among all lines) whose label looks wrong: what the model says, and the label's probability."""

    line: int
    label: Label
    model_says: Label
    probability: float


def improbable_labels(documents: Sequence[LabelledDocument], probabilities: npt.NDArray[np.float64]) -> list[Improbable]:
    """Lines whose label is likely wrong, least probable first (Northcutt et al., JAIR 2021).

    `probabilities` is (lines, labels), each row from a model that had not seen the line's document.
    Raises MissingLibraryError without cleanlab.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        raise MissingLibraryError("cleanlab is not installed; `pip install 'baogao[learn]'` brings it") from None
    code = {label: number for number, label in enumerate(LABELS)}
    labels = np.array([code[line.label] for document in documents for line in document.lines])
    # One process: the work is a second, and forked workers would print.
    ranked = find_label_issues(labels, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    return [
        Improbable(int(at), LABELS[labels[at]], LABELS[int(probabilities[at].argmax())], float(probabilities[at, labels[at]]))
        for at in ranked
    ]


def cross_validated(
    documents: Sequence[LabelledDocument], noise: Sequence[tuple[str, str]], progress: Callable[[str], None]
) -> npt.NDArray[np.float64]:
    """(lines, labels) probabilities from models that had not seen the documents; ValueError when there are too few."""
    from sklearn.exceptions import ConvergenceWarning

    from classifier.training import Settings, train

    warnings.simplefilter("ignore", ConvergenceWarning)
    # Half the variants and networks of a model to be kept: the ranking hardly changes, the time halves.
    return train(documents, noise, Settings(copies=2, networks=2), progress=progress).probabilities
