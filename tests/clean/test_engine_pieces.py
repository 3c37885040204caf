"""What an engine is given, without the engine: sources to tables, tables to parts, parts to the ledger of one machine."""

import json
import sys
from pathlib import Path

import pytest

from classifier.cleaning import CleaningError, FileOptions, Limits, MissingLibraryError, UsageError
from classifier.cleaning.arrow import clean_batches
from classifier.cleaning.engine.accounts import Tally
from classifier.cleaning.engine.places import locate, storage
from classifier.cleaning.engine.reading import source_tables
from classifier.cleaning.engine.writing import FORMATS, Part, PartWriter
from classifier.cli.main import main
from tests.clean.tools import STUB, clean, ledger
from tests.conftest import ROOT

pa = pytest.importorskip("pyarrow")
FAULTS = ROOT / "tests" / "data" / "clean" / "files"


def written(inputs: list[str], output: Path, format: str = "parquet") -> Part:
    """The sources as one task's part."""
    output.mkdir()
    filesystem, folder = storage(str(output))
    options = FileOptions()
    tables = (
        pa.Table.from_batches([batch])
        for one in locate(inputs, str(output / "none"))
        if not one.source.skipped
        for table in source_tables(one, options)
        for batch in clean_batches(table.to_batches(), model=STUB, text=options.text_field)
    )
    return PartWriter(filesystem, folder, format).write(tables, 3)


@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_of_fault_has_the_account_of_one_machine(tmp_path: Path, format: str) -> None:
    part = written([str(FAULTS)], tmp_path / "parts", format)
    clean(FAULTS, tmp_path / "one")
    seen = 0
    for record in ledger(tmp_path / "one"):
        if record["status"] == "skipped":
            assert record["source"] not in part.tallies
            continue
        tally = part.tallies[record["source"]]
        tally.check(record["source"])
        account = tally.account.as_json()
        names = ("documents", "lines", "removed_by_label", "removed_by_reason", "kept_by_label", "dropped", "histogram")
        if record["source"] != "surrogates.jsonl":  # lone surrogates are no text that Arrow takes
            assert {name: account[name] for name in names} == {name: record[name] for name in names}, record["source"]
        assert (tally.encoding, tally.replaced, tally.reason) == (
            record["encoding"],
            record["lines_replaced"],
            record["reason"],
        )
        seen += tally.account.documents["read"]
    rows = []
    for name in part.files:
        assert name.startswith("part-000003-") and name.endswith(format)
        path = tmp_path / "parts" / name
        if format == "jsonl":
            rows += [json.loads(line, parse_int=str) for line in path.read_text("utf-8").split("\n") if line]
        else:
            import pyarrow.parquet

            rows += pyarrow.parquet.read_table(path).to_pylist()
    assert len(rows) == seen and all(int(row["baogao_document"]) > 0 for row in rows)


def test_what_no_finished_task_wrote_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一\n二", "utf-8")
    part = written([str(tmp_path / "a.txt")], tmp_path / "parts")
    (tmp_path / "parts" / "part-000003-killed.parquet").write_bytes(b"half")
    filesystem, folder = storage(str(tmp_path / "parts"))
    PartWriter(filesystem, folder, "parquet").commit([part])
    assert [one.name for one in (tmp_path / "parts").iterdir()] == part.files


def test_lost_and_doubled_documents_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "一"}\n{"text": "二"}\n{"text": "三"}\n', "utf-8")
    [one] = locate([str(tmp_path / "a.jsonl")], str(tmp_path / "out"))
    tables = list(source_tables(one, FileOptions()))
    rows = [row for batch in clean_batches(pa.concat_tables(tables).to_batches(), model=STUB) for row in batch.to_pylist()]

    def tally(numbers: list[int]) -> Tally:
        halves = (Tally(), Tally())
        for at, number in enumerate(numbers):
            row = next(row for row in rows if row["baogao_document"] == number)
            halves[at % 2].add({name: row[name] for name in row if name.startswith("baogao_")})
        halves[0].merge(halves[1])
        return halves[0]

    tally([1, 2, 3, 0]).check("a")
    for wrong in ([1, 3, 0], [1, 2, 0], [1, 2, 2, 0], [1, 2, 3, 3, 0], [1, 2, 3], [1, 2, 3, 0, 0], []):
        with pytest.raises(CleaningError, match="lost or doubled"):
            tally(wrong).check("a")


