"""Throughput of `baogao clean` in one and two processes and on Ray with one and two workers, in one run.

`python -m tests.benchmarks.engines --mb 30` prints a table, and what each step costs by itself; `--blocks 1 16`
compares sizes of Ray's blocks as well. Wants `make .venv/engines`. What starting the workers costs is measured by a run
over next to nothing. Processor seconds tell more than wall time on a machine that others use too.
"""

import argparse
import json
import os
import tempfile
import threading
import time
import uuid
from pathlib import Path

import psutil

from classifier import Model, load_model
from classifier.cleaning import CleaningOptions, FileOptions
from classifier.cleaning.arrow import clean_batches
from classifier.cleaning.run import Run
from classifier.cleaning.sources import find_sources
from classifier.corpus import read_corpus
from tests.conftest import ROOT

FILES = 8
NOTHING = "next-to-nothing.txt"


def write_input(folder: Path, size: int) -> int:
    """The corpus's documents again and again over several files; bytes written."""
    folder.mkdir()
    rows = [
        (json.dumps({"id": one.doc, "text": "\n".join(line.text for line in one.lines)}, ensure_ascii=False) + "\n").encode()
        for one in read_corpus(ROOT / "corpus")
    ]
    total = 0
    for number in range(FILES):
        written = 0
        with (folder / f"{number}.jsonl").open("wb") as file:
            while written < size // FILES:
                written += file.write(rows[(total + written) // 100 % len(rows)])
        total += written
    return total


class Watched:
    """Of this process and all below it: `seconds` of wall time, `processor` seconds, `peak` bytes in memory."""

    def __enter__(self) -> "Watched":
        self._spent: dict[int, float] = {}
        self.peak = 0
        self._before: dict[int, float] = {}
        self._look()
        self._before, self._began = dict(self._spent), time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.seconds = time.monotonic() - self._began
        self._over.set()
        self._thread.join()
        self._look()
        self.processor = sum(spent - self._before.get(number, 0.0) for number, spent in self._spent.items())

    def _watch(self) -> None:
        while not self._over.wait(1):
            self._look()

    def _look(self) -> None:
        memory = 0
        own = psutil.Process()
        for process in [own, *own.children(recursive=True)]:
            try:
                times = process.cpu_times()
                self._spent[process.pid] = times.user + times.system
                memory += process.memory_full_info().uss
            except psutil.Error:
                continue
        self.peak = max(self.peak, memory)


def here(home: Path, model: Model, jobs: int, source: str) -> None:
    """A run on one machine, from the beginning."""
    output = home / uuid.uuid4().hex
    Run(find_sources([str(home / source)], output), output, model, CleaningOptions(), FileOptions(), jobs=jobs).execute()


def on_ray(home: Path, model: Model, jobs: int, source: str) -> None:
    """A run on the Ray that is there."""
    from classifier.cleaning.engine.run import RayRun

    RayRun([str(home / source)], str(home / uuid.uuid4().hex), model, jobs=jobs).execute()


def measured(home: Path, model: Model, jobs: int, block: float | None) -> tuple[Watched, Watched]:
    """A run over next to nothing, which is what starting costs, and one over everything; on Ray where `block` is given."""
    if block is None:
        with Watched() as nothing:
            here(home, model, jobs, NOTHING)
        with Watched() as everything:
            here(home, model, jobs, "in")
        return nothing, everything
    import ray

    from classifier.cleaning.engine import raydata

    raydata.BLOCK_BYTES = int(block * 1e6)
    raydata.start(None, jobs, quiet=True)
    with Watched() as nothing:
        on_ray(home, model, jobs, NOTHING)
    with Watched() as everything:
        on_ray(home, model, jobs, "in")
    ray.shutdown()
    return nothing, everything


def alone(home: Path, model: Model) -> dict[str, float]:
    """Processor seconds of each step by itself, without any engine: reading, cleaning, counting with writing."""
    import pyarrow

    from classifier.cleaning.engine.places import locate, storage
    from classifier.cleaning.engine.reading import source_tables
    from classifier.cleaning.engine.writing import PartWriter

    spent = {}
    located = locate([str(home / "in")], str(home / "none"))[:2]
    for table in source_tables(located[0], FileOptions()):  # imports and caches are not of interest
        list(clean_batches(table.slice(0, 50).to_batches(), model=model))
        break
    began = time.process_time()
    tables = [table for one in located for table in source_tables(one, FileOptions())]
    spent["read"] = time.process_time() - began
    began = time.process_time()
    cleaned = [
        pyarrow.Table.from_batches([batch]) for table in tables for batch in clean_batches(table.to_batches(), model=model)
    ]
    spent["clean"] = time.process_time() - began
    filesystem, folder = storage(str(home / "parts"))
    filesystem.create_dir(folder)
    began = time.process_time()
    PartWriter(filesystem, folder, "parquet").write(cleaned, 0)
    spent["write"] = time.process_time() - began
    spent["megabytes"] = sum(one.source.size for one in located) / 1e6
    spent["written"] = sum(path.stat().st_size for path in (home / "parts").iterdir()) / 1e6
    return spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--blocks", type=float, nargs="*", default=[])
    options = parser.parse_args()
    model = load_model()
    usual = raydata_block()
    ways: list[tuple[int, float | None]] = [(1, None), (2, None), (1, usual), (2, usual)]
    ways += [(2, block) for block in options.blocks]
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        size = write_input(home / "in", int(options.mb * 1e6)) / 1e6
        (home / NOTHING).write_text("一、主要成绩", "utf-8")
        print(f"{size:.1f} MB of JSONL in {FILES} files; load of the machine {os.getloadavg()[0]:.1f}")
        steps = alone(home, model)
        mb = steps["megabytes"]
        shares = ", ".join(f"{name} {steps[name] / mb * 1000:.0f}" for name in ("read", "clean", "write"))
        print(
            f"processor milliseconds a MB, each step alone: {shares}; {steps['written'] / mb:.2f} MB written a MB read",
            flush=True,
        )
        rounds = [[measured(home, model, *way) for way in ways] for _ in range(options.rounds)]
        print(f"load of the machine {os.getloadavg()[0]:.1f}; the better of {options.rounds} rounds")
        print("| | seconds | of it, start | MB/s after the start | processor seconds | of them, start | peak memory |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for at, (jobs, block) in enumerate(ways):
            nothing, everything = ([one[at][part] for one in rounds] for part in (0, 1))
            seconds, start = min(one.seconds for one in everything), min(one.seconds for one in nothing)
            spent, lost = min(one.processor for one in everything), min(one.processor for one in nothing)
            name = f"`--jobs {jobs}`" if block is None else f"Ray, {jobs}, blocks of {block:g} MB"
            peak = max(one.peak for one in everything) / 1e6
            rate = size / (seconds - start)
            print(f"| {name} | {seconds:.1f} | {start:.1f} | {rate:.2f} | {spent:.1f} | {lost:.1f} | {peak:.0f} MB |")


def raydata_block() -> float:
    """The size of blocks that is used, in MB."""
    from classifier.cleaning.engine import raydata

    return raydata.BLOCK_BYTES / 1e6


if __name__ == "__main__":
    main()
