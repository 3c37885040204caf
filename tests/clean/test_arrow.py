"""Arrow batches: the same answers as `baogao clean`, a row out for every row in, and no document that fails a batch."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Label, Model
from classifier.cleaning import CleaningOptions, MissingLibraryError, UsageError, clean_documents
from classifier.cleaning import arrow as ours
from classifier.cleaning.arrow import METADATA, clean_batches, output_schema
from classifier.manifest import COMPACT_FILE
from classifier.report import ClassifiedReport
from tests.clean.tools import STUB, StubModel
from tests.conftest import Run
from tests.report_texts import REPORT

pa = pytest.importorskip("pyarrow")
SPAM = "首页 > 范文 > 正文\n扫码关注公众号，免费下载"


def rows(table: Any, **options: Any) -> list[dict[str, Any]]:
    options.setdefault("model", STUB)
    return [row for batch in clean_batches(table.to_batches(), **options) for row in batch.to_pylist()]


def balanced(found: list[dict[str, Any]]) -> None:
    for row in found:
        assert row["baogao_read"] == row["baogao_kept"] + row["baogao_removed"] + row["baogao_failed"], row
        if not row["baogao_error"]:
            assert row["baogao_read"] == len(row["baogao_lines"])
        assert (row["text"] is None) == bool(row["baogao_dropped"] or row["baogao_error"])


def test_same_answers_as_the_command(baogao: Run, tmp_path: Path, model: Model) -> None:
    texts = [REPORT, SPAM, "", f"{SPAM}\n{REPORT}", REPORT.replace("\n", "\r\n")]
    records = [{"id": f"a{number}", "text": text, "url": f"http://a.example/{number}"} for number, text in enumerate(texts)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), "utf-8")
    assert baogao("clean", "a.jsonl", "--output", "out", "--removed", "gone").returncode == 0
    written = [json.loads(line) for line in (tmp_path / "out/a.jsonl").read_text("utf-8").splitlines()]
    found = rows(pa.Table.from_pylist(records), model=model)
    balanced(found)
    assert [{key: row[key] for key in ("id", "text", "url")} for row in found if row["text"] is not None] == written
    gone = [json.loads(line) for line in (tmp_path / "gone/a.jsonl.removed.jsonl").read_text("utf-8").splitlines()]
    assert [(number, line["line"], line["removed"], line["label"], line["score"], line["text"])
            for number, row in enumerate(found, 1) for line in row["baogao_lines"] if line["removed"]] == [
        (one["document"], one["line"], one["reason"], one["label"], one["score"], one["text"]) for one in gone
    ]  # fmt: skip
    total = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))["lines"]
    assert total == {name: sum(row[f"baogao_{name}"] for row in found) for name in total}


TEXTS = st.lists(st.none() | st.text(st.sampled_from("一二三。，\n\r\u3000 a"), max_size=60), max_size=12)


@given(TEXTS, st.lists(st.integers(0, 12), max_size=4), st.sampled_from(["string", "large_string", "dictionary"]))
def test_rows_and_order_stay_however_the_batches_are_cut(texts: list[str | None], cuts: list[int], kind: str) -> None:
    column = pa.array(texts, pa.string())
    column = column.dictionary_encode() if kind == "dictionary" else column.cast(kind)
    table = pa.table({"id": pa.array(range(len(texts)), pa.int64()), "text": column})
    edges = [0, *sorted(min(cut, len(texts)) for cut in cuts), len(texts)]
    parts = [pa.table(table.slice(a, b - a)) for a, b in itertools.pairwise(edges)]
    found = [row for part in parts for row in rows(part)]
    balanced(found)
    whole = list(clean_documents([text or "" for text in texts], model=STUB))
    assert [row["id"] for row in found] == list(range(len(texts)))
    assert [row["text"] for row in found] == [None if one.dropped else one.text for one in whole]
    assert [row["baogao_dropped"] for row in found] == [one.dropped for one in whole]


def test_columns_pass_through_and_the_schema_is_told_beforehand(model: Model) -> None:
    table = pa.table({"id": [7, 8], "text": pa.array([REPORT, None], pa.large_string()), "more": [{"a": [1]}, None]})
    table = table.replace_schema_metadata({"owner": "x"})
    [batch] = clean_batches(table.to_batches(), model=model)
    assert batch.schema.equals(output_schema(table.schema, model), check_metadata=True)
    assert batch.column("id").to_pylist() == [7, 8] and batch.column("more").to_pylist() == [{"a": [1]}, None]
    assert batch.schema.field("text").type == pa.large_string() and batch.schema.metadata[b"owner"] == b"x"
    assert json.loads(batch.schema.metadata[METADATA])["model_sha256"] == model.manifest.files[COMPACT_FILE]


def test_an_empty_batch_has_the_schema_and_no_batch_gives_none() -> None:
    empty = pa.RecordBatch.from_pylist([], pa.schema([("id", pa.string()), ("text", pa.string())]))
    [batch] = clean_batches([empty], model=STUB)
    assert batch.num_rows == 0 and batch.schema.equals(output_schema(empty.schema), check_metadata=False)
    assert list(clean_batches([], model=STUB)) == []
    assert rows(pa.table({"text": pa.nulls(2)}))[1]["baogao_dropped"] == "no text"


def test_large_batches_come_out_in_parts_of_what_the_model_takes() -> None:
    table = pa.table({"text": ["一" * 50_000] * 9, "id": range(9)})
    parts = list(clean_batches(table.combine_chunks().to_batches(), model=STUB))
    assert [part.num_rows for part in parts] == [4, 4, 1]
    assert [row for part in parts for row in part.column("id").to_pylist()] == list(range(9))


def test_options_decide_as_elsewhere(model: Model) -> None:
    for options in (CleaningOptions(threshold=0.98), CleaningOptions(keep=frozenset([Label.PROBLEM])),
                    CleaningOptions(repair=True, min_report_lines=0)):  # fmt: skip
        texts = [REPORT, SPAM, ""]
        found = rows(pa.table({"text": texts}), model=model, options=options)
        whole = list(clean_documents(texts, options, model=model))
        assert [row["text"] for row in found] == [None if one.dropped else one.text for one in whole]


class _Failing(StubModel):
    def classify_iter(self, texts: Any) -> Iterator[ClassifiedReport]:
        texts = list(texts)
        if any("爆" in text for text in texts):
            raise ValueError("boom")
        yield from super().classify_iter(texts)


def test_a_bad_document_is_a_row_with_its_error() -> None:
    bad_bytes = pa.array([b"\xff\xfe\xb1\xa8", "好\n好".encode()], pa.binary()).view(pa.string())
    assert [row["baogao_error"] for row in rows(pa.table({"text": bad_bytes}))] == ["", ""]
    found = rows(pa.table({"text": ["一", "爆\n爆", "二"]}), model=_Failing())
    balanced(found)
    assert [row["baogao_failed"] for row in found] == [0, 2, 0] and "boom" in found[1]["baogao_error"]
    read = pa.table({"text": ["一", None], "baogao_error": [None, "not JSON"], "baogao_failed": [0, 3]})
    found = rows(read)
    balanced(found)
    assert [(row["baogao_error"], row["baogao_failed"]) for row in found] == [("", 0), ("not JSON", 3)]


def test_a_runaway_text_is_not_read() -> None:
    found = rows(pa.table({"text": ["一", "二" * 40]}), max_bytes=100)
    balanced(found)
    assert [row["baogao_error"][:34] for row in found] == ["", "the text has 120 bytes, over the l"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["一"]}, "there is no column 'text'; the batch has body"),
        ({"text": [1]}, "holds int64, no text"),
        ({"text": [b"a"]}, "holds binary, no text"),
        ({"text": ["一"], "baogao_lines": [1]}, "was it cleaned before"),
    ],
)
def test_what_cannot_be_meant(columns: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        rows(pa.table(columns))


def test_duplicates_are_another_machines_business() -> None:
    with pytest.raises(UsageError, match="dropDuplicates"):
        rows(pa.table({"text": ["一"]}), options=CleaningOptions(dedupe=True))


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingLibraryError, match=r"baogao\[parquet\]"):
        ours._pyarrow()
