"""What a model says of labelled documents, beside what they say themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.compact import CompactModel
from classifier.corpus import LabelledDocument
from classifier.evaluation.scores import Scores, score
from classifier.labels import LABELS

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Predictions:
    """`truth` (lines) and `probabilities` (lines, labels) in the order of LABELS; `owner` (lines) numbers `documents`."""

    documents: tuple[LabelledDocument, ...]
    truth: Ints
    probabilities: Doubles
    owner: Ints

    @property
    def predicted(self) -> Ints:
        """Number of the likeliest label of every line."""
        likeliest: Ints = self.probabilities.argmax(axis=1)
        return likeliest

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Which lines are labelled right."""
        right: npt.NDArray[np.bool_] = self.predicted == self.truth
        return right

    def scores(self) -> Scores:
        """Scores over all lines."""
        truth, predicted = ([LABELS[number] for number in codes.tolist()] for codes in (self.truth, self.predicted))
        return score(truth, predicted, self.probabilities)

    def of_documents(self, chosen: Ints) -> "Predictions":
        """The predictions of some documents alone, by their numbers in ascending order."""
        rows = np.isin(self.owner, chosen)
        owner = np.searchsorted(chosen, self.owner[rows])
        documents = tuple(self.documents[number] for number in chosen.tolist())
        return Predictions(documents, self.truth[rows], self.probabilities[rows], owner)

    def confusions(self) -> Doubles:
        """(documents, labels, labels): counts of lines by true and predicted label."""
        size = len(LABELS)
        found = np.zeros((len(self.documents), size, size))
        np.add.at(found, (self.owner, self.truth, self.predicted), 1)
        return found


def beside(documents: Sequence[LabelledDocument], probabilities: Doubles) -> Predictions:
    """Predictions of `probabilities`, one row a line of `documents` in order; ValueError where the numbers differ."""
    code = {label: number for number, label in enumerate(LABELS)}
    truth = np.array([code[line.label] for document in documents for line in document.lines], dtype=np.int64)
    owner = np.repeat(np.arange(len(documents)), [len(document.lines) for document in documents])
    if len(probabilities) != truth.size or not truth.size:
        raise ValueError(f"expected one row a line and at least one line, got {len(probabilities)} for {truth.size} lines")
    return Predictions(tuple(documents), truth, np.asarray(probabilities, dtype=np.float64), owner)


def predict(compact: CompactModel, documents: Sequence[LabelledDocument]) -> Predictions:
    """What the model says of each document read as one report."""
    return beside(documents, compact.probabilities([document.document() for document in documents]))