def test_a_runaway_text_of_a_parquet_file_costs_one_row(tmp_path: Path) -> None:
    import pyarrow.parquet

    texts = pa.array(["一", "二" * 40, None]).dictionary_encode()
    pyarrow.parquet.write_table(pa.table({"text": texts, "x": [1, 2, 3]}), tmp_path / "a.parquet")
    options = FileOptions(limits=Limits(line_bytes=100))
    [one] = locate([str(tmp_path / "a.parquet")], str(tmp_path / "out"))
    found = [row for table in source_tables(one, options) for row in table.to_pylist()]
    assert [row["text"] for row in found] == ["一", None, None, None] and [row["x"] for row in found] == [1, 2, 3, None]
    clean(tmp_path / "a.parquet", tmp_path / "out", limits=Limits(line_bytes=100))
    [record] = ledger(tmp_path / "out")
    assert [record["failures"][0]["reason"]] == [row["baogao_error"] for row in found if row["baogao_error"]]
    assert record["documents"] == {"read": 3, "kept": 1, "dropped": 1, "failed": 1}


def test_large_sources_come_as_several_tables(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(f'{{"text": "{"一" * 99_000}", "n": {n}}}\n' for n in range(9)), "utf-8")
    [one] = locate([str(tmp_path / "a.jsonl")], str(tmp_path / "out"))
    tables = list(source_tables(one, FileOptions()))
    assert [table.num_rows for table in tables] == [5, 4, 1] and len({table.schema for table in tables}) == 1
    assert tables[-1].to_pylist()[0]["baogao_line"] == 9


def test_shards_and_names_are_those_of_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text("一", "utf-8")
    whole = [one.source.name for one in locate(["."], "out")]
    parts = [[one.source.name for one in locate(["."], "out", shard=(number, 3))] for number in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == whole == sorted(f"{number}.txt" for number in range(20))
    assert [one.source.name for one in locate([f"file://{tmp_path}"], "out")] == whole
    with pytest.raises(UsageError, match="no such file or folder"):
        locate([f"file://{tmp_path}/none"], "out")
    with pytest.raises(UsageError, match="nobody://a/b: pyarrow says"):
        locate(["nobody://a/b"], "out")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engine", "ray", "--dedupe"], "--dedupe is not there with --engine"),
        (["--engine", "ray", "--removed", "x"], "--removed is not there with --engine"),
        (["--engine", "ray", "--annotate"], "--annotate is not there"),
        (["--engine", "ray", "--output-encoding", "source"], "Parquet and JSONL are UTF-8"),
        (["--engine", "ray", "-"], "standard input cannot be read with --engine"),
        (["--address", "a:1"], "give both or neither"),
        (["--output-format", "parquet"], "is written by --engine ray alone"),
        (["s3://a/b"], "s3://a/b: addresses are read and written with --engine ray"),
    ],
)
def test_wrong_use(arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("一", "utf-8")
    names = [one for one in arguments if one in ("-", "s3://a/b")]
    options = [one for one in arguments if one not in names]
    assert main(["clean", str(tmp_path / "a.txt"), *names, "--output", str(tmp_path / "out"), *options]) == 2
    assert message in capsys.readouterr().err


def test_a_missing_engine_names_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "classifier.cleaning.engine.raydata", raising=False)
    (tmp_path / "a.txt").write_text("一", "utf-8")
    assert main(["clean", str(tmp_path / "a.txt"), "--output", str(tmp_path / "out"), "--engine", "ray"]) == 2
    assert "pip install 'baogao[ray]'" in capsys.readouterr().err and not (tmp_path / "out").exists()
    from classifier.cleaning import spark

    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingLibraryError, match=r"baogao\[spark\]"):
        spark.clean_dataframe(None)  # type: ignore[arg-type]
