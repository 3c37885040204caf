"""Text for the benchmarks: the corpus's documents, repeated with variation so that few lines are the same."""

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from classifier.corpus.documents import read_corpus

ROOT = Path(__file__).parent.parent.parent

_CLAUSE = re.compile(r"[^，；。！？、]+[，；。！？、]?")
_DIGIT = re.compile(r"\d")

SWAPS = 0.15
"""Share of a long line's clauses that another line's clause takes the place of: the words are the
corpus's own, as is their frequency, and a paragraph is never the same twice."""


@cache
def corpus_texts() -> tuple[tuple[str, ...], ...]:
    """The lines of every document of the corpus."""
    return tuple(tuple(line.text for line in document.lines) for document in read_corpus(ROOT / "corpus"))


@cache
def _clauses() -> tuple[str, ...]:
    return tuple(clause for lines in corpus_texts() for line in lines if len(line) > 40 for clause in _CLAUSE.findall(line))


def varied(characters: int, seed: int = 0) -> Iterator[str]:
    """Documents of some `characters` together: whole passes over the corpus, every pass varied otherwise.

    Digits are drawn anew and clauses swapped, so that lines differ as they do between real reports; headings
    without a digit and short furniture come back as they do in a crawl.
    """
    draw = random.Random(seed)
    made = 0
    while True:
        documents = list(corpus_texts())
        draw.shuffle(documents)
        for lines in documents:
            text = "\n".join(_varied_line(line, draw) for line in lines)
            yield text
            made += len(text)
            if made >= characters:
                return


def _varied_line(line: str, draw: random.Random) -> str:
    if len(line) > 40:
        pieces = _CLAUSE.findall(line)
        line = "".join(draw.choice(_clauses()) if draw.random() < SWAPS else piece for piece in pieces)
    return _DIGIT.sub(lambda _: str(draw.randrange(10)), line)


def megabytes(texts: list[str]) -> float:
    """Their size in UTF-8."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) / 1e6
