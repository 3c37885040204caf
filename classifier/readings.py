"""What lines say by themselves, whatever document they stand in: read once, and remembered over a crawl.

`LineMemory` keeps what it read of earlier lines, so that the furniture and the headings that stand in every
document cost a look-up. It belongs to one run over many texts, and to one thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.context import log_softmax, sentence_columns, shape_columns, softmax
from classifier.ngrams import encode_lines
from classifier.scoring import Floats, LinearScorer
from classifier.topic import TopicGrams, body_lines, topic_grams

KEPT_CHARACTERS = 1_000_000
"""Characters of lines remembered at most: about 60 MB, and a thousand pages' furniture many times over."""

_LINE_COST = 40
"""Characters that a line counts for besides its own: its columns take the room of so many characters' n-grams."""

Names = tuple[list[str], list[str], list[str]]


@dataclass(frozen=True)
class Readings:
    """One row a line read: `own` (log-probabilities), `opinion` (probabilities), sentences and shape.

    `names` are those of the columns of `own`, `sentences` and `shape`.
    """

    own: Floats
    opinion: Floats
    sentences: Floats
    shape: Floats
    body: npt.NDArray[np.bool_]
    topics: tuple[TopicGrams, ...]
    names: Names


def read_lines(scorer: LinearScorer, texts: Sequence[str]) -> Readings:
    """Read `texts`, each a line."""
    encoded = encode_lines(texts)
    grams = scorer.find(encoded)
    scores = scorer.score(encoded, grams)
    sentences, sentence_names = sentence_columns(scores)
    shape, shape_names = shape_columns(encoded)
    own = log_softmax(scores.lines)
    names = [f"own_{c}" for c in range(own.shape[1])], sentence_names, shape_names
    topics = topic_grams(encoded, grams, scorer.weight_of_rows)
    return Readings(own, softmax(scores.lines), sentences, shape, body_lines(encoded), topics, names)


def read_once(scorer: LinearScorer, texts: Sequence[str]) -> tuple[Readings, npt.NDArray[np.int64]]:
    """Readings of the lines of `texts`, each that stands more than once read once; and each line's row in them."""
    once: dict[str, int] = {}
    rows = [once.setdefault(text, len(once)) for text in texts]
    return read_lines(scorer, list(once)), np.array(rows, dtype=np.int64)


class LineMemory:
    """`read_once` for batch after batch, with the lines of the earlier ones, as far as `characters` hold them."""

    def __init__(self, scorer: LinearScorer, characters: int = KEPT_CHARACTERS) -> None:
        self._scorer = scorer
        self._characters = characters
        self._names: Names = ([], [], [])
        self._forget()

    def read(self, texts: Sequence[str]) -> tuple[Readings, npt.NDArray[np.int64]]:
        """Readings, and the row of each of `texts` in them; the rows hold until the next call."""
        fresh = self._fresh(texts)
        if self._held > self._characters:
            self._forget()
            fresh = self._fresh(texts)
            if self._held > self._characters:
                self._forget()
                return read_once(self._scorer, texts)
        if fresh:
            more = read_lines(self._scorer, fresh)
            self._names = more.names
            for grown, values in zip(
                self._columns, (more.own, more.opinion, more.sentences, more.shape, more.body), strict=True
            ):
                grown.add(values)
            for parts, one in zip(self._topics, more.topics, strict=True):
                starts = one.starts + parts[0].size
                for grown, values in zip(parts, (one.keys, one.weights, starts, one.counts), strict=True):
                    grown.add(values)
        known = self._known
        rows = np.array([known[text] for text in texts], dtype=np.int64)
        topics = tuple(TopicGrams(*(grown.values for grown in parts)) for parts in self._topics)
        own, opinion, sentences, shape, body = (grown.values for grown in self._columns)
        return Readings(own, opinion, sentences, shape, body, topics, self._names), rows

    def _fresh(self, texts: Sequence[str]) -> list[str]:
        """The lines that are not known, from now on known."""
        known = self._known
        fresh: list[str] = []
        for text in texts:
            if text not in known:
                known[text] = len(known)
                fresh.append(text)
        self._held += sum(map(len, fresh)) + _LINE_COST * len(fresh)
        return fresh

    def _forget(self) -> None:
        self._known: dict[str, int] = {}
        self._held = 0
        self._columns = [_Grown() for _ in range(5)]
        self._topics = [[_Grown() for _ in range(4)] for _ in range(2)]


class _Grown:
    """Rows added at the end of an array that doubles when it is full."""

    def __init__(self) -> None:
        self._array: npt.NDArray[Any] | None = None
        self.size = 0

    def add(self, values: npt.NDArray[Any]) -> None:
        size = self.size + len(values)
        if self._array is None or size > len(self._array):
            larger = np.empty((max(size, 2 * self.size), *values.shape[1:]), dtype=values.dtype)
            if self.size:
                larger[: self.size] = self.values
            self._array = larger
        self._array[self.size : size] = values
        self.size = size

    @property
    def values(self) -> npt.NDArray[Any]:
        return np.empty(0) if self._array is None else self._array[: self.size]
