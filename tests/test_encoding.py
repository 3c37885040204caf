import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.encoding import BinaryInputError, decode
from tests.report_texts import REPORT

TRADITIONAL = "二○一三年度工作總結\n一、主要成績\n本年度完成道路養護工程十二項，居民滿意度提升，獲得縣政府表揚。\n二、存在的問題\n人手不足，設備老舊。\n"  # noqa: E501


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16-le"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32-le")],
)  # fmt: skip
def test_a_report_is_read_in_every_encoding(encoding: str, named: str) -> None:
    decoded = decode(REPORT.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.replaced_lines) == (REPORT, named, ())


def test_big5_is_told_from_gb18030() -> None:
    decoded = decode(TRADITIONAL.encode("big5"))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (TRADITIONAL, "big5", True)


@pytest.mark.parametrize("line", [line for line in REPORT.splitlines() if line.strip()])
def test_single_lines_in_gb18030(line: str) -> None:
    assert decode(line.encode("gb18030")).text == line


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1))
def test_valid_utf8_without_odd_controls_is_read_as_it_is(text: str) -> None:
    text = "".join(c for c in text if c >= " ") + "修路三公里。"
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_the_one_error(data: bytes) -> None:
    try:
        decoded = decode(data)
    except BinaryInputError:
        return
    assert decoded.text.count("\n") >= data.count(b"\n") or decoded.encoding.startswith("utf-")


def test_lines_of_two_encodings_and_a_hopeless_one() -> None:
    lines = [
        "渠道清淤十八公里，灌溉面积扩大。".encode(),
        "人手不足，设备老化，资金缺口大。".encode("gb18030"),
        b"\xff\xfe\x81\xff\xff",
    ]
    decoded = decode(b"\n".join(lines))
    assert decoded.text.split("\n")[:2] == ["渠道清淤十八公里，灌溉面积扩大。", "人手不足，设备老化，资金缺口大。"]
    assert (decoded.encoding, decoded.replaced_lines) == ("mixed", (3,))


def test_a_declared_charset_and_an_order_are_followed() -> None:
    assert decode("工作總結".encode("big5"), declared="big5").text == "工作總結"
    assert decode("总结".encode("gbk"), encoding="gb2312").encoding == "gb18030"
    with pytest.raises(LookupError):
        decode(b"abc", encoding="martian")


@pytest.mark.parametrize("data", [b"%PDF-1.7 abc", b"\x89PNG\r\n", bytes(range(256)) * 4, bytes(500)])
def test_binary_is_refused_with_its_kind(data: bytes) -> None:
    with pytest.raises(BinaryInputError, match=r"PDF|PNG|binary"):
        decode(data)
