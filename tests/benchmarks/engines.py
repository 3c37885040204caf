"""Throughput of `baogao clean` in one and two processes and on Ray with one and two workers, in one run.

`python -m tests.benchmarks.engines --mb 30` prints a table, and what each step costs by itself; `--blocks 1 4 16`
compares sizes of Ray's blocks. Wants `make .venv/engines`. The start of Ray and of its workers is told apart: a run over
terabytes pays it once.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from classifier import Model, load_model
from classifier.cleaning import CleaningOptions, FileOptions
from classifier.cleaning.arrow import clean_batches
from classifier.cleaning.run import Run
from classifier.cleaning.sources import find_sources
from classifier.corpus import read_corpus
from tests.conftest import ROOT

FILES = 8


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


def here(home: Path, model: Model, jobs: int) -> float:
    """Seconds of a run on one machine."""
    output = home / f"jobs{jobs}"
    began = time.monotonic()
    Run(find_sources([str(home / "in")], output), output, model, CleaningOptions(), FileOptions(), jobs=jobs).execute()
    return time.monotonic() - began


def on_ray(home: Path, model: Model, jobs: int, block: float = 0) -> tuple[float, float, float]:
    """Seconds until Ray is there, of a run over next to nothing, and of the run over everything."""
    import ray

    from classifier.cleaning.engine import raydata
    from classifier.cleaning.engine.run import RayRun

    began = time.monotonic()
    raydata.start(None, jobs, quiet=True)
    cluster = time.monotonic() - began
    if block:
        raydata.BLOCK_BYTES = int(block * 1e6)
    seconds = []
    for name in ("next-to-nothing.txt", "in"):
        began = time.monotonic()
        RayRun([str(home / name)], str(home / f"ray{jobs}-{block}-{name}"), model, jobs=jobs).execute()
        seconds.append(time.monotonic() - began)
    ray.shutdown()
    return cluster, *seconds


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
    parser.add_argument("--blocks", type=float, nargs="*", default=[])
    options = parser.parse_args()
    model = load_model()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        size = write_input(home / "in", int(options.mb * 1e6)) / 1e6
        print(f"{size:.1f} MB of JSONL in {FILES} files, load of the machine {os.getloadavg()[0]:.1f}")
        steps = alone(home, model)
        mb = steps["megabytes"]
        shares = ", ".join(f"{name} {steps[name] / mb * 1000:.0f}" for name in ("read", "clean", "write"))
        print(f"processor milliseconds a MB, each step alone: {shares}; {steps['written'] / mb:.2f} MB written a MB read")
        (home / "next-to-nothing.txt").write_text("一、主要成绩", "utf-8")
        base = {jobs: here(home, model, jobs) for jobs in (1, 2)}
        print("| | seconds | MB/s | beside `--jobs` | of it, start of the workers | before it, start of Ray |")
        print("| --- | --- | --- | --- | --- | --- |")
        for jobs, seconds in base.items():
            print(f"| `--jobs {jobs}` | {seconds:.1f} | {size / seconds:.2f} | 1 | | |", flush=True)
        for jobs, block in [(1, 0), (2, 0), *((2, block) for block in options.blocks)]:
            cluster, nothing, seconds = on_ray(home, model, jobs, block)
            name = f"Ray, {jobs}" + (f", blocks of {block:g} MB" if block else "")
            ratio = f"{seconds / base[jobs]:.2f} ({(seconds - nothing) / base[jobs]:.2f} without the start)"
            row = f"| {name} | {seconds:.1f} | {size / seconds:.2f} | {ratio} | {nothing:.1f} s | {cluster:.1f} s |"
            print(row, flush=True)


if __name__ == "__main__":
    main()
