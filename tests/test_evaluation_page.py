import base64
import io
import json
import re
from pathlib import Path

import pytest

from classifier.corpus import read_corpus, read_documents, write_documents
from classifier.corpus.formats import import_documents
from classifier.model import shipped_model_folder
from tests.conftest import ROOT, Run

pytest.importorskip("matplotlib")
fonts = pytest.importorskip("fontTools.ttLib")
LIGHTHOUSE = Path(__file__).parent / "data" / "lighthouse.txt"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    write_documents(import_documents(LIGHTHOUSE, "text"), tmp_path / "lighthouse.jsonl")
    return tmp_path / "lighthouse.jsonl"


def bare(page: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_needs_nothing_else_and_brings_its_characters(
    language: str, documents: Path, baogao: Run, tmp_path: Path
) -> None:
    arguments = ["evaluate", documents, "--report", "page.html", "--lang", language, "--against", shipped_model_folder()]
    done = baogao(*arguments)
    assert done.returncode == 0, done.stderr.decode()
    page = (tmp_path / "page.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)=(?![\"']?#)", page)
    assert "<script" not in page
    assert "@import" not in page
    for address in re.findall(r"url\(([^)]{5})", page):
        assert address == "data:" or address.startswith("#")
    assert page.count("<svg") == page.count("</svg>") == 3
    face = re.search(r"base64,([A-Za-z0-9+/=]+)", page)
    if face is None:
        assert b"no free Chinese font" in done.stderr
        return
    with fonts.TTFont(io.BytesIO(base64.b64decode(face[1]))) as font:
        glyphs = set(font.getBestCmap())
    missing = {character for character in bare(page) if "\u4e00" <= character <= "\u9fff" and ord(character) not in glyphs}
    assert missing == set()


def test_the_page_says_what_the_scores_say(documents: Path, baogao: Run, tmp_path: Path) -> None:
    done = baogao("evaluate", documents, "--report", "page.html", "--lang", "en", "--format", "json")
    answer = json.loads(done.stdout)
    page = bare((tmp_path / "page.html").read_text("utf-8"))
    for name, key in (("macro-F1", "macro_f1"), ("accuracy", "accuracy")):
        shown = re.search(rf"{name} (\d\.\d{{3}})", page)
        assert shown, name
        # The JSON is rounded to four places, and rounding that again may end elsewhere.
        assert float(shown[1]) == pytest.approx(answer[key], abs=6e-4)
    assert "lighthouse" in page
    for label, one in answer["labels"].items():
        row = re.search(rf"{label}(\d\.\d{{3}})(\d\.\d{{3}})(\d\.\d{{3}})", page)
        assert row, label
        assert [float(value) for value in row.groups()] == pytest.approx([one["precision"], one["recall"], one["f1"]], abs=1e-3)
    lines = [line.text for document in read_documents(documents) for line in document.lines]
    wrong = sum(n for true, row in answer["confusion"].items() for given, n in row.items() if given != true)
    assert wrong
    errors = page[page.index("Errors the model was surest of") :]
    assert sum(line in errors for line in lines) >= min(wrong, 40)


def test_a_model_against_itself(documents: Path, baogao: Run) -> None:
    done = baogao("evaluate", documents, "--against", shipped_model_folder(), "--format", "json")
    found = json.loads(done.stdout)["against"]
    assert found["macro_f1"]["interval"] == [0, 0]
    assert (found["gained"], found["lost"], found["mcnemar_p"]) == (0, 0, 1.0)


def test_no_errors_and_markup_in_the_text(baogao: Run, tmp_path: Path) -> None:
    lines = [{"text": "<script>alert(1)</script>扫码关注公众号，免费下载全文", "label": "unrelated"}]
    (tmp_path / "one.jsonl").write_text(json.dumps({"doc": "<b>", "genre": "<i>x", "lines": lines}), "utf-8")
    assert baogao("evaluate", "one.jsonl", "--report", "page.html").returncode == 0
    lines[0]["label"] = "problem"
    (tmp_path / "one.jsonl").write_text(json.dumps({"doc": "<b>", "genre": "<i>x", "lines": lines}), "utf-8")
    assert baogao("evaluate", "one.jsonl", "--report", "wrong.html").returncode == 0
    assert "没有错误。" in (tmp_path / "page.html").read_text("utf-8")
    page = (tmp_path / "wrong.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;i&gt;x" in page


def test_wrong_use_of_evaluate(documents: Path, baogao: Run) -> None:
    for arguments in (["--against", "nowhere"], ["--report", "no/such/folder/page.html"]):
        done = baogao("evaluate", documents, *arguments)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr


def test_documents_that_the_model_has_learnt_are_told_of(documents: Path, baogao: Run, tmp_path: Path) -> None:
    (learnt, *_) = read_corpus(ROOT / "corpus")
    write_documents([learnt, *read_documents(documents)], tmp_path / "mixed.jsonl")
    count = len(list(read_documents(tmp_path / "mixed.jsonl")))
    told = baogao("evaluate", "mixed.jsonl").stderr.decode()
    assert f"1 of {count} documents are among those that" in told and "flatter" in told
    assert baogao("evaluate", documents).stderr == b""
