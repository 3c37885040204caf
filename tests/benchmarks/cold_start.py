"""From nothing to one report labelled: wall time and peak memory of a fresh process, beside others'."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.ratios import Ratios, alternate, times_better
from tests.benchmarks.rivals import fitted_naive
from tests.benchmarks.texts import ROOT

REPORT = ROOT / "tests" / "data" / "example-report.txt"
NAIVE = """
import sys, warnings
warnings.simplefilter("ignore")
import jieba, joblib
jieba.setLogLevel(60)
vectoriser, linear = joblib.load(sys.argv[1])
lines = [line for line in open(sys.argv[2], encoding="utf-8").read().split("\\n") if line.strip()]
for line, label in zip(lines, linear.predict(vectoriser.transform([" ".join(jieba.lcut(line)) for line in lines]))):
    print(label, line)
"""
SKLEARN = [sys.executable, "-c", "import sklearn.linear_model"]
BAOGAO = [sys.executable, "-m", "classifier"]


LAUNCHER = """
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
start = time.perf_counter()
streams = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=streams)
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""
"""A process counts its parent's memory as its own until it has loaded its program, so a small parent starts it."""


def cost(command: list[str]) -> tuple[float, float]:
    """(wall seconds, peak memory in MB) of one process."""
    told = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, *command], capture_output=True, cwd=ROOT, check=True, text=True
    )
    wall, peak, code = told.stdout.split()
    assert code == "0", f"{command} ended with {code}"
    return float(wall), float(peak)


def measure(repeats: int, *, naive: bool = True) -> Ratios:
    """What others take over what we take; the naive script has its model saved, and only loads it."""
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "classify": [*BAOGAO, "classify", str(REPORT)],
            "--help": [*BAOGAO, "--help"],
            "importing scikit-learn": SKLEARN,
        }
        if naive:
            import joblib

            joblib.dump(fitted_naive(), Path(folder) / "naive.joblib")
            commands["the naive script"] = [sys.executable, "-c", NAIVE, str(Path(folder) / "naive.joblib"), str(REPORT)]
        memory: dict[str, list[float]] = {name: [] for name in commands}

        def run(name: str) -> float:
            wall, peak = cost(commands[name])
            memory[name].append(peak)
            return wall

        for name in commands:
            cost(commands[name])  # files into the system's cache
        wall = alternate({name: lambda name=name: run(name) for name in commands}, repeats)
    print("\ncold start, fastest of all repeats:")
    for name in commands:
        print(f"{name:60} {min(wall[name]):6.2f} s {max(memory[name]):6.0f} MB")
    ratios: Ratios = {}
    for rival in list(commands)[2:]:
        for own in ("classify", "--help"):
            ratios[f"cold {own}, time of {rival} over ours"] = times_better(wall[rival], wall[own])
            ratios[f"cold {own}, memory of {rival} over ours"] = times_better(memory[rival], memory[own])
    return ratios
