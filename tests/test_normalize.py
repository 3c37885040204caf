from hypothesis import given
from hypothesis import strategies as st

from classifier.normalize import from_codes, normalize, normalize_with_positions, to_codes
from tests.report_texts import LINE


@given(st.text())
def test_codes_are_the_text(text: str) -> None:
    assert from_codes(to_codes(text)) == text


@given(LINE)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text)
    if "&" not in once and "<" not in once and "(" not in once:  # taking out one escape may leave another
        assert normalize(once) == once


@given(LINE)
def test_each_character_comes_from_its_place_in_the_source(text: str) -> None:
    codes, positions = normalize_with_positions(text)
    assert len(codes) == len(positions)
    assert all(0 <= position < len(text) for position in positions)
    assert sorted(set(positions.tolist())) == positions.tolist()


def test_one_form_for_the_same_content() -> None:
    assert normalize("　　２０２３年，政 府 工 作 報 告（初稿）") == "2023年,政府工作报告(初稿)"
    assert normalize("工作總結(jié)&nbsp;范文") == "工作总结范文"
    assert normalize("增<U+00A0>长\u200b5.3％ ABC  def") == "增长5.3% abc def"
    assert normalize("\x00a\ud800b\ufeff") == "ab"


def test_spaces_tags_and_stops_of_other_hands() -> None:
    assert normalize("全 年 投 入 1 2 0 万 元 ， 修 路 。\n投入 12 万元") == "全年投入1 2 0万元,修路。\n投入 12 万元"
    assert normalize("ABC  def 12 34") == "abc def 12 34"
    assert normalize('<p class="x">修路三公里。</p><br/>') == "修路三公里。"
    assert normalize("3<p 且 a>b") == "3<p 且 a>b"
    assert normalize("修路三公里.通车了.") == "修路三公里。通车了。"
    assert normalize("一.回顾 二.打算 增5.3 见www.a.cn 县局...") == "一.回顾二.打算增5.3 见www.a.cn 县局..."
