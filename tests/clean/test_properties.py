"""What holds for every document: order, count, account, chunks, threshold, repair."""

import codecs
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import Label, Model
from classifier.cleaning import CleaningOptions, Limits, UsageError, clean_documents
from classifier.cleaning import bytelines as lines_module
from classifier.cleaning.bytelines import byte_lines
from classifier.cleaning.segments import segment
from classifier.cleaning.streams import ByteStream
from tests.clean.tools import STUB, balanced, clean, ledger, outputs
from tests.report_texts import REPORT, TEXT

OPTIONS = st.builds(
    CleaningOptions,
    keep=st.sampled_from([frozenset(Label) - {Label.UNRELATED}, frozenset({Label.PROBLEM}), frozenset(Label)]),
    threshold=st.sampled_from([None, 0.0, 0.4, 0.9, 1.0]),
    min_report_lines=st.integers(0, 3),
    repair=st.booleans(),
    dedupe=st.booleans(),
)


@given(TEXT)
def test_pieces_cover_the_text(text: str) -> None:
    found = segment(text)
    assert "".join(text[one.start : one.after] for one in found.segments) == text
    assert [one.paragraph for one in found.segments if one.paragraph >= 0] == sorted(
        one.paragraph for one in found.segments if one.paragraph >= 0
    )
    assert all("\n" not in one and "\r" not in one and one.strip() for one in found.paragraphs)


@given(st.lists(TEXT, max_size=5), OPTIONS)
def test_order_count_and_account(texts: list[str], options: CleaningOptions) -> None:
    cleaned = list(clean_documents(iter(texts), options, model=STUB))
    assert [one.source for one in cleaned] == texts
    for one in cleaned:
        assert one.kept + one.removed == len(one.lines) == len(segment(one.source).segments)
        assert one.removed == one.reasons().total()
        if not options.repair:
            position = 0
            for _, start, text in one.kept_spans():
                assert start >= position and one.source[start : start + len(text)] == text
                position = start + len(text)
            assert one.text == "".join(text for _, _, text in one.kept_spans())


@given(st.lists(TEXT, max_size=6), st.integers(1, 6))
@settings(max_examples=25)
def test_chunked_is_whole(model: Model, texts: list[str], size: int) -> None:
    whole = list(clean_documents(texts, model=model))
    chunked = [one for start in range(0, len(texts), size) for one in clean_documents(texts[start : start + size], model=model)]
    assert chunked == whole


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\n\n"]), max_size=20).map(b"".join),
    st.integers(1, 9),
    st.integers(1, 20),
)
def test_lines_of_bytes_do_not_depend_on_blocks(data: bytes, block: int, limit: int) -> None:
    before = lines_module.BLOCK
    lines_module.BLOCK = block
    try:
        found = list(byte_lines(ByteStream(io.BytesIO(data).read, len(data), Limits(), None), limit))
    finally:
        lines_module.BLOCK = before
    expected = data.splitlines(keepends=True)
    assert [one.size for one in found] == [len(one) for one in expected]
    assert [one.data for one in found] == [one if len(one) <= limit else b"" for one in expected]


NAMES = ["a.txt", "b.jsonl", "c.csv", "d.tsv", "e.html", "f.md", "g.docx", "h.parquet", "i.warc", "j.txt.gz", "k.zip"]
UNREADABLE = "l.pdf"
ODD = b'{"text": "|"|,|text,x\n|<html><p>|PK\x03\x04|\x1f\x8b\x08|\xff\xfe|WARC/1.0\r\n|PAR1|{}\n|[1]\n|null\n|\n|\r|\0'.split(
    b"|"
)
ENCODED = [REPORT.encode(codec, "ignore") for codec in ("utf-8", "gb18030", "utf-16", "big5")]
ROW = json.dumps({"text": REPORT}).encode() + b"\n"
PIECES = st.sampled_from([*ODD, *ENCODED, ROW, codecs.BOM_UTF8, b"<div>" * 300])
BYTES = st.lists(PIECES | st.binary(max_size=30), max_size=6).map(b"".join)


