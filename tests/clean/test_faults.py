"""The fault matrix: each nasty file, and what it gets. Shown by `python -m tests.clean.test_faults`."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifier import Label, Model
from tests.clean.tools import balanced, clean, ledger, outputs

FILES = Path(__file__).parent.parent / "data" / "clean" / "files"

# name: (status, lines read, lines failed, documents dropped, part of the reason or encoding)
MATRIX: dict[str, tuple[str, int, int, int, str]] = {
    "utf8.txt": ("done", 8, 0, 0, "utf-8"),
    "utf8-bom.txt": ("done", 8, 0, 0, "utf-8"),
    "gb18030.txt": ("done", 8, 0, 0, "gb18030"),
    "big5.txt": ("done", 3, 0, 0, "big5"),
    "utf16le-bom.txt": ("done", 8, 0, 0, "utf-16-le"),
    "utf16be.txt": ("done", 8, 0, 0, "utf-16-be"),
    "utf32.txt": ("done", 8, 0, 0, "utf-32-le"),
    "two-encodings.txt": ("done", 7, 0, 0, "utf-8"),
    "one-bad-line.txt": ("done", 9, 0, 0, "utf-8"),
    "utf16-lone-surrogate.txt": ("done", 3, 0, 0, "utf-16-le"),
    "utf16-odd-bytes.txt": ("done", 9, 0, 0, "utf-16-le"),
    "nuls.txt": ("done", 8, 0, 0, "utf-8"),
    "only-cr.txt": ("done", 8, 0, 0, "utf-8"),
    "mixed-ends.txt": ("done", 10, 0, 0, "utf-8"),
    "no-last-end.txt": ("done", 8, 0, 0, "utf-8"),
    "wide-breaks.txt": ("done", 8, 0, 0, "utf-8"),
    "hard-wrapped.txt": ("done", 18, 0, 0, "utf-8"),
    "zero-width.txt": ("done", 9, 0, 0, "utf-8"),
    "spaced.txt": ("done", 8, 0, 0, "utf-8"),
    "pinyin.txt": ("done", 2, 0, 0, "utf-8"),
    "entities.txt": ("done", 8, 0, 0, "utf-8"),
    "mojibake-utf8-as-gbk.txt": ("done", 8, 0, 0, "utf-8"),
    "mojibake-gbk-as-latin1.txt": ("done", 8, 0, 0, "utf-8"),
    "controls.txt": ("done", 8, 0, 0, "utf-8"),
    "form-feeds.txt": ("done", 8, 0, 0, "utf-8"),
    "blank.txt": ("done", 4, 0, 1, "utf-8"),
    "empty.txt": ("done", 0, 0, 0, "utf-8"),
    "only-noise.txt": ("done", 3, 0, 1, "utf-8"),
    "long-line.txt": ("done", 2, 0, 0, "utf-8"),
    "pdf-called.txt": ("failed", 0, 0, 0, "this is a PDF"),
    "program-called.txt": ("failed", 0, 0, 0, "this is a program"),
    "gzip-called.txt": ("failed", 0, 0, 0, "this is gzip data"),
    "名字 有空格 & 引号'.md": ("done", 8, 0, 0, "utf-8"),
    "good.jsonl": ("done", 16, 0, 0, "utf-8"),
    "bad-records.jsonl": ("failed", 21, 5, 1, "not JSON"),
    "one-gb-line.jsonl": ("done", 24, 0, 0, "utf-8"),
    "all-gb.jsonl": ("done", 24, 0, 0, "gb18030"),
    "bom-crlf.jsonl": ("done", 16, 0, 0, "utf-8"),
    "surrogates.jsonl": ("done", 1, 0, 0, "utf-8"),
    "twice-text.jsonl": ("done", 8, 0, 0, "utf-8"),
    "deep.jsonl": ("failed", 9, 1, 0, "nested too deeply"),
    "huge-number.jsonl": ("done", 16, 0, 0, "utf-8"),
    "other-field.jsonl": ("failed", 2, 2, 0, "it has content"),
    "quotes.csv": ("done", 9, 0, 0, "utf-8"),
    "gb.csv": ("done", 8, 0, 0, "gb18030"),
    "open-quote.csv": ("done", 14, 0, 0, "utf-8"),
    "few-fields.csv": ("failed", 10, 1, 0, "has 1 fields"),
    "no-column.csv": ("failed", 0, 0, 0, "the header has id, body"),
    "semicolons.csv": ("done", 8, 0, 0, "utf-8"),
    "nul.tsv": ("done", 1, 0, 0, "utf-8"),
    "gbk-declared.html": ("done", 9, 0, 0, "gb18030"),
    "wrong-declared.html": ("done", 9, 0, 0, "gb18030"),
    "utf16.html": ("done", 9, 0, 0, "utf-16-le"),
    "no-markup.html": ("done", 8, 0, 0, "utf-8"),
    "unclosed.html": ("done", 9, 0, 0, "utf-8"),
    "scripts.html": ("done", 9, 0, 0, "utf-8"),
    "deep.html": ("failed", 0, 0, 0, "Excessive depth"),
    "empty.html": ("done", 0, 0, 0, "utf-8"),
    "whole.txt.gz": ("done", 8, 0, 0, "utf-8"),
    "members.txt.gz": ("done", 16, 0, 0, "utf-8"),
    "cut.txt.gz": ("failed", 5, 1, 0, "cut off"),
    "rubbish-behind.txt.gz": ("failed", 9, 1, 0, "damaged after 498 bytes"),
    "no-gzip.txt.gz": ("failed", 1, 1, 0, "damaged after 0 bytes"),
    "bomb.txt.gz": ("failed", 0, 0, 0, "zip bomb"),
    "good.zip/一/甲.txt": ("done", 8, 0, 0, "utf-8"),
    "good.zip/乙.jsonl": ("done", 8, 0, 0, "utf-8"),
    "good.zip/图.png": ("skipped", 0, 0, 0, "no format has this name"),
    "escape.zip/逃.txt#unsafe": ("failed", 0, 0, 0, "leads out of the output folder"),
    "escape.zip/etc/逃.txt#unsafe": ("failed", 0, 0, 0, "leads out of the output folder"),
    "escape.zip/C:/逃.txt#unsafe": ("failed", 0, 0, 0, "leads out of the output folder"),
    "escape.zip/好.txt": ("done", 8, 0, 0, "utf-8"),
    "nested.zip/内.zip": ("failed", 0, 0, 0, "archive in an archive"),
    "nested.zip/甲.txt": ("done", 8, 0, 0, "utf-8"),
    "bomb.zip/空.txt": ("failed", 0, 0, 0, "zip bomb"),
    "bomb.zip/甲.txt": ("done", 8, 0, 0, "utf-8"),
    "cut.zip": ("failed", 0, 0, 0, "no ZIP archive"),
    "rubbish.docx": ("failed", 0, 0, 0, "no Word document"),
    "bomb.docx": ("failed", 0, 0, 0, "zip bomb"),
    "no-parquet.parquet": ("failed", 0, 0, 0, "cannot be read as Parquet"),
    "cut.warc": ("failed", 1, 1, 0, "is cut off"),
    "no.warc": ("failed", 1, 1, 0, "archive is damaged"),
}


@pytest.fixture(scope="module")
def cleaned(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run over all of them: what one does must not touch the others."""
    out = tmp_path_factory.mktemp("faults") / "out"
    clean(FILES, out, model=model, removed=out.parent / "removed", min_report_lines=1)
    balanced(out)
    return out


