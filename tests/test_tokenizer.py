"""rjieba and jieba must give the same tokens: a model trained with one is used with the other."""

import os
import subprocess
import sys
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.tokenizer import BACKEND_VARIABLE, backend_name, tokenize
from tests.report_texts import LINE

pytest.importorskip("rjieba")


def both(text: str) -> tuple[list[str], list[str]]:
    before = os.environ.get(BACKEND_VARIABLE)
    try:
        os.environ[BACKEND_VARIABLE] = "rjieba"
        fast = tokenize(text)
        os.environ[BACKEND_VARIABLE] = "jieba"
        return fast, tokenize(text)
    finally:
        if before is None:
            del os.environ[BACKEND_VARIABLE]
        else:
            os.environ[BACKEND_VARIABLE] = before


@pytest.fixture(scope="module")
def dictionary_words() -> list[str]:
    path = Path(jieba.__file__).with_name("dict.txt")
    return [line.split(" ")[0] for line in path.read_text("utf-8").splitlines()[::97]]


def test_same_tokens_on_dictionary_words_alone_and_run_together(dictionary_words: list[str]) -> None:
    for start in range(0, len(dictionary_words), 40):
        some = dictionary_words[start : start + 40]
        for text in ("".join(some), "，".join(some), *some[:5]):
            fast, slow = both(text)
            assert fast == slow


@given(LINE)
def test_same_tokens_on_random_text(text: str) -> None:
    fast, slow = both(text)
    assert fast == slow


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), max_size=60))
def test_same_tokens_on_random_characters(text: str) -> None:
    fast, slow = both(text)
    assert fast == slow


@pytest.mark.parametrize(
    "text",
    [
        "2023-2024学年度", "2003年12月5日", "增长12.5%，其中2-3家", "http://www.a-b.com/x_y?z=1.0%20", "ＡＢＣ１２３．５％",
        "GB/T19001-2016", "5G+工业互联网", "㐀㐁𠀀生僻字", "３.５万亩", "C++程序员", "a_b-c.d%", "1,234.56万元", "工作總結（jié）",  # noqa: E501
    ],
)  # fmt: skip
def test_same_tokens_where_the_two_are_known_to_differ(text: str) -> None:
    fast, slow = both(text)
    assert fast == slow


def test_tokens_are_the_normalised_text_without_spaces() -> None:
    assert tokenize("２０２３年，政 府 工 作") == ["2023", "年", ",", "政府", "工作"]


def test_an_unknown_backend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BACKEND_VARIABLE, "pkuseg")
    with pytest.raises(ValueError, match="pkuseg"):
        backend_name()


def test_jieba_is_quiet_and_stays_out_of_the_shared_temporary_folder(tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    code = "from classifier.tokenizer import tokenize; print(tokenize('报告工作'))"
    environment = {**os.environ, BACKEND_VARIABLE: "jieba", "TMPDIR": str(shared), "XDG_CACHE_HOME": str(own)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert list(shared.iterdir()) == []
    assert [path.name for path in (own / "baogao").iterdir()] == ["jieba.cache"]