@given(st.dictionaries(st.sampled_from([*NAMES, UNREADABLE]), BYTES, min_size=1, max_size=4))
@settings(max_examples=80)
def test_every_line_of_arbitrary_bytes_is_accounted_for(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").mkdir()
        for name, data in files.items():
            (Path(folder) / "in" / name).write_bytes(data)
        out = Path(folder) / "out"
        if set(files) == {UNREADABLE}:
            with pytest.raises(UsageError, match="nothing of it is read"):
                clean(Path(folder) / "in", out)
            return
        summary = clean(Path(folder) / "in", out)
        balanced(out)
        assert summary.sources.total() == len(ledger(out)) >= len(files)
        for record in ledger(out):
            assert record["status"] in ("done", "failed", "skipped")
            assert (record["status"] == "failed") == bool(record["failures"])


@given(
    st.lists(TEXT, max_size=4),
    OPTIONS,
    st.sampled_from(["utf-8", "source"]),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]),
    st.sampled_from(["same", "jsonl"]),
)
@settings(max_examples=40)
def test_annotate_then_filter_is_clean(
    texts: list[str], options: CleaningOptions, output: str, encoding: str, form: str
) -> None:
    judged = {name: getattr(options, name) for name in CleaningOptions.__dataclass_fields__}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "in").mkdir()
        for number, text in enumerate(texts):
            (home / "in" / f"{number}.txt").write_bytes(text.encode(encoding, "replace"))
        rows = "".join(json.dumps({"n": 1.50, "text": text}) + "\n" for text in texts)
        (home / "in" / "z.jsonl").write_text(rows + "broken\n", "utf-8")
        clean(home / "in", home / "clean", output_encoding=output, output_format=form, removed=home / "r1", **judged)
        clean(home / "in", home / "annotated", output_encoding=output, annotate=True)
        options_after = {"output_encoding": output, "output_format": form, **judged}
        clean(home / "annotated", home / "filtered", from_annotated=True, removed=home / "r2", **options_after)
        assert outputs(home / "filtered") == outputs(home / "clean")
        assert outputs(home / "r2") == outputs(home / "r1")
        counts = ("lines", "documents", "removed_by_label")
        assert [[one[name] for name in counts] for one in ledger(home / "filtered") if one["status"] != "skipped"] == [
            # A source that failed as a whole was told when it was annotated; there is nothing of it to filter.
            [one[name] for name in counts]
            for one in ledger(home / "clean")
            if not one["reason"]
        ]


def test_jobs_1_is_jobs_4(model: Model, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    noise = "上一篇：小学三年级数学教学反思\n"
    for number in range(30):
        text = REPORT.replace("河湾镇", f"{'东西南北'[number % 4]}湾{number}镇") + noise * (number % 3)
        (tmp_path / "in" / f"{number:02}.txt").write_text(text, "utf-8")
    rows = [json.dumps({"id": n, "text": REPORT.replace("18公里", f"{n}公里")}, ensure_ascii=False) for n in range(2500)]
    (tmp_path / "in" / "rows.jsonl").write_text("\n".join(rows), "utf-8")
    for jobs in (1, 4):
        clean(
            tmp_path / "in", tmp_path / f"out{jobs}", jobs=jobs, model=model, removed=tmp_path / f"removed{jobs}", dedupe=True
        )
        balanced(tmp_path / f"out{jobs}")
    assert outputs(tmp_path / "out1") == outputs(tmp_path / "out4")
    assert outputs(tmp_path / "removed1") == outputs(tmp_path / "removed4")
    assert len(outputs(tmp_path / "out1")) == 31


@given(
    st.lists(
        st.sampled_from(
            ["修路三公里，建桥两座，群众满意率达到百分之九十五。", "人手不足，设备老化，问题还很突出，亟待解决。", "短"]
        ),
        max_size=30,
    )
)
def test_dedupe_keeps_the_first_of_each(lines: list[str]) -> None:
    options = CleaningOptions(dedupe=True, keep=frozenset(Label), min_report_lines=0)
    found = list(clean_documents([line + "\n" for line in lines], options, model=STUB))
    kept = [one.text.strip() for one in found if one.text]
    assert kept == list(dict.fromkeys(lines))
