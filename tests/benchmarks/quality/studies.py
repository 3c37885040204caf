"""The studies, each from the corpus to a mapping of rows to figures."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from classifier.corpus import LabelledDocument
from classifier.corpus.documents import read_documents
from classifier.document import Document
from classifier.evaluation.baselines import baselines
from classifier.evaluation.predictions import Predictions, beside, predict
from classifier.labels import LABELS, Label
from classifier.pipeline import DEFAULT_FAMILIES
from classifier.training import Settings, fit
from tests.benchmarks.quality import robustness
from tests.benchmarks.quality.folds import (
    Corpus,
    certain,
    document_folds,
    figures,
    genre_folds,
    held_out,
    learnt,
    single_lines,
    together,
)

Rows = dict[str, dict[str, float]]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Study:
    """What a study is given: the corpus, a folder for its models, how many folds, real documents to score, progress."""

    corpus: Corpus
    keep: Path | None
    folds: int
    real: Path | None
    say: Say

    def real_documents(self) -> list[LabelledDocument]:
        return [] if self.real is None else list(read_documents(self.real))


def comparison(study: Study) -> Rows:
    """Baselines and ours, trained on the same documents and scored on the same lines."""
    folds = document_folds(study.corpus, Settings(), study.keep, study.folds)
    real = study.real_documents()
    rows: Rows = {}
    for name, learn in baselines().items():
        study.say(f"baseline: {name}")
        parts = [
            certain(fold.held_out, learn(fold.trained_on.documents, fold.trained_on.noise)(fold.held_out)) for fold in folds
        ]
        rows[name] = figures(together(parts))
        if real:
            known = learn(study.corpus.documents, study.corpus.noise)(real)
            rows[name]["real reports"] = figures(certain(real, known))["macro_f1"]
    rows["baogao"] = figures(held_out(folds))
    if real:
        whole = learnt(study.corpus, Settings(), study.keep, "whole")
        rows["baogao"]["real reports"] = figures(predict(whole, real))["macro_f1"]
    return rows


FAMILIES = {
    "words": ("word1", "word2"),
    "characters": ("char1", "char2"),
    "words and characters": ("word1", "word2", "char1", "char2"),
    "words, characters, first words": DEFAULT_FAMILIES,
}


def ablation(study: Study) -> Rows:
    """Words, characters, both; each line by itself, and in its context. Cross-fitted as `baogao train` does."""
    rows: Rows = {}
    for name, families in FAMILIES.items():
        study.say(f"ablation: {name}")
        fitted = fit(study.corpus.documents, study.corpus.noise, Settings(families=families), jobs=2)
        rows[f"{name}, line alone"] = figures(beside(study.corpus.documents, fitted.first_opinions()))
        rows[f"{name}, in context"] = figures(beside(study.corpus.documents, fitted.cross_fitted(jobs=2)))
    return rows


def context_modes(study: Study) -> Rows:
    """The same model with context taken away at reading."""
    folds = document_folds(study.corpus, Settings(), study.keep, study.folds)
    alone = [predict(fold.model, [line for one in fold.held_out for line in single_lines(one)]) for fold in folds]
    return {
        "as written": figures(held_out(folds)),
        "windows of 12 lines": figures(held_out(folds, _window)),
        "lines shuffled": figures(held_out(folds, robustness.shuffled)),
        "as written, paragraphs only": figures(_paragraphs(held_out(folds))),
        "headings taken out, paragraphs only": figures(_paragraphs(held_out(folds, _without_headings))),
        "single lines": figures(together(alone)),
        "single lines, paragraphs only": figures(_paragraphs(together(alone))),
    }


def _window(document: LabelledDocument, size: int = 12) -> LabelledDocument:
    start = random.Random(document.doc).randint(0, max(0, len(document.lines) - size))
    return replace(document, lines=document.lines[start : start + size])


def _without_headings(document: LabelledDocument) -> LabelledDocument | None:
    looks = document.document().lines
    lines = tuple(line for line, look in zip(document.lines, looks, strict=True) if not line.heading and not look.heading)
    return replace(document, lines=lines) if lines else None


def _paragraphs(predictions: Predictions) -> Predictions:
    """Only lines that neither are headings nor look like one."""
    lines = [line for document in predictions.documents for line in document.lines]
    keep = [not line.heading and not Document.from_lines([line.text]).lines[0].heading for line in lines]
    documents = [replace(document, lines=(line,)) for document in predictions.documents for line in document.lines]
    chosen = np.flatnonzero(keep)
    return beside([documents[number] for number in chosen], predictions.probabilities[chosen])


def other_hands(study: Study) -> Rows:
    """The documents as other hands would have left them: what it costs, and which share of report lines is lost by it."""
    folds = document_folds(study.corpus, Settings(), study.keep, study.folds)
    noise = LABELS.index(Label.UNRELATED)
    rows: Rows = {}
    for name, change in robustness.CHANGES.items():
        found = held_out(folds, change)
        lost = (found.predicted[found.truth != noise] == noise).mean()
        removed = (found.predicted[found.truth == noise] == noise).mean()
        rows[name] = {**figures(found), "report lines lost": round(float(lost), 4), "noise found": round(float(removed), 3)}
    return rows


def genres(study: Study) -> Rows:
    """Every genre labelled by a model that has seen no document of it, nor of the genres that are held out with it."""
    found = held_out(genre_folds(study.corpus, Settings(), study.keep))
    genre_of = np.array([one.genre for one in found.documents])
    rows: Rows = {}
    for genre in sorted(set(genre_of.tolist())):
        part = found.of_documents(np.flatnonzero(genre_of == genre))
        rows[genre] = {**figures(part), "lines": float(part.truth.size)}
    return {**rows, "all genres": {**figures(found), "lines": float(found.truth.size)}}


def learning_curve(study: Study) -> Rows:
    """Fewer documents to learn from, the same documents to be judged by."""
    real = study.real_documents()
    rows: Rows = {}
    fold = document_folds(study.corpus, Settings(), study.keep, 1)[0]
    for share in (0.125, 0.25, 0.5, 1.0):
        documents = sorted(fold.trained_on.documents, key=lambda one: random.Random(one.doc).random())
        some = Corpus(tuple(documents[: round(share * len(documents))]), fold.trained_on.noise)
        study.say(f"learning curve: {len(some.documents)} documents")
        model = fold.model if share == 1.0 else learnt(some, Settings(), study.keep, f"share-{share}")
        rows[f"{len(some.documents)} documents"] = figures(predict(model, fold.held_out))
        if real:
            rows[f"{len(some.documents)} documents"]["real reports"] = figures(predict(model, real))["macro_f1"]
    return rows


def worst(study: Study, number: int = 50) -> list[dict[str, str | float]]:
    """The lines that were surest and wrong, a genre at a time told with what stands before them."""
    found = held_out(document_folds(study.corpus, Settings(), study.keep, study.folds))
    lines = [(document, at) for document in found.documents for at in range(len(document.lines))]
    sureness = np.where(found.right, -1.0, found.probabilities.max(axis=1))
    rows: list[dict[str, str | float]] = []
    for row in np.argsort(-sureness, kind="stable")[:number]:
        document, at = lines[row]
        rows.append(
            {
                "document": document.doc,
                "genre": document.genre,
                "line": float(at + 1),
                "label": document.lines[at].label.value,
                "model says": LABELS[int(found.predicted[row])].value,
                "confidence": round(float(found.probabilities[row].max()), 3),
                "text": document.lines[at].text,
                "before": document.lines[at - 1].text[:60] if at else "",
            }
        )
    return rows
