"""Documents whose lines a model labelled, with which of them are most worth a person's look.

The file shape is the corpus's own (so every tool for documents reads it), with one more field:
"suggest": {"model": version, "confidence": [one number a line], "lines": [{"line": 3, "rank": 1}, ...]}.
Lines count from 1; rank 1 is to be looked at first, ranks run over the whole file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from classifier.corpus.documents import CorpusError, LabelledDocument

FIELD = "suggest"


@dataclass(frozen=True)
class SuggestedLines:
    """What the field holds: the model's version, its confidence in every line, and the rank of those suggested."""

    model: str
    confidence: tuple[float, ...]
    ranks: Mapping[int, int]

    def as_field(self) -> dict[str, object]:
        """The value of the document's field."""
        lines = [{"line": line, "rank": rank} for line, rank in sorted(self.ranks.items())]
        return {"model": self.model, "confidence": [round(value, 4) for value in self.confidence], "lines": lines}


def suggested_lines(document: LabelledDocument) -> SuggestedLines | None:
    """What the document's field holds, None where it has none; CorpusError where it does not fit the document."""
    field = document.extra.get(FIELD)
    if field is None:
        return None
    try:
        confidence = tuple(float(value) for value in field["confidence"])
        found = SuggestedLines(str(field["model"]), confidence, {int(one["line"]): int(one["rank"]) for one in field["lines"]})
    except (TypeError, KeyError, ValueError):
        raise CorpusError(f'{document.doc}: its "{FIELD}" is not what `baogao suggest` writes') from None
    if len(confidence) != len(document.lines) or not all(1 <= line <= len(confidence) for line in found.ranks):
        raise CorpusError(f'{document.doc}: its "{FIELD}" tells of {len(confidence)} lines, and it has {len(document.lines)}')
    return found
