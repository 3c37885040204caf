"""Memory stays flat whatever the size of a file.

The path of reading, judging and writing is measured with a model that answers at once, for the real one
would take minutes over this much; the real model's own memory over many batches is bounded by the size
of a batch, and `tests/benchmarks/clean_speed.py` measures both together.
"""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT
from tests.report_texts import REPORT

MEGABYTES = 300
ALLOWED = 200_000_000
"""Bytes over the same run on a small file: two batches, a block, a line, and what the allocator keeps."""

PROGRAM = """
import sys
from pathlib import Path
from types import SimpleNamespace
from classifier.cleaning import documents, scoring
from tests.clean.tools import clean

# One answer for all: the model's time and memory are not measured here.
def at_once(model, texts):
    row = documents.Scores(1, (0.1, 0.6, 0.1, 0.1, 0.1))
    odd = documents.Scores(4, (0.0025, 0.0025, 0.0025, 0.0025, 0.99))  # over the threshold that clean has by default
    return [[odd if line.startswith("上一篇") else row for line in text.split("\\n")] for text in texts]

scoring.score_texts = at_once
clean(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def peak(source: Path, output: Path) -> int:
    """Largest resident memory of a run, in bytes."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(source), str(output)], cwd=ROOT)
    watched = psutil.Process(process.pid)
    most = 0
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.Error:
            break
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    assert process.wait() == 0
    return most


@pytest.mark.slow
def test_three_hundred_megabytes_take_no_more_memory_than_three(tmp_path: Path) -> None:
    # Lines as long as reports have them: short ones only make the test slower.
    text = "".join(line * 9 + "\n" for line in (REPORT * 10).splitlines())
    row = (json.dumps({"id": 1, "text": text}, ensure_ascii=False) + "\n").encode()
    for name, size in (("small", 3), ("large", MEGABYTES)):
        (tmp_path / name).mkdir()
        with (tmp_path / name / "a.jsonl").open("wb") as file:
            for _ in range(size * 700_000 // len(row)):
                file.write(row)
        with (tmp_path / name / "b.txt").open("wb") as file:
            for _ in range(size * 250_000 // len(text.encode())):
                file.write(text.encode())
            if name == "large":
                # And one line of 20 MB, over the limit: passed over, not held.
                file.write(b"x" * 20_000_000)
    assert sum(one.stat().st_size for one in (tmp_path / "large").iterdir()) >= MEGABYTES * 1_000_000
    small = peak(tmp_path / "small", tmp_path / "out-small")
    large = peak(tmp_path / "large", tmp_path / "out-large")
    print(f"peak {small / 1e6:.0f} MB over 3 MB, {large / 1e6:.0f} MB over {MEGABYTES} MB")
    assert large < small + ALLOWED
    total = json.loads((tmp_path / "out-large" / "summary.json").read_text("utf-8"))
    assert total["lines"]["failed"] == 1 and total["lines"]["removed"] > 10_000
