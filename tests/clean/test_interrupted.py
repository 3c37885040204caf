"""Killed, resumed, changed: outputs are those of a run that nothing happened to."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from classifier.cleaning import CleaningError
from classifier.cleaning import output as output_module
from classifier.cleaning import reading as reading_module
from classifier.cleaning.dedupe import Seen
from tests.clean.tools import balanced, clean, ledger, outputs
from tests.conftest import ROOT
from tests.report_texts import REPORT


def make_inputs(folder: Path, rows: int) -> None:
    folder.mkdir()
    chance = random.Random(5)

    def text() -> str:
        return "".join(f"{line}{chance.randrange(400)}\n" for line in REPORT.split("\n"))

    lines = [json.dumps({"id": n, "text": text()}, ensure_ascii=n % 3 == 0) for n in range(rows)]
    lines[rows // 2] = "no record"
    (folder / "b.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "c.jsonl.gz").write_bytes(gzip.compress("\n".join(lines[: rows // 3]).encode()))
    (folder / "d.jsonl.zst").write_bytes(zstandard.compress("\n".join(lines[rows // 3 : rows // 2]).encode()))
    (folder / "e.csv").write_text("text,n\n" + "".join(f'"{text()}",{n}\n' for n in range(rows // 4)), "utf-8")
    (folder / "f.txt").write_bytes("".join(text() for _ in range(rows // 2)).encode("gb18030"))
    for number in range(8):
        (folder / f"a{number}.txt").write_text(text(), "utf-8")


def rows_as_parquet(folder: Path, rows: int) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"n": list(range(rows)), "text": [f"{REPORT}{n}" for n in range(rows)]})
    pyarrow.parquet.write_table(table, str(folder / "p.parquet"))


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize("dedupe", [False, True], ids=["twelve", "eight-with-dedupe"])
def test_twenty_kills_change_no_byte(tmp_path: Path, dedupe: bool) -> None:
    make_inputs(tmp_path / "in", 500)
    rows_as_parquet(tmp_path / "in", 100)
    more = ["dedupe"] if dedupe else []

    def start(target: str) -> "subprocess.Popen[bytes]":
        arguments = [str(tmp_path / name) for name in ("in", target, f"{target}-removed")]
        return subprocess.Popen([sys.executable, "-m", "tests.clean.interrupted", *arguments, *more], cwd=ROOT)

    began = time.monotonic()
    assert start("whole").wait() == 0
    took = time.monotonic() - began
    chance = random.Random(int(os.environ.get("KILL_SEED", "11")))
    kills = rounds = resumed_inside = 0
    while kills < (8 if dedupe else 12):
        rounds += 1
        target = f"killed{rounds}"
        while True:
            process = start(target)
            try:
                process.wait(timeout=chance.uniform(0.35, 1.0) * took)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                resumed_inside += (tmp_path / target / ".baogao" / "checkpoint.json").is_file()
        assert process.returncode == 0
        assert outputs(tmp_path / target) == outputs(tmp_path / "whole")
        assert outputs(tmp_path / f"{target}-removed") == outputs(tmp_path / "whole-removed")
        balanced(tmp_path / target)
        kept = (
            "source",
            "status",
            "fingerprint",
            "lines",
            "documents",
            "removed_by_reason",
            "histogram",
            "failures",
            "output_bytes",
        )
        records = [[{name: one[name] for name in kept} for one in ledger(tmp_path / run)] for run in (target, "whole")]
        # The fingerprint holds the folder of removed lines, which is another one here.
        for one in records[0] + records[1]:
            one["fingerprint"] = ""
        assert records[0] == records[1]
    print(f"{kills} kills in {rounds} rounds, {resumed_inside} of them inside a file; all outputs byte-identical")
    assert resumed_inside > kills // 4


class StopError(Exception):
    """Stands for a crash."""


@pytest.mark.parametrize("after", [1, 3, 7])
def test_a_crash_inside_a_file_goes_on_from_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    make_inputs(tmp_path / "in", 700)
    rows_as_parquet(tmp_path / "in", 100)
    monkeypatch.setattr(output_module, "CHECKPOINT_BYTES", 60_000)
    clean(tmp_path / "in", tmp_path / "whole", removed=tmp_path / "r1", dedupe=True)
    seen = 0

    def stop(progress: object) -> None:
        nonlocal seen
        seen += 1
        if seen > after:
            raise StopError

    for _ in range(40):
        seen = 0
        try:
            clean(tmp_path / "in", tmp_path / "out", removed=tmp_path / "r2", dedupe=True, report=stop)
            break
        except StopError:
            continue
    else:
        pytest.fail("forty runs did not come to the end: they do not go on from where they were")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    assert outputs(tmp_path / "r2") == outputs(tmp_path / "r1")
    balanced(tmp_path / "out")


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.txt").write_text(REPORT + name, "utf-8")
    out = tmp_path / "out"

    def times() -> dict[str, int]:
        return {name: (out / name).stat().st_ino for name in sorted(outputs(out))}

    clean(tmp_path / "in", out)
    first = times()
    clean(tmp_path / "in", out)
    assert times() == first
    (tmp_path / "in" / "b.txt").write_text(REPORT + "another", "utf-8")
    clean(tmp_path / "in", out)
    assert [name for name in first if times()[name] != first[name]] == ["b.txt"]
    second = times()
    (out / "c.txt").unlink()
    clean(tmp_path / "in", out)
    assert [name for name in first if times()[name] != second[name]] in (["c.txt"], [])
    third = times()
    clean(tmp_path / "in", out, threshold=0.99)
    assert all(times()[name] != third[name] for name in third)


def test_a_torn_ledger_and_a_torn_part_file_cost_only_themselves(tmp_path: Path) -> None:
    make_inputs(tmp_path / "in", 300)
    clean(tmp_path / "in", tmp_path / "whole")
    clean(tmp_path / "in", tmp_path / "out")
    torn = (tmp_path / "out" / "ledger.jsonl").read_bytes()
    (tmp_path / "out" / "ledger.jsonl").write_bytes(torn[: len(torn) * 2 // 3])
    (tmp_path / "out" / ".b.jsonl.baogao-part").write_bytes(b"half")
    (tmp_path / "out" / ".baogao" / "checkpoint.json").write_bytes(b'{"source": "b.js')
    clean(tmp_path / "in", tmp_path / "out")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    balanced(tmp_path / "out")


def test_a_full_disk_is_told_and_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inputs(tmp_path / "in", 300)
    clean(tmp_path / "in", tmp_path / "whole")
    real, calls = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 12:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CleaningError, match=r"No space left.*goes on from here"):
            clean(tmp_path / "in", tmp_path / "out")
    clean(tmp_path / "in", tmp_path / "out")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    balanced(tmp_path / "out")


@pytest.mark.parametrize("after", [1, 40, 400])
def test_a_full_disk_under_the_store_of_what_was_seen_is_told_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    make_inputs(tmp_path / "in", 300)
    clean(tmp_path / "in", tmp_path / "whole", dedupe=True)
    real, calls = Seen._first, 0

    def full(self: Seen, key: bytes, place: tuple[int, ...]) -> bool:
        nonlocal calls
        calls += 1
        if calls == after:
            # SQLite's own way to be full: the transaction is rolled back, and no commit is possible after it.
            (pages,) = self._run("PRAGMA page_count").fetchone()
            self._run(f"PRAGMA max_page_count = {pages}")
            for number in range(10_000):
                self._run("INSERT OR REPLACE INTO seen VALUES (?, 0, 0)", (b"%040d" % number,))
        return real(self, key, place)

    with monkeypatch.context() as patch:
        patch.setattr(Seen, "_first", full)
        with pytest.raises(CleaningError, match=r"seen\.sqlite: cannot be written: .*disk is full.*goes on from here"):
            clean(tmp_path / "in", tmp_path / "out", dedupe=True)
    clean(tmp_path / "in", tmp_path / "out", dedupe=True)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    balanced(tmp_path / "out")


def test_a_store_that_is_damaged_is_named_and_one_that_is_deleted_is_made_again(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", tmp_path / "out" / ".baogao" / "seen.sqlite"
    folder.mkdir()
    (folder / "a.txt").write_text(REPORT, "utf-8")
    clean(folder, tmp_path / "out", dedupe=True)
    store.write_bytes(b"this is no database, whatever it is called" * 99)
    (folder / "b.txt").write_text(REPORT, "utf-8")
    with pytest.raises(CleaningError, match=r"seen\.sqlite: .*damaged.*delete it"):
        clean(folder, tmp_path / "out", dedupe=True)
    store.unlink()
    clean(folder, tmp_path / "out", dedupe=True)
    assert sorted(outputs(tmp_path / "out")) == ["a.txt"]
    assert [one["documents"]["dropped"] for one in ledger(tmp_path / "out")] == [0, 1]


def test_with_dedupe_a_source_made_again_takes_all_behind_it_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_inputs(tmp_path / "in", 300)
    clean(tmp_path / "in", tmp_path / "out", dedupe=True)
    monkeypatch.setattr(output_module, "CHECKPOINT_BYTES", 20_000)
    monkeypatch.setattr(reading_module, "BATCH_CHARACTERS", 5_000)

    def stop(progress: object) -> None:
        raise StopError

    # b.jsonl failed in part, so it is tried again; the run ends in the middle of it.
    with pytest.raises(StopError):
        clean(tmp_path / "in", tmp_path / "out", dedupe=True, report=stop)
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in outputs(tmp_path / "out") if "part" not in name}
    clean(tmp_path / "in", tmp_path / "out", dedupe=True)
    after = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in outputs(tmp_path / "out")}
    assert all(after[name] > before[name] for name in after if name > "b.jsonl")
    clean(tmp_path / "in", tmp_path / "whole", dedupe=True)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    balanced(tmp_path / "out")
