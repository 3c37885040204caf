import pytest
from hypothesis import given

from classifier.document import Document, is_blank
from tests.report_texts import REPORT, TEXT


@given(TEXT)
def test_every_line_that_is_not_blank_stands_once_in_order_where_it_was(text: str) -> None:
    document = Document.from_text(text)
    expected = [
        (number, line)
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if not is_blank(line)
    ]
    assert [(line.number, line.text) for line in document.lines] == expected
    for line in document.lines:
        assert text[line.start : line.end] == line.text


def test_lines_end_where_editors_end_them() -> None:
    document = Document.from_text("甲\r\n乙\r丙\u2028丁\x0c戊\n\n己")
    assert [(line.number, line.text) for line in document.lines] == [(1, "甲"), (2, "乙"), (3, "丙\u2028丁\x0c戊"), (5, "己")]


def headings(text: str) -> list[str]:
    return [line.text.strip() for line in Document.from_text(text).lines if line.heading]


def test_headings_of_a_report() -> None:
    assert headings(REPORT)[:4] == ["河湾镇水利站二〇二一年工作总结", "一、主要成绩", "二、存在的问题", "三、下一步打算"]


@pytest.mark.parametrize(
    "line",
    ["各位代表：", "尊敬的各位领导：", "2013年12月5日", "谢谢大家！", "一是管护人员偏少，至今没有更换。", "（一）组织领导不到位，联席会议制度没有建立。部分区县没有机构。" * 2, "（二）开发冰雪，温泉，研学，打造新", "主要做了以下几项工作：", "一、基本情况…………3"],  # noqa: E501
)  # fmt: skip
def test_what_is_no_heading(line: str) -> None:
    assert headings(f"某某报告\n{line}\n正文一句，说明情况。") == ["某某报告"]


def test_a_year_after_the_number_leaves_it_a_number() -> None:
    lines = ["某局总结", "一、2022年工作回顾", "修路三公里，通车了。", "1、2022年收入", "增长一成。", "二、2023年工作打算"]
    text = "\n".join([*lines, "明年接着修路。", "3.5亿元投入修路"])
    document = Document.from_text(text)
    assert [line.numbering for line in document.lines] == ["", "chinese", "", "digit", "", "chinese", "", ""]
    assert [document.lines[at].text for at in document.lines[6].path] == ["二、2023年工作打算"]


def test_numbered_sentences_in_a_row_are_items_and_no_headings() -> None:
    items = ["1.镇街安监站人手不足。", "2.少数企业重生产轻安全。", "3.经费不足。"]
    text = "\n".join(
        ["某局总结", "一、不足", *items, "二、打算", "（一）加强领导。", "成立专班，每月调度。", "（二）增加投入。"]
    )
    found = Document.from_text(text)
    assert [line.text for line in found.lines if line.heading] == ["某局总结", "一、不足", "二、打算", "（一）加强领导。"]
    paths = [[found.lines[at].text for at in line.path] for line in found.lines]
    assert paths[2:5] == [["一、不足"]] * 3
    assert paths[7] == ["二、打算", "（一）加强领导。"]


def test_paths_follow_the_order_in_which_numberings_open() -> None:
    text = "某局总结\n一、回顾\n（一）水利\n1、清淤\n清淤十八公里，成效好。\n（二）道路\n修路三公里，通车了。\n二、打算\n明年接着修路。"  # noqa: E501
    document = Document.from_text(text)
    paths = {line.text: [document.lines[at].text for at in line.path] for line in document.lines}
    assert paths["清淤十八公里，成效好。"] == ["一、回顾", "（一）水利", "1、清淤"]
    assert paths["修路三公里，通车了。"] == ["一、回顾", "（二）道路"]
    assert paths["明年接着修路。"] == ["二、打算"]
    assert paths["一、回顾"] == []


def test_a_document_of_lines_refuses_blank_ones() -> None:
    with pytest.raises(ValueError, match="line 2"):
        Document.from_lines(["甲", "\u3000"])
