"""How much each n-gram of a line moves the columns that its own words made: the first pass's opinions.

Those columns are log-probabilities of the line and probabilities of its sentences: a softmax of sums of
weights. From no n-gram at all to the line as it stands, the softmax's average slope (integrated
gradients) tells what each weight is worth. It has no closed form, so it is integrated numerically; what
that may leave, some 1e-9 of the score, stays with `no_words`.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from classifier.ngrams import encode_lines
from classifier.scoring import LinearScorer, found_in

Doubles = npt.NDArray[np.float64]

OWN, SENTENCE = "own_", "sentence_"
"""How the names of columns of the line's own words begin."""

LINE_EDGE = "¶"
"""Stands for the start or end of a line in the text of an n-gram that holds it."""

_STEPS, _STEP_WEIGHTS = np.polynomial.legendre.leggauss(40)
"""Gauss-Legendre points on -1 to 1; 40 hold the integral of a softmax to nine digits up to scores of about 50."""


def gram_values(scorer: LinearScorer, worth: Mapping[str, float], text: str) -> dict[tuple[str, int, int], float]:
    """What every known n-gram of `text` adds, by (`words` or `characters`, start, end) in `text`.

    `worth` is the score per unit of each column. A start of -1 and an end beyond the text are the line's edges.
    """
    encoded = encode_lines([text])
    found = found_in(encoded, scorer.vocabulary, scorer.families)
    table = np.concatenate([scorer.weights, scorer.squared_idf[:, None]], axis=1).astype(np.float64)
    sentence_of, lengths = _sentences(scorer, text)
    sums = np.zeros((len(lengths), table.shape[1]))
    for grams, rows in found:
        np.add.at(sums, sentence_of[grams.starts], table[rows])
    direction = _directions(scorer, worth, sums, lengths)
    values: dict[tuple[str, int, int], float] = defaultdict(float)
    positions = encoded.positions
    for grams, rows in found:
        group = "characters" if grams.family.startswith("char") else "words"
        for at in np.flatnonzero(rows).tolist():
            first = grams.starts[at]
            span = int(positions[first]), int(positions[grams.ends[at] - 1]) + 1
            values[group, *span] += float(scorer.weights[rows[at]] @ direction[sentence_of[first]])
    return values


def _sentences(scorer: LinearScorer, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The sentence that each character of the encoded stream is in, and the sentences' lengths, as the scorer has them."""
    encoded = encode_lines([text])
    lengths = scorer.score(encoded).sentence_length
    # The last sentence holds the closing line feed too, which is not counted in its length.
    sizes = lengths.copy()
    sizes[-1] += 1
    return np.repeat(np.arange(sizes.size), sizes), lengths


def _directions(scorer: LinearScorer, worth: Mapping[str, float], sums: Doubles, lengths: npt.NDArray[np.int64]) -> Doubles:
    """(sentences, labels): score per unit of an n-gram's weight for each label, by the sentence it stands in."""
    labels = range(scorer.weights.shape[1])
    intercept = scorer.intercept.astype(np.float64)

    def named(prefix: str) -> Doubles:
        return np.array([worth.get(f"{prefix}{label}", 0.0) for label in labels])

    norm = np.sqrt(max(float(sums[:, -1].sum()), 1e-6))
    line = sums[:, :-1].sum(axis=0) / norm
    own = named(OWN)
    # The slope of a log-softmax: what its label gets, less what all get in proportion to their probability.
    whole = (own - own.sum() * _mean_softmax(intercept, line)) / norm
    norms = np.sqrt(np.maximum(sums[:, -1], 1e-6))
    reached = sums[:, :-1] / norms[:, None]
    chance = np.array([_softmax(intercept + one) for one in reached])
    strongest = chance.argmax(axis=0)
    result = np.empty_like(chance)
    for number, length in enumerate(lengths.tolist()):
        asked = named("sentence_share_") * length / lengths.sum() + named("sentence_strongest_") * (strongest == number)
        if number == 0:
            asked = asked + named("sentence_first_")
        if number == len(lengths) - 1:
            asked = asked + named("sentence_last_")
        result[number] = whole + _mean_slope(intercept, reached[number]) @ asked / norms[number]
    return result


def _softmax(scores: Doubles) -> Doubles:
    power = np.exp(scores - scores.max())
    result: Doubles = power / power.sum()
    return result


def _path(start: Doubles, run: Doubles) -> list[tuple[float, Doubles]]:
    """Probabilities on the way from `start` to `start` + `run`, with the weights of their mean."""
    return [
        (weight / 2, _softmax(start + (step + 1) / 2 * run))
        for step, weight in zip(_STEPS.tolist(), _STEP_WEIGHTS.tolist(), strict=True)
    ]


def _mean_softmax(start: Doubles, run: Doubles) -> Doubles:
    return np.array(sum(weight * chance for weight, chance in _path(start, run)))


def _mean_slope(start: Doubles, run: Doubles) -> Doubles:
    """The softmax's mean Jacobian (symmetric) on the way."""
    return np.array(sum(weight * (np.diag(p) - np.outer(p, p)) for weight, p in _path(start, run)))
