"""Wall time and peak memory of `baogao clean` over a JSONL: `python -m tests.benchmarks.clean_speed --mb 300`."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from classifier.corpus import read_corpus
from tests.conftest import ROOT


def main() -> None:
    """Print a row for each number of jobs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=int, default=300)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        rows = [
            (
                json.dumps({"id": one.doc, "text": "\n".join(line.text for line in one.lines)}, ensure_ascii=False) + "\n"
            ).encode()
            for one in read_corpus(ROOT / "corpus")
        ]
        written = 0
        with (home / "a.jsonl").open("wb") as file:
            while written < options.mb * 1_000_000:
                written += file.write(b"".join(rows))
        print(f"{written / 1e6:.0f} MB, {written // sum(map(len, rows)) * len(rows)} documents")
        print(
            "| jobs | wall | MB/s | peak memory, main process | peak memory, all processes |\n| --- | --- | --- | --- | --- |"
        )
        for jobs in options.jobs:
            began = time.monotonic()
            command = ["-m", "classifier", "clean", str(home / "a.jsonl"), "--output", str(home / f"out{jobs}"), "--quiet"]
            process = subprocess.Popen([sys.executable, *command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
            main_peak, all_peak = watched(process)
            wall = time.monotonic() - began
            sizes = f"{main_peak / 1e6:.0f} MB | {all_peak / 1e6:.0f} MB"
            print(f"| {jobs} | {wall:.0f} s | {written / 1e6 / wall:.2f} | {sizes} |", flush=True)
        outputs = {(home / f"out{jobs}" / "a.jsonl").read_bytes() for jobs in options.jobs}
        print("outputs identical" if len(outputs) == 1 else "OUTPUTS DIFFER")


def watched(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Peak resident memory in bytes of the process, and of it with its children."""
    own = psutil.Process(process.pid)
    alone = together = 0
    while process.poll() is None:
        try:
            size = own.memory_info().rss
            alone = max(alone, size)
            together = max(together, size + sum(child.memory_info().rss for child in own.children(recursive=True)))
        except psutil.Error:
            pass
        time.sleep(0.2)
    return alone, together


if __name__ == "__main__":
    main()
