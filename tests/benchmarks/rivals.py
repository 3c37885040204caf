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


def _cut(lines: list[str]) -> list[str]:
    import jieba

    return [" ".join(jieba.lcut(line)) for line in lines]


def fitted_naive() -> tuple[Any, Any]:
    """TF-IDF of jieba's words and pairs, and logistic regression, all as in a hundred tutorials."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    jieba.setLogLevel(60)
    vectoriser, linear = TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=200)
    texts, labels = _labelled()
    linear.fit(vectoriser.fit_transform(_cut(texts)), labels)
    return vectoriser, linear


def naive() -> Run:
    """The script that everyone writes."""
    vectoriser, linear = fitted_naive()
    return lambda texts: linear.predict(vectoriser.transform(_cut(_lines(texts))))


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


def rivals(*names: str) -> dict[str, Run]:
    """Name to a function that labels (or only cuts) the lines of texts; all, or those of `names`."""
    import jieba
    import rjieba

    jieba.setLogLevel(60)
    makers: dict[str, Callable[[], Run]] = {
        "naive": naive,
        "fasttext-jieba": lambda: fasttext(jieba.lcut),
        "fasttext-rjieba": lambda: fasttext(rjieba.cut),
        "fasttext-characters": lambda: fasttext(list),
        "jieba-alone": lambda: lambda texts: [jieba.lcut(text) for text in texts],
        "rjieba-alone": lambda: lambda texts: [rjieba.cut(text) for text in texts],
    }
    return {name: make() for name, make in makers.items() if name in names or not names}
