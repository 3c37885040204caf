"""Ray, Spark, datasets, four shards and one process say the same of 2,000 documents, row by row."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from classifier.cli.main import main
from tests.conftest import ROOT
from tests.engines.documents import COUNT, Answers, from_folders, from_rows, with_lines

pytestmark = pytest.mark.engines
EXAMPLES = ROOT / "tests" / "data" / "engines"


def rows_of(path: Path) -> list[dict[str, object]]:
    import pyarrow.parquet

    rows: list[dict[str, object]] = pyarrow.parquet.read_table(path).to_pylist()
    return rows


def the_same(found: Answers, one_process: Answers) -> None:
    assert len(found) == COUNT
    found = with_lines(found)
    assert len(one_process) > 0.9 * COUNT and found.keys() == one_process.keys()
    assert not [name for name in found if found[name] != one_process[name]]


def test_four_shards(documents: Path, one_process: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [documents / f"part{number}" for number in (1, 2, 3, 4)]
    gone = [documents / f"gone{number}" for number in (1, 2, 3, 4)]
    for number, (part, removed) in enumerate(zip(parts, gone, strict=True), 1):
        arguments = ["clean", str(documents / "in"), "--output", str(part), "--removed", str(removed), "--id-field", "id"]
        assert main([*arguments, "--output-format", "jsonl", "--quiet", "--shard", f"{number}/4"]) == 0
    assert from_folders(parts, gone) == one_process
    capsys.readouterr()
    assert main(["summary", "merge", *map(str, parts), "--output", str(documents / "merged")]) == 0
    whole = json.loads((documents / "one" / "summary.json").read_text("utf-8"))
    assert json.loads(capsys.readouterr().out) | {"seconds": 0} == whole | {"seconds": 0}


def test_ray(documents: Path, one_process: Answers, ray_cluster: None, capsys: pytest.CaptureFixture[str]) -> None:
    output = documents / "ray"
    arguments = ["clean", str(documents / "in"), "--output", str(output), "--engine", "ray", "--jobs", "2", "--id-field", "id"]
    assert main(arguments) == 0
    the_same(from_rows(rows_of(output / "documents"), "baogao_id"), one_process)
    told = capsys.readouterr()
    total = json.loads(told.out)
    whole = json.loads((documents / "one" / "summary.json").read_text("utf-8"))
    assert total | {"seconds": 0} == whole | {"seconds": 0}
    assert total["documents"]["read"] == COUNT and "= " in told.err
    ledgers = [
        [json.loads(line) for line in (folder / "ledger.jsonl").read_text("utf-8").splitlines()]
        for folder in (output, documents / "one")
    ]
    same = ("source", "status", "bytes", "encoding", "documents", "lines", "removed_by_label", "kept_by_label", "histogram")
    assert [[one[name] for name in same] for one in ledgers[0]] == [[one[name] for name in same] for one in ledgers[1]]


def test_spark(documents: Path, one_process: Answers) -> None:
    submit = Path(sys.executable).with_name("spark-submit")
    output = documents / "spark"
    # Four tasks of the file's four row groups, two at a time.
    confs = ["--conf", "spark.sql.files.maxPartitionBytes=500000", "--conf", "spark.ui.enabled=false"]
    command = [submit, "--master", "local[2]", *confs, EXAMPLES / "clean_on_spark.py", documents / "in.parquet", output]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = rows_of(output)
    the_same(from_rows(rows), one_process)
    read, kept, removed = (sum(int(str(row[f"baogao_{name}"])) for row in rows) for name in ("read", "kept", "removed"))
    assert f"{read} lines read = {kept} kept + {removed} removed + 0 failed" in done.stdout
    assert sorted(str(row["url"]) for row in rows) == sorted(f"http://a.example/{number}" for number in range(COUNT))


def test_datasets(documents: Path, one_process: Answers, tmp_path: Path) -> None:
    output = documents / "dataset.parquet"
    command = [sys.executable, EXAMPLES / "clean_a_dataset.py", documents / "in.parquet", output]

    env = os.environ | {"HF_HOME": str(tmp_path)}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, env=env, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
    answers = from_rows(rows_of(output))
    the_same(answers, one_process)
    assert f"{COUNT} documents, {sum(one.text is not None for one in answers.values())} kept" in done.stdout
