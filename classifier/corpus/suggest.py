"""Out of unlabelled documents, the lines most worth a person's label.

A line is worth it when the model is unsure (the entropy of its probabilities) and when it says
something new: each choice lowers the worth of the lines that share its words, and lines that stand in
the corpus already are never chosen. Greedy, as in maximal marginal relevance (Carbonell and Goldstein,
SIGIR 1998).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from classifier.corpus.documents import LabelledDocument, LabelledLine
from classifier.corpus.duplicates import letters
from classifier.corpus.suggested import FIELD, SuggestedLines
from classifier.labels import LABELS
from classifier.ngrams import encode_lines, occurrences
from classifier.report import ClassifiedReport

_POOL = 20
"""Times the budget that is looked at, by uncertainty: what lies further down is never reached by diversity."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Suggestions:
    """Documents in which lines are suggested, best first by their best line; their lines have the model's labels.

    `asked` counts suggested lines; `documents_read` and `lines_read` what they were chosen from.
    """

    documents: tuple[LabelledDocument, ...]
    asked: int
    documents_read: int
    lines_read: int


def suggest(
    reports: Sequence[tuple[str, ClassifiedReport]], model_version: str, budget: int, known: Iterable[str] = ()
) -> Suggestions:
    """Choose at most `budget` lines of (document name, report) pairs; `known` are texts of the corpus.

    ValueError for a budget below 1.
    """
    if budget < 1:
        raise ValueError(f"expected a budget of at least one line, got {budget}")
    seen = {letters(text) for text in known}
    places: list[tuple[int, int]] = []
    for number, (_, report) in enumerate(reports):
        for index, line in enumerate(report.lines):
            reading = letters(line.text)
            if reading and reading not in seen:
                seen.add(reading)
                places.append((number, index))
    lines = [reports[number][1].lines[index] for number, index in places]
    doubt = np.array([_entropy([line.probabilities[label] for label in LABELS]) for line in lines])
    pool = np.argsort(-doubt, kind="stable")[: budget * _POOL]
    chosen = pool[_different([lines[at].text for at in pool], doubt[pool], budget)] if pool.size else pool
    ranks: dict[int, dict[int, int]] = {}
    for rank, at in enumerate(chosen.tolist(), 1):
        number, index = places[at]
        ranks.setdefault(number, {})[index + 1] = rank
    return Suggestions(
        documents=tuple(_document(*reports[number], model_version, marks) for number, marks in ranks.items()),
        asked=len(chosen),
        documents_read=len(reports),
        lines_read=sum(len(report.lines) for _, report in reports),
    )


def _entropy(probabilities: Sequence[float]) -> float:
    """In shares of the greatest there can be, 0 to 1."""
    chance = np.clip(np.asarray(probabilities), 1e-12, 1)
    return float(-(chance * np.log(chance)).sum() / np.log(chance.size))


def _different(texts: Sequence[str], doubt: Doubles, wanted: int) -> npt.NDArray[np.int64]:
    """Indices of lines that are doubtful and unlike each other, in the order of choice."""
    vectors = _vectors(texts)
    nearest = np.zeros(len(texts))
    free = np.ones(len(texts), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < wanted and free.any():
        # A line just like one that was chosen is worth nothing, one that shares nothing its full doubt.
        worth = np.where(free, doubt * (1 - nearest), -1)
        at = int(worth.argmax())
        chosen.append(at)
        free[at] = False
        nearest = np.maximum(nearest, np.clip(vectors @ vectors[at].T.toarray().ravel(), 0, 1))
    return np.array(chosen, dtype=np.int64)


def _vectors(texts: Sequence[str]) -> scipy.sparse.csr_matrix:
    """Unit vectors of the lines' words, each counted once, rarer ones heavier."""
    encoded = encode_lines(texts)
    (grams,) = occurrences(encoded, ("word1",))
    words, column = np.unique(grams.keys, return_inverse=True)
    row = encoded.line_of[grams.starts]
    table = scipy.sparse.csr_matrix((np.ones(row.size), (row, column)), shape=(len(texts), words.size))
    table.data[:] = 1
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(table.indices, minlength=words.size))) + 1
    table = table.multiply(rarity[None, :]).tocsr()
    norm = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return scipy.sparse.csr_matrix(scipy.sparse.diags_array(1 / np.maximum(norm, 1e-9)) @ table)


def _document(name: str, report: ClassifiedReport, model_version: str, ranks: dict[int, int]) -> LabelledDocument:
    lines = tuple(LabelledLine(line.text, line.label, line.heading) for line in report.lines)
    field = SuggestedLines(model_version, tuple(line.confidence for line in report.lines), ranks)
    return LabelledDocument(name, "unlabelled", lines, {FIELD: field.as_field()})
