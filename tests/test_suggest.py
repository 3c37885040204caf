import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import Model
from classifier.corpus import corpus_hash, read_documents
from classifier.corpus.formats import FORMATS
from classifier.corpus.suggest import suggest
from classifier.corpus.suggested import suggested_lines
from tests.conftest import Run
from tests.report_texts import REPORT, TEXT

ODD_LINES = ["风从东边来，灯又灭了一盏，第{}夜", "账面上说得过去，第{}处另议", "这事先搁着，容后再说，记在第{}页"]


@settings(max_examples=30)
@given(st.lists(TEXT, max_size=4), st.integers(1, 6))
def test_suggestions_are_lines_of_the_documents_within_the_budget(model: Model, texts: list[str], budget: int) -> None:
    reports = [(f"d{number}", model.classify(text)) for number, text in enumerate(texts)]
    found = suggest(reports, "v", budget)
    assert found.asked <= budget
    ranks: list[int] = []
    asked: list[str] = []
    for document in found.documents:
        report = dict(reports)[document.doc]
        assert [(line.text, line.label) for line in document.lines] == [(line.text, line.label) for line in report.lines]
        marks = suggested_lines(document)
        assert marks is not None
        assert marks.ranks
        ranks += marks.ranks.values()
        asked += [document.lines[number - 1].text for number in marks.ranks]
    assert sorted(ranks) == list(range(1, found.asked + 1))
    assert len(set(asked)) == len(asked)


def test_doubtful_lines_come_before_clear_ones_and_the_like_is_asked_once(model: Model) -> None:
    doubtful = "\n".join(line.format(chr(0x4E00 + n)) for n in range(5) for line in ODD_LINES)
    found = suggest([("clear", model.classify(REPORT)), ("odd", model.classify(doubtful))], "v", 3)
    texts = [
        document.lines[number - 1].text
        for document in found.documents
        for number in (suggested_lines(document).ranks)  # type: ignore[union-attr]
        if document.doc == "odd"
    ]
    # Five wordings of each of three lines: no two suggestions are wordings of the same.
    assert len({text[:4] for text in texts}) == len(texts)
    doubt = {line.text: line.confidence for line in model.classify(REPORT).lines}
    for document in found.documents:
        for number in suggested_lines(document).ranks:  # type: ignore[union-attr]
            text = document.lines[number - 1].text
            assert text not in doubt or doubt[text] < max(doubt.values())


def test_what_the_corpus_has_is_not_asked(model: Model) -> None:
    report = model.classify(REPORT)
    known = [line.text for line in report.lines][:-1]
    found = suggest([("a", report)], "v", 50, known)
    assert found.asked == 1
    assert suggested_lines(found.documents[0]).ranks == {len(report.lines): 1}  # type: ignore[union-attr]
    assert suggest([("a", report)], "v", 50, [line.text for line in report.lines]).documents == ()
    with pytest.raises(ValueError, match="got 0"):
        suggest([], "v", 0)


def test_the_command_writes_a_file_for_every_tool(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(REPORT, "utf-8")
    (tmp_path / "in" / "deeper" / "b.txt").write_bytes("今夜无风。\n灯守到天亮。".encode("gb18030"))
    done = baogao("suggest", "in", "--budget", "4", "--output", "ask.jsonl")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().startswith("4 lines in ")
    documents = list(read_documents(tmp_path / "ask.jsonl"))
    assert sum(len(suggested_lines(one).ranks) for one in documents) == 4  # type: ignore[union-attr]
    for form in FORMATS:
        assert baogao("corpus", "export", "ask.jsonl", "--format", form, "--output", f"out-{form}").returncode == 0


def test_wrong_use_of_suggest(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments in (["nowhere"], ["empty"], ["empty", "--corpus", "nowhere"]):
        done = baogao("suggest", *arguments, "--output", "x.jsonl")
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr
        assert not (tmp_path / "x.jsonl").exists()


def test_what_cannot_be_written_is_told_before_the_work(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(REPORT, "utf-8")
    (tmp_path / "folder").mkdir()
    for output, told in (("nowhere/x.jsonl", "there is no folder nowhere"), ("folder", "this is a folder")):
        done = baogao("suggest", "a.txt", "--output", output)
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
        assert told in done.stderr.decode()


def test_wrong_encodings_are_told_once(baogao: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(REPORT, "utf-8")
    for verb, more in (("suggest", ["--output", "x.jsonl"]), ("classify", []), ("explain", [])):
        for wrong in ("utf9", "hex"):
            done = baogao(verb, "a.txt", "b.txt", "--encoding", wrong, *more)
            assert (done.returncode, done.stdout) == (2, b"")
            assert done.stderr.decode().count(f"Python knows no text encoding named '{wrong}'") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a file's name be no UTF-8")
def test_a_file_whose_name_is_no_text_is_suggested_from(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb1\xa8.txt")).write_text(REPORT, "utf-8")
    assert baogao("suggest", ".", "--output", "x.jsonl", "--budget", "3").returncode == 0
    (document,) = read_documents(tmp_path / "x.jsonl")
    assert os.fsencode(document.doc).endswith(b"\xb1\xa8.txt")
    assert len(corpus_hash([document])) == 64
