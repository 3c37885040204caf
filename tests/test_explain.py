import html
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from classifier import Label, Model
from classifier.context import log_softmax, softmax
from classifier.document import Document
from classifier.explain import GROUPS, explain
from classifier.explain_words import LINE_EDGE, gram_values
from classifier.features import document_columns
from classifier.labels import LABELS
from tests.conftest import Run
from tests.report_texts import REPORT, TEXT


def outputs(model: Model, text: str) -> list[np.ndarray]:
    """Each network's outputs before the softmax, computed here once more."""
    compact = model.compact
    columns, _, _ = document_columns(compact.scorer, [Document.from_text(text)])
    found = []
    for network in compact.networks:
        values = (columns - compact.mean) / compact.scale
        for weights, bias in network[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        found.append(values @ network[-1][0] + network[-1][1])
    return found


@settings(max_examples=40)
@given(TEXT)
def test_contributions_add_up_to_the_models_score_exactly(model: Model, text: str) -> None:
    lines = explain(model, text)
    report = model.classify(text)
    assert [(one.number, one.label, one.probability) for one in lines] == [
        (line.number, line.label, line.confidence) for line in report.lines
    ]
    if not lines:
        return
    each = outputs(model, text)
    shares = model.compact.shares.tolist()
    mean = sum(share * one for share, one in zip(shares, each, strict=True))
    chances = sum(share * softmax(one) for share, one in zip(shares, each, strict=True))
    for row, one in enumerate(lines):
        at = LABELS.index(one.label)
        assert one.probability == pytest.approx(chances[row, at], abs=1e-6)
        others = [mean[row, other] for other in range(len(LABELS)) if other != at]
        assert one.score == pytest.approx(mean[row, at] - sum(others) / len(others), abs=1e-9)
        assert math.fsum([one.base, *(part.value for part in one.parts)]) == pytest.approx(one.score, abs=1e-9)
        assert sum(one.by_group().values()) + one.base == pytest.approx(one.score, abs=1e-9)


@settings(max_examples=40)
@given(TEXT)
def test_words_are_those_of_the_source_and_headings_and_neighbours_are_its_lines(model: Model, text: str) -> None:
    report = model.classify(text)
    by_number = {line.number: line for line in report.lines}
    numbers = list(by_number)
    for one in explain(model, text):
        for part in one.parts:
            assert part.group in GROUPS
            if part.group in ("words", "characters"):
                assert part.text.strip(LINE_EDGE) == text[part.start : part.end].strip(LINE_EDGE)
                assert one.start <= part.start <= part.end <= one.end
            elif part.group in ("heading", "neighbour"):
                assert part.line != one.number
                assert part.text == by_number[part.line].text.strip()
            if part.group == "neighbour":
                assert abs(numbers.index(part.line) - numbers.index(one.number)) <= 3
            if part.group == "heading":
                assert part.line < one.number


def test_what_words_add_is_the_way_from_a_line_of_no_known_word(model: Model) -> None:
    """The n-grams' values are the whole difference that they make in the columns, each column weighted."""
    scorer = model.compact.scorer
    rng = np.random.default_rng(3)
    silent = log_softmax(scorer.intercept[None, :]), softmax(scorer.intercept[None, :])
    for line in REPORT.split("\n"):
        if not line.strip():
            continue
        columns, names, _ = document_columns(scorer, [Document.from_lines([line])])
        worth = {name: float(rng.normal()) for name in names if name.startswith(("own_", "sentence_"))}
        expected = 0.0
        for name, value in worth.items():
            without = silent[0 if name.startswith("own_") else 1][0, int(name.rsplit("_", 1)[1])]
            expected += value * float(columns[0, names.index(name)] - without)
        assert sum(gram_values(scorer, worth, line).values()) == pytest.approx(expected, abs=1e-4)


def test_what_speaks_for_a_label(model: Model) -> None:
    text = "二、存在的问题\n人员力量严重不足，设备老化，资金缺口较大，管理还不够规范。"
    heading, paragraph = explain(model, text)
    assert paragraph.label is Label.PROBLEM
    groups = paragraph.by_group()
    assert groups["words"] + groups["characters"] > 0
    assert sum(part.value for part in paragraph.parts if "不足" in part.text) > 0
    assert any(part.group == "heading" and part.line == heading.number for part in paragraph.parts)
    against = explain(model, text, Label.ACHIEVEMENT)[1]
    assert not against.chosen
    assert against.score < 0 < paragraph.score


def test_text_json_and_html(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text(REPORT + "<script>alert(1)</script>，增长8%\n", "utf-8")
    answer = json.loads(baogao("explain", "r.txt", "--format", "json").stdout)
    for line in answer["lines"]:
        assert line["base"] + sum(part["value"] for part in line["parts"]) == pytest.approx(line["score"], abs=1e-9)
    text = baogao("explain", "r.txt", "--line", "5", "--top", "3").stdout.decode()
    assert text.startswith("行 5  问题")
    # Two decimals each: the shown ones add up to the score within their rounding.
    shown = [float(value) for value in re.findall(r"^ +([+-]\d+\.\d\d)  ", text, re.M)]
    score, base = re.search(r"得分 (-?\d+\.\d\d) = \S+ ([+-]\d+\.\d\d)", text).groups()  # type: ignore[union-attr]
    assert len(shown) == 4
    assert sum(shown) + float(base) == pytest.approx(float(score), abs=0.03)
    page = baogao("explain", "r.txt", "--format", "html").stdout.decode()
    assert "<script" not in page
    assert "src=" not in page and "href=" not in page
    bare = html.unescape(re.sub(r"<[^>]+>", "", page))
    for line in REPORT.split("\n"):
        assert line.strip() in bare
    assert "line 5" in baogao("explain", "r.txt", "--lang", "en").stdout.decode()


def test_wrong_use_of_explain_is_told_in_one_line(baogao: Run) -> None:
    for arguments in (["nowhere.txt"], ["--line", "7", "-"]):
        done = baogao("explain", *arguments, data="一行。\n".encode())
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert b"got 'x'" in baogao("explain", "--line", "x").stderr