def record(out: Path, name: str) -> dict[str, Any]:
    return next(one for one in ledger(out) if one["source"] == name)


def test_every_file_has_its_row(cleaned: Path) -> None:
    assert sorted(one["source"] for one in ledger(cleaned)) == sorted(MATRIX)
    assert len(list(FILES.iterdir())) >= 40


@pytest.mark.parametrize("name", MATRIX)
def test_each_fault_gets_what_the_matrix_says(cleaned: Path, name: str) -> None:
    status, read, failed, dropped, said = MATRIX[name]
    found = record(cleaned, name)
    told = found["reason"] + " ".join(one["reason"] for one in found["failures"]) + found["encoding"]
    lines = found["lines"]
    got = (found["status"], lines["read"], lines["failed"], found["documents"]["dropped"])
    assert got == (status, read, failed, dropped), told
    assert said in told
    output = cleaned / name
    whole = status == "done" and found["documents"]["kept"] > 0
    assert output.is_file() == (whole or (status == "failed" and lines["kept"] > 0))
    # Where nothing else is said, the report stays: all but the last line, which is a link.
    if whole and read in (8, 9, 16) and name not in ("quotes.csv",):
        assert lines["kept"] >= read - 3


def test_nothing_is_written_outside(cleaned: Path) -> None:
    assert sorted(one.name for one in cleaned.parent.iterdir()) == ["out", "removed"]


def test_other_fields_stay_to_the_byte(cleaned: Path) -> None:
    source = json.loads((FILES / "good.jsonl").read_text("utf-8").splitlines()[0])
    raw = (cleaned / "good.jsonl").read_text("utf-8").splitlines()[0]
    assert '"big": 12345678901234567890,' in raw
    found = json.loads(raw)
    assert {**found, "text": ""} == {**source, "text": ""}
    assert source["text"].startswith(found["text"])
    assert "\\ud800" in (cleaned / "surrogates.jsonl").read_text("utf-8")
    number = (cleaned / "huge-number.jsonl").read_text("utf-8")
    assert "9" * 5000 in number and "1e999" in number


def test_source_encoding_gives_the_very_bytes(model: Model, tmp_path: Path) -> None:
    names = [
        "utf8-bom.txt",
        "gb18030.txt",
        "utf16le-bom.txt",
        "utf16be.txt",
        "utf32.txt",
        "one-bad-line.txt",
        "two-encodings.txt",
    ]
    options = {"output_encoding": "source", "keep": frozenset(Label), "min_report_lines": 0}
    clean([str(FILES / name) for name in names], tmp_path / "out", model=model, **options)
    assert outputs(tmp_path / "out") == {name: (FILES / name).read_bytes() for name in sorted(names)}


if __name__ == "__main__":
    import tempfile

    from classifier import load_model

    with tempfile.TemporaryDirectory() as folder:
        clean(FILES, Path(folder) / "out", model=load_model())
        print("| input | status | read = kept + removed + failed | told |\n| --- | --- | --- | --- |")
        for one in ledger(Path(folder) / "out"):
            counts, told = one["lines"], one["reason"] or (one["failures"] or [{"reason": one["encoding"]}])[0]["reason"]
            sums = f"{counts['read']} = {counts['kept']} + {counts['removed']} + {counts['failed']}"
            print(f"| {one['source']} | {one['status']} | {sums} | {told[:110]} |")
