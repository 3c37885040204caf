"""Scores of a model on labelled documents, each read as one report."""

from collections.abc import Sequence

import numpy as np

from classifier.corpus import LabelledDocument
from classifier.evaluation.scores import Scores, score
from classifier.labels import LABELS
from classifier.model import Model


def evaluate(model: Model, documents: Sequence[LabelledDocument]) -> Scores:
    """Scores over all lines of `documents`; ValueError when there are none."""
    reports = model.classify_many("\n".join(line.text for line in document.lines) for document in documents)
    truth = [line.label for document in documents for line in document.lines]
    lines = [line for report in reports for line in report.lines]
    probabilities = np.array([[line.probabilities[label] for label in LABELS] for line in lines])
    return score(truth, [line.label for line in lines], probabilities)
