import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from classifier.corpus import LabelledDocument, LabelledLine
from classifier.corpus.joined import with_added
from classifier.evaluation.compare import compare, f1_intervals
from classifier.evaluation.predictions import Predictions, beside
from classifier.labels import LABELS, Label


def corpus(documents: int, lines: int = 8, seed: int = 0) -> list[LabelledDocument]:
    rng = np.random.default_rng(seed)
    return [
        LabelledDocument(
            f"d{n}", "g", tuple(LabelledLine(f"{n}-{at}", LABELS[rng.integers(len(LABELS))]) for at in range(lines))
        )
        for n in range(documents)
    ]


def answers(documents: list[LabelledDocument], share_right: float, seed: int) -> Predictions:
    """Predictions of which about `share_right` are right."""
    rng = np.random.default_rng(seed)
    truth = np.array([LABELS.index(line.label) for one in documents for line in one.lines])
    given_ = np.where(rng.random(truth.size) < share_right, truth, rng.integers(len(LABELS), size=truth.size))
    return beside(documents, np.eye(len(LABELS))[given_])


@given(st.integers(0, 50), st.floats(0, 1), st.floats(0, 1))
def test_a_comparison_agrees_with_the_scores_and_turns_round(seed: int, first: float, second: float) -> None:
    documents = corpus(6, seed=seed)
    before, after = answers(documents, first, seed), answers(documents, second, seed + 1)
    there, back = compare(before, after), compare(after, before)
    assert there.before == pytest.approx(before.scores().macro_f1)
    assert there.after == pytest.approx(after.scores().macro_f1)
    for label, (old, new, change) in there.labels.items():
        assert old == pytest.approx(before.scores().classes[label].f1)
        assert new - old == pytest.approx(change.value)
    assert (there.gained, there.lost, there.p) == (back.lost, back.gained, back.p)
    assert there.gained - there.lost == after.right.sum() - before.right.sum()
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert there.difference.low == pytest.approx(-back.difference.high)
    assert there.better == back.worse
    if there.gained + there.lost:
        assert there.p == pytest.approx(binomtest(there.lost, there.gained + there.lost).pvalue)


def test_a_model_is_no_better_than_itself_and_a_much_better_one_is_better() -> None:
    documents = corpus(30)
    poor, good = answers(documents, 0.4, 1), answers(documents, 0.9, 2)
    same = compare(good, good)
    assert (same.difference.low, same.difference.high, same.p, same.worse, same.better) == (0, 0, 1, False, False)
    assert compare(poor, good).better
    assert compare(good, poor).worse
    assert "the model before is better" in compare(good, poor).as_text()


def test_intervals_hold_their_value_and_narrow_with_more_documents() -> None:
    widths = []
    for size in (10, 160):
        whole, labels = f1_intervals(answers(corpus(size), 0.7, 3))
        for one in (whole, *labels.values()):
            assert 0 <= one.low <= one.value <= one.high <= 1
        widths.append(whole.high - whole.low)
    assert widths[1] < widths[0] / 2


def test_lines_of_other_documents_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same lines"):
        compare(answers(corpus(3), 1, 0), answers(corpus(4), 1, 0))


def test_added_documents_take_the_place_of_the_same_lines() -> None:
    line, other = LabelledLine("甲", Label.MEASURE), LabelledLine("甲", Label.PROBLEM)
    base = [LabelledDocument("a", "g", (line,)), LabelledDocument("b", "g", (LabelledLine("乙", Label.MEASURE),))]
    added = [LabelledDocument("x", "corrected", (other,)), LabelledDocument("b", "h", (LabelledLine("丙", Label.MEASURE),))]
    joined = with_added(base, [*added, *added])
    assert [(one.doc, one.genre, one.lines[0].text, one.lines[0].label) for one in joined] == [
        ("a", "g", "甲", "problem"), ("b", "g", "乙", "measure"), ("b-2", "h", "丙", "measure")
    ]  # fmt: skip


def test_the_interval_of_a_few_documents_decides_nothing() -> None:
    documents = corpus(2, lines=2)
    found = compare(answers(documents, 0.0, 5), answers(documents, 1.0, 6))
    assert found.difference.low > 0
    assert not found.better
    assert "from 10 documents on" in found.verdict()
