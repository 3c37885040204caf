import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Label, Model
from classifier.document import is_blank
from classifier.features import table_of
from classifier.labels import LABELS, THREE
from tests.report_texts import REPORT, TEXT


def check(text: str, model: Model) -> None:
    report = model.classify(text)
    expected = [
        (number, line)
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if not is_blank(line)
    ]
    assert [(line.number, line.text) for line in report.lines] == expected
    for line in report.lines:
        assert set(line.probabilities) == set(Label)
        assert sum(line.probabilities.values()) == pytest.approx(1, abs=1e-9)
        assert line.confidence == line.probabilities[line.label] == max(line.probabilities.values())
        assert not (line.heading and line.label is Label.UNRELATED)
        three = line.in_three()
        assert set(three.probabilities) == {*THREE, Label.UNRELATED}
        assert sum(three.probabilities.values()) == pytest.approx(1, abs=1e-9)
        assert three.confidence == three.probabilities[three.label] == max(three.probabilities.values())
        if line.label is Label.UNRELATED:
            assert three.label is Label.UNRELATED
        else:
            assert three.label is max(THREE, key=line.probabilities.__getitem__)


@given(TEXT)
def test_every_line_has_one_answer_in_order_and_labels_agree_with_probabilities(model: Model, text: str) -> None:
    check(text, model)


@given(st.lists(TEXT, max_size=6))
def test_a_batch_gives_exactly_the_single_answers(model: Model, texts: list[str]) -> None:
    assert model.classify_many(texts) == [model.classify(text) for text in texts]


def test_a_large_batch_gives_exactly_the_single_answers(model: Model) -> None:
    texts = [REPORT, REPORT.replace("\n", "\r\n"), "", "一行。", REPORT * 30, *(line for line in REPORT.splitlines())] * 20
    assert model.classify_many(texts) == [model.classify(text) for text in texts]


def test_a_last_line_of_any_length_is_read_as_in_a_batch(model: Model) -> None:
    words = "管护人员不足设备老化问题突出下一步将组织培训落实到人完成渠道清淤灌溉面积恢复全年新增供水入户"
    texts = [f"{words}。\n{words[:length]}" for length in range(30, 46)]
    assert model.classify_many(texts) == [model.classify(text) for text in texts]


@given(TEXT)
def test_clean_text_is_the_source_without_its_unrelated_lines(model: Model, text: str) -> None:
    report = model.classify(text)
    clean = report.clean_text()
    unrelated = {line.number for line in report.by_label("unrelated")}
    kept = [part for number, part in enumerate(_with_ends(text), 1) if number not in unrelated]
    assert clean == "".join(kept)


def _with_ends(text: str) -> list[str]:
    parts, start = [], 0
    while start < len(text):
        end = min((at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0), default=len(text) - 1)
        end += 2 if text.startswith("\r\n", end) else 1
        parts.append(text[start:end])
        start = end
    return parts


def test_a_report_comes_back_labelled(model: Model) -> None:
    report = model.classify(REPORT)
    labels = [line.label for line in report.lines]
    assert labels[1:7] == ["achievement", "achievement", "problem", "problem", "measure", "measure"]
    assert labels[-2:] == ["unrelated", "unrelated"]
    assert [line.number for line in report.lines] == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert report.lines[4].text.startswith("\u3000\u3000一是")
    assert report.lines[4].heading_path == ("二、存在的问题",)
    assert report.lines[-1].heading_path == ()
    assert [line.number for line in report.by_label("problem")] == [4, 5]
    assert report.by_label("问题") == report.by_label(Label.PROBLEM)
    assert report.clean_text() == "".join(line + "\n" for line in REPORT.split("\n")[:8])


def test_context_decides_about_titles(model: Model) -> None:
    title = "蔬菜产业季度工作总结"
    body = "一、主要做法\n一季度，我们组织菜农开展育苗培训六期，落实大棚补贴，建立了产销对接机制。\n二、存在的问题\n冷库容量不足，外销渠道单一。"  # noqa: E501
    on_top = model.classify(f"{title}\n{body}")
    others = ["小学语文教师教学总结", "酒店员工辞职信范文", title, "幼儿园大班保育总结六篇", "借款合同范本"]
    in_list = model.classify(body + "\n" + "\n".join(others))
    assert on_top.lines[0].label is Label.BACKGROUND
    assert on_top.lines[0].heading
    assert in_list.lines[-3].text == title
    assert in_list.lines[-3].label is Label.UNRELATED


def test_a_single_paragraph_needs_no_context(model: Model) -> None:
    asked = {
        "全年新增就业3200人，财政收入增长8.6%，被评为全省先进单位。": Label.ACHIEVEMENT,
        "下一步，我们将建立例会制度，组织业务培训，把责任落实到每一个岗位。": Label.MEASURE,
        "人员力量严重不足，设备老化，资金缺口较大，管理还不够规范。": Label.PROBLEM,
        "扫码关注公众号，免费下载全文，会员专享": Label.UNRELATED,
    }
    for text, label in asked.items():
        assert model.classify(text).lines[0].label is label, text


def test_the_compact_form_gives_the_pipelines_probabilities(model: Model) -> None:
    rng = np.random.default_rng(7)
    texts = REPORT.splitlines() + [
        "".join(chr(c) for c in rng.integers(0x4E00, 0x9FA5, rng.integers(1, 200))) for _ in range(200)
    ]
    texts = [text.strip() for text in texts if text.strip()]
    table = table_of([("g", "d", texts)])
    pipeline = model.pipeline
    order = [list(pipeline.classes_).index(label.value) for label in LABELS]
    expected = pipeline.predict_proba(table)[:, order]
    given_ = [[line.probabilities[label] for label in LABELS] for line in model.classify("\n".join(texts)).lines]
    assert np.abs(np.array(given_) - expected).max() < 1e-6


def test_what_is_no_text_is_refused(model: Model) -> None:
    with pytest.raises(TypeError, match="bytes"):
        model.classify(b"abc")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="achievement"):
        model.classify("甲").by_label("success")


def test_no_text_has_no_lines(model: Model) -> None:
    for text in ("", "\n\n\u3000\n", "\x00\n"):
        assert model.classify(text).lines == ()
        assert model.classify(text).clean_text() == text
    assert model.classify_many([]) == []


def test_a_digest_takes_paragraphs_and_items_that_look_like_headings(model: Model) -> None:
    items = ["一、存在的问题", "1、管护人员严重不足", "2、部分设备老化失修"]
    report = model.classify(
        "\n".join(["某镇总结", *items, "二、下一步打算", "（一）加强培训", "办两期培训班，请厂家师傅讲课。"])
    )
    assert [line.text for line in report.told("problem")] == ["1、管护人员严重不足", "2、部分设备老化失修"]
    assert [line.text for line in report.told("措施")] == ["办两期培训班，请厂家师傅讲课。"]
