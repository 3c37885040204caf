"""What corrections did to a model, on lines that it had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.corpus import LabelledDocument
from classifier.corpus.corrections import Corrected
from classifier.evaluation.scores import Scores, score
from classifier.labels import LABELS


@dataclass(frozen=True)
class AsCorrected:
    """Of `lines` corrected lines, `right` are answered as corrected by models that had not seen their documents.

    `without` are the held-out scores over the corpus's other documents; None where there are none.
    """

    right: int
    lines: int
    without: Scores | None

    def as_text(self) -> str:
        """For people."""
        told = f"corrected lines answered as corrected, their documents held out: {self.right} of {self.lines}"
        if self.without is None:
            return told
        return f"{told}\nwithout the corrected documents, macro-F1 of the others: {self.without.macro_f1:.3f}"


def as_corrected(
    documents: Sequence[LabelledDocument], probabilities: npt.NDArray[np.float64], said: Sequence[Corrected]
) -> AsCorrected:
    """`probabilities` (lines, labels) are the held-out ones of the lines of `documents`, in order."""
    places = {(one.documents[at].doc, line) for one in said for at, line in one.places}
    names = {document.doc for one in said for document in one.documents}
    predicted = [LABELS[index] for index in probabilities.argmax(axis=1)]
    rows = [(document.doc, number, line.label) for document in documents for number, line in enumerate(document.lines)]
    hits = [found is label for (doc, number, label), found in zip(rows, predicted, strict=True) if (doc, number) in places]
    other = [at for at, (doc, _, _) in enumerate(rows) if doc not in names]
    without = score([rows[at][2] for at in other], [predicted[at] for at in other]) if other else None
    return AsCorrected(sum(hits), len(hits), without)
