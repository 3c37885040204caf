"""Corrections: kept safely, read back, and made into documents."""

import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from classifier.corpus import CorpusError, LabelledDocument, LabelledLine, read_documents
from classifier.corpus.corrections import Correction, corrected, read_corrections, with_corrected
from classifier.labels import LABELS, Label
from classifier.web.journal import Journal
from tests.conftest import Run
from tests.report_texts import REPORT


def made(doc: str, labels: list[Label], line: int, new: Label) -> Correction:
    after = [*labels[: line - 1], new, *labels[line:]]
    lines = tuple(LabelledLine(f"{doc}第{number}行", label) for number, label in enumerate(after))
    return Correction("2026-01-01T00:00:00", "m", line, labels[line - 1], new, LabelledDocument(doc, "corrected", lines))


def test_a_correction_is_kept_in_the_corpus_shape_and_comes_back(client: TestClient, tmp_path: Path) -> None:
    first = client.post("/api/classify", json={"text": REPORT}).json()
    lines = [{"text": one["text"], "label": one["label"], "heading": one["heading"]} for one in first["lines"]]
    old = lines[4]["label"]
    lines[4]["label"] = "measure"
    sent = {"doc": first["doc"], "source": "水利.docx", "line": 5, "old": old, "new": "measure", "lines": lines}
    assert client.post("/api/corrections", json=sent).status_code == 201
    path = tmp_path / "corrections.jsonl"
    kept = json.loads(path.read_text("utf-8"))
    assert {"time", "model", "doc", "line", "old", "new", "lines", "source"} <= set(kept)
    assert [one.text for one in next(read_documents(path)).lines] == [one["text"] for one in lines]
    again = client.post("/api/classify", json={"text": REPORT}).json()
    assert again["corrections"] == [{"line": 5, "label": "measure"}]
    assert again["lines"] == first["lines"]


@pytest.mark.parametrize(
    "change",
    [{"line": 2}, {"line": 0}, {"new": "measure"}, {"new": "success"}, {"lines": []},
     {"lines": [{"text": "a\nb", "label": "problem"}]},
     {"lines": [{"text": " ", "label": "problem"}]}, {"lines": "x"}, {"doc": ""}, {"doc": "d" * 201}, {"time": "x"}],
)  # fmt: skip
def test_a_correction_that_does_not_fit_is_refused(client: TestClient, tmp_path: Path, change: dict[str, object]) -> None:
    good = {"doc": "d", "line": 1, "old": "measure", "new": "problem", "lines": [{"text": "人手不足。", "label": "problem"}]}
    assert client.post("/api/corrections", json={**good, **change}).status_code == 422
    assert not (tmp_path / "corrections.jsonl").exists()


def test_a_correction_that_cannot_be_written_says_so(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "corrections.jsonl").mkdir()
    good = {"doc": "d", "line": 1, "old": "measure", "new": "problem", "lines": [{"text": "人手不足。", "label": "problem"}]}
    answer = client.post("/api/corrections", json=good)
    assert (answer.status_code, answer.json()["error"]) == (507, "not_saved")


def _write(path: Path, name: str) -> None:
    journal = Journal(path)
    for number in range(100):
        journal.append(made(f"{name}-{number}", [Label.MEASURE] * 50, 3, Label.PROBLEM))


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, name)) for name in "abc"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert {json.loads(line)["doc"] for line in path.read_text("utf-8").splitlines()} == {
        f"{name}-{number}" for name in "abc" for number in range(100)
    }


def test_a_line_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"doc": "torn', "utf-8")
    journal = Journal(path)
    journal.append(made("d", [Label.MEASURE], 1, Label.PROBLEM))
    assert json.loads(path.read_text("utf-8").splitlines()[1])["doc"] == "d"
    assert journal.labels("d", ["d第0行"]) == {0: Label.PROBLEM}
    with pytest.raises(CorpusError, match=r"c\.jsonl:1"):
        read_corrections(path)
    assert path.stat().st_mode & 0o077 == 0 or path.stat().st_size  # written by the test itself: its mode is the test's


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    Journal(tmp_path / "c.jsonl").append(made("d", [Label.MEASURE], 1, Label.PROBLEM))
    assert (tmp_path / "c.jsonl").stat().st_mode & 0o077 == 0


