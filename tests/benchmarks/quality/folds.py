"""Models that have not seen a part of the corpus, trained once and kept for all studies of a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from classifier.compact import CompactModel
from classifier.corpus import LabelledDocument, corpus_hash
from classifier.corpus.augment import partition_of
from classifier.corpus.documents import read_corpus, read_noise
from classifier.evaluation.predictions import Predictions, beside, predict
from classifier.labels import LABELS, Label
from classifier.pipeline import compact_form
from classifier.training import Settings, fit

ROOT = Path(__file__).parents[3]
Noise = Sequence[tuple[str, str]]
Documents = Sequence[LabelledDocument]


@dataclass(frozen=True)
class Corpus:
    documents: tuple[LabelledDocument, ...]
    noise: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        return corpus_hash(self.documents, self.noise)

    def without(self, away: Callable[[LabelledDocument], bool], noise_away: Callable[[str], bool]) -> "Corpus":
        kept = tuple(one for one in self.documents if not away(one))
        return Corpus(kept, tuple((family, text) for family, text in self.noise if not noise_away(text)))


def shipped_corpus() -> Corpus:
    return Corpus(tuple(read_corpus(ROOT / "corpus")), tuple(read_noise(ROOT / "corpus")))


def learnt(corpus: Corpus, settings: Settings, keep: Path | None, name: str) -> CompactModel:
    """A model trained on `corpus`; from `keep` where an earlier run left it there."""
    path = None if keep is None else keep / f"{corpus.sha256[:16]}-{name}.npz"
    if path is not None and path.exists():
        return CompactModel.from_bytes(path.read_bytes())
    compact = compact_form(fit(corpus.documents, corpus.noise, settings, jobs=2).pipeline)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(compact.to_bytes())
    return compact


@dataclass(frozen=True)
class Fold:
    """A model, what it learnt from, and the documents that it has not seen."""

    name: str
    trained_on: Corpus
    held_out: tuple[LabelledDocument, ...]
    model: CompactModel


def document_folds(corpus: Corpus, settings: Settings, keep: Path | None, number: int) -> list[Fold]:
    """One fold a partition of the corpus, the first `number` of them."""
    folds = []
    for part in range(number):
        rest = corpus.without(
            lambda one, part=part: partition_of(one.doc) == part, lambda text, part=part: partition_of(text) == part
        )  # type: ignore[misc]
        held_out = tuple(one for one in corpus.documents if partition_of(one.doc) == part)
        folds.append(Fold(f"partition-{part}", rest, held_out, learnt(rest, settings, keep, f"partition-{part}")))
    return folds


def genre_folds(corpus: Corpus, settings: Settings, keep: Path | None, number: int = 5) -> list[Fold]:
    """Whole genres held out, some at a time, as GroupKFold divides them; loose noise has no genre and is learnt in all."""
    genres = np.array([one.genre for one in corpus.documents for _ in one.lines])
    folds = []
    for at, (_, outside) in enumerate(GroupKFold(number).split(genres, groups=genres)):
        away = set(genres[outside].tolist())
        rest = corpus.without(lambda one, away=away: one.genre in away, lambda text: False)  # type: ignore[misc]
        held_out = tuple(one for one in corpus.documents if one.genre in away)
        folds.append(Fold(f"genres-{at}", rest, held_out, learnt(rest, settings, keep, f"genres-{at}")))
    return folds


def together(parts: Sequence[Predictions]) -> Predictions:
    """Predictions of several folds as one."""
    documents = [document for part in parts for document in part.documents]
    return beside(documents, np.concatenate([part.probabilities for part in parts]))


def held_out(
    folds: Sequence[Fold], change: Callable[[LabelledDocument], LabelledDocument | None] = lambda one: one
) -> Predictions:
    """What the folds' models say of documents that they have not seen, each changed by `change`, None to leave it out."""
    parts = []
    for fold in folds:
        changed = [new for one in fold.held_out if (new := change(one)) is not None]
        parts.append(predict(fold.model, changed))
    return together(parts)


def figures(predictions: Predictions) -> dict[str, float]:
    """F1 of every label and macro-F1, rounded."""
    scores = predictions.scores()
    found = {label.value: round(scores.classes[label].f1, 3) for label in LABELS}
    return {**found, "macro_f1": round(scores.macro_f1, 3), "accuracy": round(scores.accuracy, 3)}


def certain(documents: Documents, labels: Sequence[Label]) -> Predictions:
    """Predictions of a classifier that gives labels without probabilities."""
    code = {label: number for number, label in enumerate(LABELS)}
    return beside(documents, np.eye(len(LABELS))[[code[label] for label in labels]])


def single_lines(document: LabelledDocument) -> list[LabelledDocument]:
    """Every line as a document of its own."""
    return [replace(document, doc=f"{document.doc}/{n}", lines=(line,)) for n, line in enumerate(document.lines)]


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Rows of figures as a Markdown table."""
    names = list(next(iter(rows.values())))
    head = f"| | {' | '.join(names)} |\n|{' --- |' * (len(names) + 1)}"
    body = [
        f"| {name} | " + " | ".join(f"{row[one]:.3f}" if isinstance(row[one], float) else str(row[one]) for one in names) + " |"
        for name, row in rows.items()
    ]
    return "\n".join([head, *body])
