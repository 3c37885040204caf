"""The scikit-learn pipeline: n-grams to first opinions, opinions in context to labels."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from classifier.compact import CompactModel
from classifier.features import Table, as_table, document_columns, documents_of
from classifier.labels import LABELS
from classifier.ngrams import encode_lines
from classifier.scoring import Floats, LinearScorer, Vocabulary, found_in

DEFAULT_FAMILIES = ("char1", "char2", "word1", "word2", "lead1", "lead2")

_TOLERANCE = 3e-4
"""Where L-BFGS stops. At 1e-3 it stopped at random on the way: macro-F1 of the first pass was 0.887 to 0.902 by document
and 0.838 by genre held out, instead of 0.906 and 0.851; at 1e-4 it is 0.907, and takes half as long again."""

_ITERATIONS = 300
"""More than it takes to come there."""


_MIN_DF = 3
"""Lines that an n-gram must stand in. Rarer ones teach a writer's words: with 2 instead of 3, macro-F1 without
`unrelated` on listed companies held out as a genre is 0.741 instead of 0.759, on government reports 0.925 instead of 0.920."""


_LONG = 400
"""Characters up to which a longer line weighs more, as its square root: headings and furniture are many
and short, and the paragraphs that people want are long (macro-F1 on paragraphs of genres held out:
0.803 -> 0.819)."""


_CONTEXT_REGULARISATION = 0.01
"""C of the linear second pass; its columns are standardised, and a tenfold C changes no digit that counts."""


class NgramVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to cosine-normed TF-IDF of word and character n-grams (see `classifier.ngrams`).

    `families` names the n-grams; `min_df` is the number of texts an n-gram must stand in to count.
    """

    def __init__(self, families: Sequence[str] = DEFAULT_FAMILIES, min_df: int = 2) -> None:
        self.families = families
        self.min_df = min_df

    def fit(self, texts: Sequence[str], y: Any = None) -> Self:
        """Learn the vocabulary and its inverse document frequencies."""
        encoded = encode_lines(list(texts))
        nothing = Vocabulary(np.empty(0, dtype=np.uint64))
        found = found_in(encoded, nothing, tuple(self.families))
        once_a_line = [_once_a_line(grams.keys, encoded.line_of[grams.starts]) for grams, _ in found]
        keys, frequency = np.unique(np.concatenate(once_a_line), return_counts=True)
        frequent = frequency >= self.min_df
        keys, frequency = keys[frequent], frequency[frequent]
        order = np.argsort(-frequency, kind="stable")
        self.vocabulary_ = Vocabulary(keys[order])
        frequency = frequency[order][self.vocabulary_.kept]
        self.idf_ = np.log((1 + len(texts)) / (1 + frequency)) + 1
        return self

    def __sklearn_tags__(self) -> Tags:
        """Texts in, not numbers: scikit-learn's checks and tools ask for this."""
        return _takes_text(super().__sklearn_tags__())

    def transform(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """(texts, n-grams) sparse matrix."""
        check_is_fitted(self)
        encoded = encode_lines(list(texts))
        lines, rows = [], []
        for grams, found in found_in(encoded, self.vocabulary_, tuple(self.families)):
            known = np.flatnonzero(found)
            lines.append(encoded.line_of[grams.starts[known]])
            rows.append(found[known] - 1)
        line, row = np.concatenate(lines), np.concatenate(rows)
        counts = scipy.sparse.csr_matrix(
            (np.ones(row.size, dtype=np.float64), (line, row)), shape=(len(texts), len(self.vocabulary_))
        )
        norm = np.sqrt(np.maximum(counts @ self.idf_**2, 1e-6))
        return scipy.sparse.csr_matrix(scipy.sparse.diags_array(1 / norm) @ counts @ scipy.sparse.diags_array(self.idf_))


def _once_a_line(keys: npt.NDArray[np.uint64], lines: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.uint64]:
    """The keys, sorted, each as often as lines hold it. `np.unique(axis=1)` gives the same in ten times the time."""
    order = np.lexsort((lines, keys))
    keys, lines = keys[order], lines[order]
    new = np.ones(keys.size, dtype=bool)
    new[1:] = (keys[1:] != keys[:-1]) | (lines[1:] != lines[:-1])
    return keys[new]


def _takes_text(tags: Tags) -> Tags:
    tags.input_tags.string = True
    tags.input_tags.two_d_array = False
    return tags


def text_model(families: Sequence[str] = DEFAULT_FAMILIES, regularisation: float = 20.0) -> Pipeline:
    """The first pass: one line by itself.

    Classes weigh alike: the noise lines would else make `unrelated` the answer to every unknown wording
    (first-pass macro-F1 over four groups of genres held out: 0.734 -> 0.769).
    """
    return Pipeline(
        [
            ("ngrams", NgramVectorizer(tuple(families), min_df=_MIN_DF)),
            ("linear", LogisticRegression(C=regularisation, class_weight="balanced", max_iter=_ITERATIONS, tol=_TOLERANCE)),
        ]
    )


def as_scorer(fitted: Pipeline, classes: int) -> LinearScorer:
    """The fitted first pass as arrays, inverse document frequencies folded into the weights.

    A class that the training data lacked gets the intercept -20: never chosen, never infinite.
    """
    ngrams, linear = fitted.named_steps["ngrams"], fitted.named_steps["linear"]
    weights = np.zeros((len(ngrams.vocabulary_) + 1, classes), dtype=np.float32)
    intercept = np.full(classes, -20, dtype=np.float32)
    present = np.asarray(linear.classes_, dtype=np.int64)
    coefficients, bias = linear.coef_, linear.intercept_
    if present.size == 2:  # scikit-learn keeps one row for two classes
        coefficients, bias = np.vstack([-coefficients / 2, coefficients / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    weights[1:, present] = (coefficients * ngrams.idf_).T
    intercept[present] = bias
    squared = np.concatenate([[0], ngrams.idf_**2]).astype(np.float32)
    return LinearScorer.exact(ngrams.vocabulary_, weights, squared, intercept, tuple(ngrams.families))


def _in_order(classes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Classes in the order of LABELS where they are labels, else sorted as they are."""
    order = {label.value: number for number, label in enumerate(LABELS)}
    if all(name in order for name in classes.tolist()):
        return np.array(sorted(classes.tolist(), key=order.__getitem__))
    return classes


class ReportFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Rows of the table to columns of numbers: first-pass opinions, shape, place, neighbours, headings.

    As in scikit-learn's TargetEncoder, `fit_transform` is not `fit` and `transform`: the rows it
    returns hold the opinions of models that had not seen their group (cross-fitting), so that the next
    step learns how far to trust them.

    `first_pass_weight` (rows) says how much each row counts in the first pass, 0 for not at all; all
    rows count alike where it is not given.
    """

    def __init__(self, model: Pipeline | None = None, folds: int = 5, n_jobs: int | None = None) -> None:
        self.model = model
        self.folds = folds
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, first_pass_weight: Any = None) -> Self:
        """Fit the first pass on the lines of `X`."""
        table = as_table(X)
        self.classes_ = _in_order(np.unique(np.asarray(y)))
        self.scorer_ = self._fit_scorer(table[:, 3], self._codes(y), _weights(first_pass_weight, len(table)))
        self.feature_names_: list[str] = document_columns(self.scorer_, documents_of(table[:1]))[1]
        return self

    def __sklearn_tags__(self) -> Tags:
        """Rows of the table or plain texts in, not numbers; labels are needed to fit."""
        tags = _takes_text(super().__sklearn_tags__())
        tags.target_tags.required = True
        return tags

    def transform(self, X: Any) -> Floats:
        """(rows, columns) with the opinions of the model fitted on everything."""
        check_is_fitted(self)
        return document_columns(self.scorer_, documents_of(as_table(X)))[0]

    def fit_transform(
        self, X: Any, y: Any = None, first_pass_weight: Any = None, **fit_params: Any
    ) -> npt.NDArray[np.floating[Any]]:
        """Fit, and return the columns with opinions from outside each row's group."""
        table = as_table(X)
        weights = _weights(first_pass_weight, len(table))
        self.fit(table, y, weights)
        codes = self._codes(y)
        groups = table[:, 0]
        folds = min(self.folds, len(set(groups)))
        if folds < 2:
            return self.transform(table)
        splits = list(GroupKFold(folds).split(table, codes, groups))
        parts = Parallel(n_jobs=self.n_jobs)(
            delayed(self._held_out)(table, codes, weights, inside, outside) for inside, outside in splits
        )
        # 64-bit here and in the n-grams: in 32-bit, another processor's order of additions changed 1 label in 1000.
        columns = np.empty((len(table), len(self.feature_names_)), dtype=np.float64)
        for (_, outside), part in zip(splits, parts, strict=True):
            columns[outside] = part
        return columns

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Names of the columns."""
        check_is_fitted(self)
        return np.array(self.feature_names_, dtype=object)

    def _codes(self, y: Any) -> npt.NDArray[np.int64]:
        code = {name: number for number, name in enumerate(self.classes_.tolist())}
        return np.array([code[name] for name in np.asarray(y).tolist()], dtype=np.int64)

    def _held_out(
        self, table: Table, codes: npt.NDArray[np.int64], weights: npt.NDArray[np.float64], inside: Any, outside: Any
    ) -> Floats:
        scorer = self._fit_scorer(table[inside, 3], codes[inside], weights[inside])
        return document_columns(scorer, documents_of(table[outside]))[0]

    def _fit_scorer(self, texts: Table, codes: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]) -> LinearScorer:
        """Each text is read once for every label it has, at the greatest of its weights."""
        once: dict[tuple[str, int], float] = {}
        for text, code, weight in zip(texts.tolist(), codes.tolist(), weights.tolist(), strict=True):
            if weight > 0:
                once[text, code] = max(weight, once.get((text, code), 0.0))
        model = clone(self.model) if self.model is not None else text_model()
        by_length = np.sqrt([min(len(text), _LONG) for text, _ in once]) * np.array(list(once.values()))
        by_length /= by_length.mean()  # or the weights would loosen the regularisation tenfold
        model.fit([text for text, _ in once], np.array([code for _, code in once]), linear__sample_weight=by_length)
        return as_scorer(model, len(self.classes_))


def _weights(given: Any, rows: int) -> npt.NDArray[np.float64]:
    weights = np.ones(rows) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != (rows,):
        raise ValueError(f"first_pass_weight has the shape {weights.shape}, and there are {rows} rows")
    return weights


def build_pipeline(
    *,
    families: Sequence[str] = DEFAULT_FAMILIES,
    hidden: int = 64,
    networks: int = 3,
    epochs: int = 8,
    penalty: float = 1.0,
    regularisation: float = 20.0,
    seed: int = 0,
    n_jobs: int | None = None,
) -> Pipeline:
    """The pipeline from rows of the table to labels.

    The second pass is half a linear model and half the mean of `networks` small networks that differ in
    their seeds alone. The networks win on genres like those they know, the linear model on strangers'
    reports (macro-F1 on government reports held out as a genre, and on real ones: networks 0.896 and 0.808,
    linear 0.882 and 0.833).
    """
    linear = LogisticRegression(C=_CONTEXT_REGULARISATION, max_iter=100)
    members: list[tuple[str, Any]] = [("linear", linear)]
    members += [
        (
            f"network{number}",
            MLPClassifier(
                (hidden,), alpha=penalty, batch_size=256, learning_rate_init=1e-3, max_iter=epochs, random_state=seed + number
            ),
        )
        for number in range(networks)
    ]
    return Pipeline(
        [
            ("features", ReportFeatures(text_model(families, regularisation), n_jobs=n_jobs)),
            ("scale", StandardScaler()),
            ("classifier", VotingClassifier(members, voting="soft", weights=[networks, *[1] * networks])),
        ]
    )


def compact_form(pipeline: Pipeline) -> CompactModel:
    """The arrays of a fitted pipeline; its classes must be all labels."""
    features, scale, vote = (pipeline.named_steps[name] for name in ("features", "scale", "classifier"))
    order = [vote.classes_.tolist().index(label.value) for label in LABELS]
    networks = tuple(_layers(member, order) for member in vote.estimators_)
    shares = np.array(vote.weights, dtype=np.float64) / np.sum(vote.weights)
    return CompactModel(features.scorer_, scale.mean_, scale.scale_, networks, shares)


def _layers(member: Any, order: list[int]) -> tuple[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], ...]:
    """(weights, bias) of each layer; a linear model is a network of one."""
    if isinstance(member, LogisticRegression):
        return ((member.coef_.T[:, order], member.intercept_[order]),)
    inner = tuple(zip(member.coefs_[:-1], member.intercepts_[:-1], strict=True))
    return (*inner, (member.coefs_[-1][:, order], member.intercepts_[-1][order]))
