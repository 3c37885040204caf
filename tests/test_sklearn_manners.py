"""The pipeline behaves as scikit-learn's tools expect.

scikit-learn's estimator checks feed numbers, and this estimator reads text. So they are run twice: on
the transformers as they are, whose tags say that they take text (scikit-learn itself then leaves out all
but a check or two, as for its own CountVectorizer), and in full on the whole pipeline
behind an adapter that writes numbers as text. What does not pass is listed with its reason.
"""

import pickle
import warnings
from typing import Any, Self

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from classifier.corpus import read_corpus
from classifier.features import table_of
from classifier.pipeline import NgramVectorizer, ReportFeatures, build_pipeline, text_model
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

EXCEPTIONS = {
    "check_estimators_dtypes": "twenty rows in two groups of one class each: cross-fitting has nothing to learn from",
    "check_methods_sample_order_invariance": "wants 1e-7 of the pipeline's float32 columns; the compact form, which answers "
    "users, gives the very same figures in any order (tests/test_model.py)",
}


class OnNumbers(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The pipeline on numbers: each column's number as one of 49 characters that belong to the column."""

    def __init__(self, epochs: int = 60) -> None:
        self.epochs = epochs

    def fit(self, X: Any, y: Any) -> Self:
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if self.classes_.size < 2:
            raise ValueError("expected at least two classes, got 1 class")
        self.pipeline_ = build_pipeline(hidden=16, networks=1, epochs=self.epochs, penalty=0.1)
        self.pipeline_.set_params(features__folds=2, features__model__ngrams__min_df=1)
        self.pipeline_.fit(self._texts(X), np.searchsorted(self.classes_, y))
        return self

    def predict(self, X: Any) -> Any:
        check_is_fitted(self)
        return self.classes_[self.pipeline_.predict(self._texts(validate_data(self, X, reset=False)))]

    def predict_proba(self, X: Any) -> Any:
        check_is_fitted(self)
        return self.pipeline_.predict_proba(self._texts(validate_data(self, X, reset=False)))

    def _texts(self, X: Any) -> Any:
        steps = np.clip(np.round(np.tanh(X / 3) * 24) + 24, 0, 48).astype(int)
        return np.array(["".join(chr(0x4E00 + 49 * n + step) for n, step in enumerate(row)) for row in steps], dtype=object)


def failed(results: list[dict[str, Any]]) -> dict[str, str]:
    return {one["check_name"]: str(one["exception"]) for one in results if one["status"] == "failed"}


def test_the_whole_pipeline_passes_the_checks_behind_numbers_as_text() -> None:
    results = check_estimator(OnNumbers(), on_fail=None, on_skip=None, expected_failed_checks=EXCEPTIONS)
    assert failed(results) == {}
    assert sum(one["status"] == "passed" for one in results) > 45


@pytest.mark.parametrize("estimator", [NgramVectorizer(), ReportFeatures(folds=2)], ids=lambda one: type(one).__name__)
def test_the_transformers_pass_the_checks_for_text(estimator: Any) -> None:
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert failed(results) == {}
    assert any(one["check_name"] == "check_estimator_cloneable" for one in results)


@pytest.fixture(scope="module")
def data() -> tuple[Any, Any]:
    documents = read_corpus(ROOT / "corpus")[::18]
    table = table_of((one.doc, one.doc, [line.text for line in one.lines]) for one in documents)
    return table, np.array([line.label.value for one in documents for line in one.lines])


def small() -> Any:
    return build_pipeline(hidden=16, networks=1, epochs=40).set_params(features__folds=2)


def test_cross_validate_grid_search_and_clone(data: tuple[Any, Any]) -> None:
    table, labels = data
    folds = GroupKFold(2)
    found = cross_validate(small(), table, labels, groups=table[:, 0], cv=folds, scoring="f1_macro", error_score="raise")
    # The commonest label alone would give a fifth of its share.
    assert found["test_score"].min() > 0.3
    grid = GridSearchCV(small(), {"features__model__linear__C": [0.01, 3.0]}, cv=folds, scoring="f1_macro", error_score="raise")
    grid.fit(table, labels, groups=table[:, 0])
    assert set(grid.predict(table[:9])) <= set(labels)
    original = small()
    copy = clone(original)
    assert copy is not original
    assert {key: repr(value) for key, value in copy.get_params().items()} == {
        key: repr(value) for key, value in original.get_params().items()
    }


def test_set_output_gives_named_columns(data: tuple[Any, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    table, labels = data
    features = ReportFeatures(text_model()).set_output(transform="pandas").fit(table, labels)
    frame = features.transform(table)
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(features.get_feature_names_out())
    assert len(set(frame.columns)) == frame.shape[1]
    assert len(frame) == len(table)


def test_a_fitted_pipeline_pickles_and_says_what_it_was_given_wrong(data: tuple[Any, Any]) -> None:
    table, labels = data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = small().fit(table, labels)
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.predict_proba(table) == fitted.predict_proba(table)).all()
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        fitted.predict(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="type float"):
        fitted.predict(np.array([1.5, 2.5]))
    assert fitted.predict(["下一步，我们将组织培训。"]).shape == (1,)
