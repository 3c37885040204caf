"""Baselines to stand beside the model: fitted on labelled documents, they label the lines of others.

Every baseline is a function from training documents to a function from documents to the labels of
their lines, all lines of all documents in order.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from classifier.corpus import LabelledDocument
from classifier.evaluation.keyword_rules import label_document
from classifier.labels import Label

Noise = Sequence[tuple[str, str]]
Predict = Callable[[Sequence[LabelledDocument]], list[Label]]
Baseline = Callable[[Sequence[LabelledDocument], Noise], Predict]

_FASTTEXT = {"wordNgrams": 2, "epoch": 25, "lr": 0.5, "thread": 1, "seed": 0, "verbose": 0}
"""The settings of fastText's own tutorial for a better model; one thread, so that it says the same twice."""


def _lines(documents: Sequence[LabelledDocument], noise: Noise = ()) -> tuple[list[str], list[str]]:
    """Texts and labels of the lines; loose noise lines are unrelated."""
    lines = [line for document in documents for line in document.lines]
    texts = [line.text for line in lines] + [text for _, text in noise]
    return texts, [line.label.value for line in lines] + [Label.UNRELATED.value] * len(noise)


def majority(documents: Sequence[LabelledDocument], noise: Noise = ()) -> Predict:
    """The commonest label of the documents, whatever the line."""
    common = Label(Counter(_lines(documents)[1]).most_common(1)[0][0])
    return lambda others: [common] * sum(len(one.lines) for one in others)


def position(documents: Sequence[LabelledDocument], noise: Noise = ()) -> Predict:
    """A tree over where a line stands, the lines' lengths and headings, no word read."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(min_samples_leaf=20, random_state=0)
    tree.fit(_places(documents), _lines(documents)[1])
    return lambda others: [Label(name) for name in tree.predict(_places(others))]


def _places(documents: Sequence[LabelledDocument]) -> list[list[float]]:
    rows: list[list[float]] = []
    for document in documents:
        read = document.document().lines
        for number, line in enumerate(read):
            rows.append([number, len(read) - number, number / len(read), line.heading, len(line.path)])
    return rows


def keyword_rules(documents: Sequence[LabelledDocument], noise: Noise = ()) -> Predict:
    """Hand-written cues; learns nothing."""
    return lambda others: [label for one in others for label in label_document([line.text for line in one.lines])]


def _linear(model: Any) -> Baseline:
    def learn(documents: Sequence[LabelledDocument], noise: Noise = ()) -> Predict:
        from sklearn.base import clone

        texts, labels = _lines(documents, noise)
        fitted = clone(model).fit(texts, labels)
        return lambda others: [Label(name) for name in fitted.predict(_lines(others)[0])]

    return learn


def _cut(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    words: list[str] = jieba.lcut(text)
    return words


def naive_bayes() -> Baseline:
    """Character 1- to 3-grams and multinomial naive Bayes."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    return _linear(make_pipeline(CountVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2), MultinomialNB(alpha=0.1)))


def words_svc() -> Baseline:
    """`jieba + TfidfVectorizer + LinearSVC` with words and pairs, as in a hundred tutorials."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    return _linear(make_pipeline(TfidfVectorizer(tokenizer=_cut, token_pattern=None, ngram_range=(1, 2)), LinearSVC()))


def fasttext(documents: Sequence[LabelledDocument], noise: Noise = ()) -> Predict:
    """The classifier of fastText over jieba's words and their pairs."""
    import fasttext as library  # the extra `benchmark`

    texts, labels = _lines(documents, noise)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        path.write_text(
            "".join(f"__label__{label} {_words(text)}\n" for text, label in zip(texts, labels, strict=True)), "utf-8"
        )
        model = library.train_supervised(str(path), **_FASTTEXT)

    def predict(others: Sequence[LabelledDocument]) -> list[Label]:
        found: Iterable[list[str]] = model.predict([_words(text) for text in _lines(others)[0]])[0]
        return [Label(one[0].removeprefix("__label__")) for one in found]

    return predict


def _words(text: str) -> str:
    # Line feeds end a sentence for fastText, and surrogates cannot be written.
    return " ".join(_cut(text.encode("utf-8", "replace").decode())).replace("\n", " ")


def baselines() -> dict[str, Baseline]:
    """All baselines by their names, simplest first."""
    return {
        "majority": majority,
        "position only": position,
        "keyword rules": keyword_rules,
        "characters + naive Bayes": naive_bayes(),
        "fastText (words, bigrams)": fasttext,
        "jieba + TF-IDF + LinearSVC": words_svc(),
    }