@given(
    steps=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4), st.sampled_from(LABELS)), min_size=1, max_size=25),
)
def test_the_last_correction_of_a_line_holds(steps: list[tuple[str, int, Label]]) -> None:
    state = {doc: [Label.BACKGROUND] * 4 for doc in "ab"}
    records = []
    for doc, line, new in steps:
        records.append(made(doc, state[doc], line, new))
        state[doc][line - 1] = new
    found = corrected(records)
    assert {one.doc: [line.label for line in one.lines] for one in found.documents} == {doc: state[doc] for doc, _, _ in steps}
    changed = sum(label is not Label.BACKGROUND for labels in state.values() for label in labels)
    assert len(found.places) == sum(found.changes.values()) == changed


def test_documents_of_the_same_lines_are_one_and_edited_ones_keep_their_corrections() -> None:
    first = made("d", [Label.MEASURE] * 3, 1, Label.PROBLEM)
    lines = first.document.lines
    again = LabelledDocument("e", "corrected", (lines[0], LabelledLine(lines[1].text, Label.PROBLEM), lines[2]))
    same = Correction("", "m", 2, Label.MEASURE, Label.PROBLEM, again)
    edited = LabelledDocument(
        "d", "corrected", (LabelledLine("新的一行", Label.BACKGROUND), LabelledLine(lines[0].text, Label.MEASURE))
    )
    assert [one.label for one in corrected([first, same]).documents[0].lines] == ["problem", "problem", "measure"]
    assert [one.label for one in corrected([first, edited]).documents[0].lines] == ["background", "problem"]


def test_the_corpus_gives_way_to_the_corrected_document() -> None:
    found = corrected([made("d", [Label.MEASURE] * 2, 1, Label.PROBLEM)])
    old = LabelledDocument("old", "g", tuple(LabelledLine(line.text, Label.MEASURE) for line in found.documents[0].lines))
    other = LabelledDocument("x", "g", (LabelledLine("别的", Label.MEASURE),))
    assert [one.doc for one in with_corrected([old, other], found)] == ["x", "d"]
    with pytest.raises(CorpusError, match="also in the corpus"):
        with_corrected([LabelledDocument("d", "g", other.lines)], found)


@pytest.mark.slow
def test_train_with_says_what_the_corrections_changed(baogao: Run, tmp_path: Path) -> None:
    texts = {
        Label.BACKGROUND: "{}水利站工作总结",
        Label.ACHIEVEMENT: "{}站完成渠道清淤18公里，被评为先进集体。",
        Label.MEASURE: "{}站将组织两次培训，制定巡查制度。",
        Label.PROBLEM: "{}站人手不足，设备老化，管护不到位。",
        Label.UNRELATED: "{}点击下载本文Word版，会员免费",
    }
    (tmp_path / "corpus").mkdir()
    with (tmp_path / "corpus" / "own.jsonl").open("w", encoding="utf-8") as file:
        for number in range(12):
            lines = [{"text": text.format("甲乙丙丁戊己庚辛壬癸子丑"[number]), "label": label} for label, text in texts.items()]
            file.write(json.dumps({"doc": f"d{number}", "genre": "own", "lines": lines}, ensure_ascii=False) + "\n")
    journal = Journal(tmp_path / "corrections.jsonl")
    for new in (Label.ACHIEVEMENT, Label.PROBLEM):
        journal.append(made("page-1", [Label.MEASURE, Label.BACKGROUND], 1, new))
    done = baogao("train", "--corpus", "corpus", "--with", "corrections.jsonl", "--output", "m", "--jobs", "1")
    assert done.returncode == 0, done.stderr.decode()
    assert "1 lines corrected in 1 documents" in done.stderr.decode()
    assert "measure → problem" in done.stderr.decode()
    assert " of 1" in done.stdout.decode()
    assert json.loads((tmp_path / "m" / "manifest.json").read_text())["corpus"]["documents"] == 13
    (tmp_path / "bad.jsonl").write_text('{"doc": "x"}\n')
    wrong = baogao("train", "--corpus", "corpus", "--with", "bad.jsonl", "--output", "m2")
    assert wrong.returncode == 2
    assert "bad.jsonl:1" in wrong.stderr.decode()
