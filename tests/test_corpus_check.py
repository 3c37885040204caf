import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.corpus import read_corpus
from classifier.corpus.check import check_corpus
from classifier.corpus.coverage import unseen
from classifier.corpus.duplicates import PIECE, SHORTEST, letters, longest_shared_phrases, near_duplicates
from classifier.corpus.improbable import improbable_labels
from classifier.labels import LABELS
from tests.conftest import ROOT, Run

FEW = st.text(alphabet="甲乙丙丁", min_size=0, max_size=40)
LONG = "渔政大队会同海事部门在禁渔期内连续巡航四十余个昼夜，查扣违规船只并移交处理"


def pieces(text: str) -> set[str]:
    return {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


@given(st.lists(FEW, max_size=8), st.sampled_from([0.3, 0.6, 1.0]))
def test_near_duplicates_are_all_pairs_that_share_enough(texts: list[str], threshold: float) -> None:
    expected = {
        (a, b)
        for a, b in itertools.combinations(range(len(texts)), 2)
        if min(len(texts[a]), len(texts[b])) >= SHORTEST
        and len(pieces(texts[a]) & pieces(texts[b])) >= threshold * min(len(pieces(texts[a])), len(pieces(texts[b])))
    }
    assert {(pair.first, pair.second) for pair in near_duplicates(texts, threshold)} == expected


@given(st.lists(FEW, max_size=6))
def test_the_longest_shared_phrase_is_the_longest(texts: list[str]) -> None:
    runs = (
        a[at : at + size]
        for a, b in itertools.combinations(texts, 2)
        for size in range(PIECE, len(a) + 1)
        for at in range(len(a) - size + 1)
        if a[at : at + size] in b
    )
    expected = max(map(len, runs), default=0)
    found = longest_shared_phrases(texts, range(len(texts)), wanted=3)
    assert (len(found[0].text) if found else 0) == expected
    assert [len(one.text) for one in found] == sorted((len(one.text) for one in found), reverse=True)
    for one in found:
        assert one.first != one.second
        assert one.text in texts[one.first]
        assert one.text in texts[one.second]


def test_a_phrase_twice_in_one_document_is_no_shared_phrase() -> None:
    assert longest_shared_phrases([LONG, LONG], [0, 0]) == []
    assert longest_shared_phrases([LONG, LONG], [0, 1], wanted=1)[0].text == letters(LONG)


def line(text: Any, label: str = "measure", heading: bool = False) -> dict[str, Any]:
    return {"text": text, "label": label, "heading": heading}


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    good = [line("一、渔政管理", heading=True), line(LONG)]
    documents = [
        {"doc": "a", "genre": "fishery", "lines": good},
        {
            "doc": "b",
            "genre": "fishery",
            "lines": [line("上一篇：年终总结", "unrelated", True), line("好", "success"), line("  ")],
        },
        {
            "doc": "a",
            "genre": "fishery",
            "lines": [line(LONG.replace("四十", "五十"), "achievement"), line("题" * 60, heading=True)],
        },
        {"doc": "c", "genre": "port", "lines": []},
        {"doc": "d", "genre": "port", "lines": [line("一、渔政管理", "background", True), line(3)]},
    ]
    rows = [json.dumps(one, ensure_ascii=False) for one in documents]
    (folder / "mine.jsonl").write_text("\n".join([*rows, "{not json"]) + "\n", "utf-8")
    noise = [{"family": "f", "text": "返回顶部"}, {"family": "f", "text": "返回 顶部3"}, {"family": "g"}]
    (folder / "noise.jsonl").write_text("".join(json.dumps(one) + "\n" for one in noise), "utf-8")
    return folder


def test_every_fault_is_told_with_file_document_and_line(faulty: Path, baogao: Run) -> None:
    done = baogao("corpus", "check", faulty, "--format", "json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    found = {(f["kind"], Path(f["file"]).name, f["row"], f["doc"], f["line"]) for f in answer["findings"]}
    expected = {
        ("heading", "mine.jsonl", 2, "b", 1),
        ("bad-line", "mine.jsonl", 2, "b", 2),
        ("bad-line", "mine.jsonl", 2, "b", 3),
        ("name-twice", "mine.jsonl", 3, "a", 0),
        ("near-duplicate", "mine.jsonl", 3, "a", 1),
        ("heading", "mine.jsonl", 3, "a", 2),
        ("bad-document", "mine.jsonl", 4, "c", 0),
        ("two-labels", "mine.jsonl", 5, "d", 1),
        ("bad-line", "mine.jsonl", 5, "d", 2),
        ("not-json", "mine.jsonl", 6, "", 0),
        ("noise-twice", "noise.jsonl", 2, "", 0),
        ("bad-noise", "noise.jsonl", 3, "", 0),
    }
    assert expected <= found
    assert {kind for kind, *_ in found - expected} == {"thin-label"}
    assert answer["noise"] == {"f": 2}
    text = baogao("corpus", "check", faulty).stdout.decode()
    assert "success" in text
    assert "mine.jsonl:2 b line 2" in text


def test_words_never_seen(faulty: Path, baogao: Run, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(json.dumps({"doc": "z", "lines": [line("渔政大队 麒麟麒麟")]}, ensure_ascii=False), "utf-8")
    done = baogao("corpus", "check", faulty, "--against", asked, "--format", "json")
    assert json.loads(done.stdout)["unseen"]["words"] > 0
    assert unseen(["渔政 麒麟 麒麟 2023"], ["渔政"]) == unseen(["麒麟，渔政，麒麟"], ["关于渔政"])
    assert unseen(["渔政 麒麟 麒麟"], ["渔政"]).share == pytest.approx(2 / 3)
    assert unseen([], ["渔政"]).share == 0


def test_wrong_use_is_told_in_one_line(baogao: Run, tmp_path: Path) -> None:
    for arguments in (["nowhere"], [tmp_path], [__file__, "--against", "nowhere.jsonl"]):
        done = baogao("corpus", "check", *arguments)
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1
        assert done.stdout == b""


def test_planted_wrong_labels_are_among_the_improbable() -> None:
    pytest.importorskip("cleanlab")
    documents = read_corpus(ROOT / "corpus")[:40]
    labels = np.array([LABELS.index(one.label) for document in documents for one in document.lines])
    chances = np.full((labels.size, len(LABELS)), 0.02)
    rng = np.random.default_rng(0)
    chances[np.arange(labels.size), labels] = 0.92
    planted = rng.choice(labels.size, 12, replace=False)
    for at in planted:
        chances[at] = 0.02
        chances[at, (labels[at] + 1) % len(LABELS)] = 0.92
    found = improbable_labels(documents, chances)
    assert {one.line for one in found} == set(planted.tolist())
    for one in found:
        assert one.model_says is not one.label


def test_our_own_corpus_can_be_read_whole() -> None:
    checked = check_corpus([ROOT / "corpus"])
    broken = {"not-json", "not-utf-8", "bad-line", "bad-document", "name-twice", "heading", "bad-noise"}
    assert [finding for finding in checked.findings if finding.kind in broken] == []
    assert sum(checked.documents.values()) == len(checked.readable)
