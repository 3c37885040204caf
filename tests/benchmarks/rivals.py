"""What others do with the same text: the script that everyone writes, fastText, and cutting words alone."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classifier.corpus.documents import read_corpus
from tests.benchmarks.texts import ROOT

Run = Callable[[list[str]], Any]


def _labelled() -> tuple[list[str], list[str]]:
    lines = [line for document in read_corpus(ROOT / "corpus") for line in document.lines]
    return [line.text for line in lines], [str(line.label) for line in lines]


def _lines(texts: list[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n") if line.strip()]


def naive() -> Run:
    """jieba, TF-IDF of words and pairs, logistic regression, all as in a hundred tutorials."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    jieba.setLogLevel(60)
    vectoriser, linear = TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=200)

    def cut(lines: list[str]) -> list[str]:
        return [" ".join(jieba.lcut(line)) for line in lines]

    texts, labels = _labelled()
    linear.fit(vectoriser.fit_transform(cut(texts)), labels)
    return lambda texts: linear.predict(vectoriser.transform(cut(_lines(texts))))


def fasttext(cut: Callable[[str], list[str]]) -> Run:
    """fastText's classifier on the words of `cut`, trained with its own defaults and word pairs."""
    import fasttext as library

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        pairs = zip(*_labelled(), strict=True)
        path.write_text("".join(f"__label__{label} {' '.join(cut(text))}\n" for text, label in pairs), "utf-8")
        model = library.train_supervised(str(path), wordNgrams=2, epoch=10, thread=1, verbose=0)
    # Line feeds end a sentence for fastText, so the lines have none; a batch is its fastest door.
    return lambda texts: model.predict([" ".join(cut(line)) for line in _lines(texts)])


def rivals() -> dict[str, Run]:
    """Name to a function that labels (or only cuts) the lines of texts."""
    import jieba
    import rjieba

    return {
        "naive": naive(),
        "fasttext-jieba": fasttext(jieba.lcut),
        "fasttext-rjieba": fasttext(rjieba.cut),
        "fasttext-characters": fasttext(list),
        "rjieba-alone": lambda texts: [rjieba.cut(text) for text in texts],
    }
