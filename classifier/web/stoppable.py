"""A long text's classification that stops on the way: the scorer asks between its steps whether anybody waits.

The largest body takes some ten seconds, and its longest step (cutting into words) two or three of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from classifier.model import Model
from classifier.ngrams import EncodedLines, Occurrences
from classifier.scoring import LinearScorer, LineScores, Rows


@dataclass(frozen=True)
class _AskingScorer(LinearScorer):
    check: Callable[[], None]

    def find(self, encoded: EncodedLines) -> dict[str, tuple[Occurrences, Rows]]:
        self.check()
        return super().find(encoded)

    def score(self, encoded: EncodedLines, grams: dict[str, tuple[Occurrences, Rows]] | None = None) -> LineScores:
        self.check()
        scores = super().score(encoded, grams)
        self.check()
        return scores


def stoppable(model: Model, check: Callable[[], None]) -> Model:
    """The same model with the same answers, which calls `check` between its steps; what that raises ends the work."""
    scorer = model.compact.scorer
    parts = {field.name: getattr(scorer, field.name) for field in fields(LinearScorer)}
    return replace(model, compact=replace(model.compact, scorer=_AskingScorer(**parts, check=check)))
