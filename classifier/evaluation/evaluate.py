"""Scores of a model on labelled documents, each read as one report."""

from collections.abc import Sequence

from classifier.corpus import LabelledDocument
from classifier.evaluation.predictions import predict
from classifier.evaluation.scores import Scores
from classifier.model import Model


def evaluate(model: Model, documents: Sequence[LabelledDocument]) -> Scores:
    """Scores over all lines of `documents`; ValueError when there are none."""
    return predict(model.compact, documents).scores()
