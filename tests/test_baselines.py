"""The baselines that the model is measured against are real classifiers: they learn, and label every line in order."""

from collections.abc import Sequence

import pytest

from classifier.corpus import LabelledDocument
from classifier.corpus.documents import LabelledLine
from classifier.evaluation.baselines import baselines
from classifier.evaluation.keyword_rules import CUES, label_document
from classifier.labels import Label

KINDS = {
    Label.ACHIEVEMENT: "全年完成产值{}亿元，同比增长百分之八，荣获先进单位称号。",
    Label.MEASURE: "下一步，继续加强第{}项制度建设，完善工作机制，组织开展专项检查。",
    Label.PROBLEM: "当前仍存在{}个方面的不足，设施老化，管理滞后，力度不够。",
    Label.BACKGROUND: "本单位成立于{}年，下设五个科室，现有职工若干。",
    Label.UNRELATED: "年度个人工作总结范文(精选{}篇)",
}


def documents(numbers: Sequence[int]) -> list[LabelledDocument]:
    return [
        LabelledDocument(f"d{n}", "department", tuple(LabelledLine(text.format(n), label) for label, text in KINDS.items()))
        for n in numbers
    ]


@pytest.mark.parametrize("name", list(baselines()))
def test_every_baseline_labels_every_line(name: str) -> None:
    if "fastText" in name:
        pytest.importorskip("fasttext", reason="the extra `benchmark` is not installed")
    predict = baselines()[name](documents(range(40)), [])
    unseen = documents(range(100, 103))
    found = predict(unseen)
    assert len(found) == sum(len(one.lines) for one in unseen)
    if name == "majority":
        assert len(set(found)) == 1
    elif name != "position only":  # which line of a document it is tells all here, but a tree may split elsewhere
        assert found == [line.label for one in unseen for line in one.lines]


def test_there_are_about_sixty_cues() -> None:
    assert 55 <= CUES <= 70


def test_the_rules_read_the_heading_too() -> None:
    lines = ["一、存在的主要问题", "台账与现场对不上的情形时有发生。"]
    assert label_document(lines)[0] is Label.PROBLEM
    assert label_document(lines)[1] is Label.PROBLEM
    assert label_document(lines[1:])[0] is not Label.PROBLEM
