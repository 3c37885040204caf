"""How much of a text's words a corpus has ever seen."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from classifier.tokenizer import tokenize

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Unseen:
    """Words of a text that a corpus lacks: of its running words, and of its different words."""

    words: int
    unseen_words: int
    different: int
    unseen_different: int

    @property
    def share(self) -> float:
        """Share of the running words, 0 for a text without words."""
        return self.unseen_words / self.words if self.words else 0.0

    @property
    def share_different(self) -> float:
        """Share of the different words, 0 for a text without words."""
        return self.unseen_different / self.different if self.different else 0.0


def words(texts: Iterable[str]) -> Counter[str]:
    """The Chinese words of `texts` with their numbers; digits, letters and marks are none."""
    return Counter(word for word in tokenize("\n".join(texts)) if _CHINESE.match(word))


def unseen(texts: Iterable[str], corpus: Iterable[str]) -> Unseen:
    """The words of `texts` that `corpus` has not got."""
    known, asked = words(corpus), words(texts)
    new = {word: count for word, count in asked.items() if word not in known}
    return Unseen(asked.total(), sum(new.values()), len(asked), len(new))
