"""Ray Data: every kind of file, storage by address, and workers that die in the middle."""

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from classifier import Model
from classifier.cleaning import UsageError
from classifier.cleaning.engine.run import RayRun
from classifier.cli.main import main
from tests.clean.tools import balanced, ledger
from tests.conftest import ROOT
from tests.engines.documents import COUNT, Answers, from_rows, with_lines
from tests.report_texts import REPORT

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("ray_cluster")]
AT_WORK = "ray::MapWorker(MapBatches(Cleaner)).submit"
"""Title of the process of an actor that cleans at this instant."""
FAULTS = ROOT / "tests" / "data" / "clean" / "files"


def parquet_rows(folder: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet

    rows: list[dict[str, Any]] = []
    for path in sorted(folder.iterdir()):
        rows += pyarrow.parquet.read_table(path).to_pylist()
    return rows


def test_the_fault_matrix_has_the_ledger_of_one_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Lone surrogates, which only an escape in JSON can hold, are no text that Arrow takes: the next test has them.
    faults = tmp_path / "faults"
    shutil.copytree(FAULTS, faults, ignore=shutil.ignore_patterns("surrogates.jsonl"))
    assert main(["clean", str(faults), "--output", str(tmp_path / "one"), "--quiet"]) == 1
    one = capsys.readouterr()
    arguments = ["clean", str(faults), "--output", str(tmp_path / "ray"), "--engine", "ray", "--jobs", "2", "--quiet"]
    assert main(arguments) == 1
    ray = capsys.readouterr()
    assert json.loads(ray.out) | {"seconds": 0} == json.loads(one.out) | {"seconds": 0}
    for a, b in zip(ledger(tmp_path / "one"), ledger(tmp_path / "ray"), strict=True):
        shared = [name for name in b if name in a and name not in ("seconds", "output")]
        assert {name: a[name] for name in shared} == {name: b[name] for name in shared}
    balanced(tmp_path / "ray")
    assert len(ray.err.splitlines()) == json.loads(one.out)["sources"]["failed"]
    rows = parquet_rows(tmp_path / "ray" / "documents")
    assert sum(row["baogao_failed"] for row in rows) == json.loads(one.out)["lines"]["failed"]


def test_a_lone_surrogate_comes_out_as_the_replacement_character(tmp_path: Path) -> None:
    arguments = ["clean", str(FAULTS / "surrogates.jsonl"), "--output", str(tmp_path / "ray"), "--engine", "ray", "--quiet"]
    assert main(arguments) == 0
    balanced(tmp_path / "ray")
    assert [row["text"] for row in parquet_rows(tmp_path / "ray" / "documents")] == ["😀 \ufffd 修路三公里。\n"]


def test_storage_by_address_and_files_of_several_schemas(tmp_path: Path, model: Model) -> None:
    import pyarrow
    import pyarrow.parquet

    home = tmp_path / "in"
    (home / "deep").mkdir(parents=True)
    record = {"id": 7, "text": REPORT, "score": 1.5, "tags": ["a"]}
    (home / "deep" / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\nno record\n", "utf-8")
    (home / "b.csv").write_bytes(f'name,text\n甲,"{REPORT}"\n'.encode("gb18030"))
    pyarrow.parquet.write_table(pyarrow.table({"text": [REPORT, None], "x": [1, 2]}), home / "c.parquet")
    pyarrow.parquet.write_table(
        pyarrow.table({"x": ["s"], "source": ["mine"], "text": pyarrow.array([REPORT], pyarrow.large_string())}),
        home / "d.parquet",
    )
    (home / "e.bin").write_bytes(b"\0")
    # `file` is pyarrow's own, `local` a protocol that fsspec alone knows.
    for scheme in ("file", "local"):
        output = f"{scheme}://{tmp_path}/{scheme}"
        told: list[str] = []
        done = RayRun([f"{scheme}://{home}"], output, model, jobs=2, tell=told.append).execute()
        assert done.sources == {"done": 3, "failed": 1, "skipped": 1} and done.documents["read"] == 6
        assert told == ["deep/a.jsonl: line 2: not JSON: Expecting value: line 1 column 1 (char 0) (1 of 2 documents failed)"]
        rows = parquet_rows(tmp_path / scheme / "documents")
        found = {(row["baogao_source"], row["baogao_document"]): row for row in rows}
        assert len(found) == len(rows) == 6
        assert len({row["text"] for row in rows if row["text"] is not None and row["baogao_source"] != "b.csv"}) == 1
        assert json.loads(found["deep/a.jsonl", 1]["baogao_fields"]) == record | {"text": None}
        assert json.loads(found["b.csv", 1]["baogao_fields"]) == {"name": "甲", "text": None}
        assert found["c.parquet", 2]["x"] == 2 and found["c.parquet", 2]["baogao_dropped"] == "no text"
        assert found["d.parquet", 1]["source"] == "mine" and found["d.parquet", 1]["x"] == "s"
        metadata = pyarrow.parquet.read_schema(next((tmp_path / scheme / "documents").iterdir())).metadata
        assert json.loads(metadata[b"baogao"])["model"] == model.manifest.version


def test_jsonl_out_brings_the_record_back(tmp_path: Path, model: Model) -> None:
    from classifier.cleaning import FileOptions

    records = [{"id": number, "url": f"u{number}", "text": f"{number}\n{REPORT}"} for number in range(30)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    output = tmp_path / "out"
    RayRun([str(tmp_path / "a.jsonl")], str(output), model, options=FileOptions(output_format="jsonl"), jobs=2).execute()
    found = [json.loads(line) for path in (output / "documents").iterdir() for line in path.read_text("utf-8").splitlines()]
    assert {one["id"]: one["url"] for one in found} == {one["id"]: one["url"] for one in records}
    assert all(list(one)[:3] == ["id", "url", "text"] and one["text"] and one["baogao_lines"] for one in found)
    assert main(["summary", "merge", str(output), "--output", str(tmp_path / "merged")]) == 0
    balanced(tmp_path / "merged")
    with pytest.raises(UsageError, match="a run was written here before"):
        RayRun([str(tmp_path / "a.jsonl")], str(output), model, jobs=2).execute()


def test_workers_killed_in_the_middle_lose_and_double_nothing(
    documents: Path, one_process: Answers, tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classifier.cleaning import FileOptions
    from classifier.cleaning.engine import raydata, reading

    # Small blocks and parts, so that there is a middle.
    monkeypatch.setattr(raydata, "BLOCK_BYTES", 50_000)
    monkeypatch.setattr(raydata, "PART_BYTES", 300_000)
    monkeypatch.setattr(raydata, "GROUP_BYTES", 100_000)
    monkeypatch.setattr(reading, "TABLE_ROWS", 40)
    killed: list[str] = []
    over = threading.Event()
    thread = threading.Thread(target=_kill, args=(killed, over, tmp_path / "out" / "documents"))
    thread.start()
    try:
        run = RayRun([str(documents / "in")], str(tmp_path / "out"), model, options=FileOptions(id_field="id"), jobs=2)
        done = run.execute()
    finally:
        over.set()
        thread.join()
    assert [name for name in killed if name.startswith(AT_WORK)], killed
    assert done.documents["read"] == COUNT and not done.documents["failed"]
    rows = parquet_rows(tmp_path / "out" / "documents")
    found = from_rows(rows, "baogao_id")
    assert len(rows) == len(found) == COUNT and with_lines(found) == one_process


def _kill(killed: list[str], over: threading.Event, parts: Path) -> None:
    """SIGKILL for an actor at work and for a task that writes, once there are parts."""
    wanted = [AT_WORK, "ray::Write"]
    while not over.is_set() and wanted:
        time.sleep(0.02)
        if not parts.is_dir() or not any(parts.iterdir()):
            continue
        for process in psutil.Process().children(recursive=True):
            try:
                title = " ".join(process.cmdline())
                hit = next((one for one in wanted if title.startswith(one)), None)
                if hit:
                    process.kill()
                    killed.append(title)
                    wanted.remove(hit)
            except psutil.Error:
                continue
