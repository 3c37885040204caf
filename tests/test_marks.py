"""Marks of lists and of Markdown: read past, and never a reason to take a report's line for furniture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Model
from classifier.marks import BULLETS
from classifier.ngrams import encode_lines
from classifier.normalize import from_codes, normalize
from classifier.report import ClassifiedReport
from tests.report_texts import REPORT


def read(*lines: str) -> list[str]:
    return from_codes(encode_lines(lines).codes)[1:-1].split("\n")


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("● 城区大班额", "城区大班额"),
        ("\u3000■ ■ 甲", "甲"),
        ("- 城区", "城区"),
        ("## 一、做法", "一、做法"),
        ("**一、做法**", "一、做法"),
        ("1.**压实责任。**开会", "0.压实责任。开会"),
        ("**县**镇总结", "县镇总结"),
        ("——基础设施", "--基础设施"),
        ("- 12 -", "- 0 -"),
        ("#话题#", "话题#"),
        ("> 一、做法", "一、做法"),
        ("| 一、做法 |", "一、做法"),
        ("首页 | 新闻", "首页 | 新闻"),
        ("✅ 通车", "通车"),
        ("📌通车", "通车"),
        ("【存在问题】", "存在问题"),
        ("【图】【文】", "[图][文]"),
        ("①修路", "①修路"),
        ("★★★", "***"),
        ("***", "***"),
        ("●", "·"),
    ],
)
def test_what_is_read(line: str, reads: str) -> None:
    assert read(line, "乙") == [reads, "乙"]


@given(st.lists(st.text(BULLETS + "甲乙 *#>|-1。【】📌①", min_size=1, max_size=20), min_size=1, max_size=5))
def test_no_line_is_emptied_and_the_rest_is_read_in_order(lines: list[str]) -> None:
    for line, found in zip(lines, read(*lines), strict=True):
        whole = normalize(line).replace("1", "0")
        assert bool(found) == bool(whole)
        rest = iter(whole)
        assert all(character in rest for character in found)
    encoded = encode_lines(lines)
    assert encoded.codes.size == encoded.positions.size
    assert (encoded.positions[1:] > encoded.positions[:-1]).all()


def labels(report: ClassifiedReport) -> list[str]:
    return [str(line.label) for line in report.lines]


@pytest.mark.parametrize("mark", ["● ", "•", "■", "★", "* ", "- ", "➢ "])
def test_bullets_change_no_label(model: Model, mark: str) -> None:
    items = ["城区大班额尚未完全消除", "教师结构性缺编，音体美教师紧缺", "职业教育吸引力不强"]
    head, tail = ["某县教育局总结", "二、存在问题"], ["三、下一步打算", "补充教师六十人。"]
    plain = model.classify("\n".join([*head, *items, *tail]))
    marked = model.classify("\n".join([*head, *(mark + item for item in items), *tail]))
    assert labels(marked) == labels(plain)
    assert labels(marked)[2:5] == ["problem"] * 3
    assert [line.text for line in marked.lines][2:5] == [mark + item for item in items]


def test_a_report_in_markdown_has_the_labels_and_headings_of_the_plain_one(model: Model) -> None:
    plain = model.classify(REPORT)
    marked = []
    for line in plain.lines:
        marked.append(f"## {line.text.strip()}" if line.heading else line.text)
    found = model.classify("\n".join(marked))
    assert labels(found) == labels(plain)
    assert [line.heading for line in found.lines] == [line.heading for line in plain.lines]
