"""Contestants run in turn, and what comes of it as ratios with their spread: above 1 is in our favour, everywhere."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

REPEATS = 7
Ratios = dict[str, list[float]]
"""What is compared, to its ratio in every repeat."""


def seconds(run: Callable[[], Any]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def alternate(runs: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Each run's own measure in every repeat; each repeat runs all once, so that a slow moment strikes all."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            taken[name].append(run())
    return taken


def times_better(theirs: list[float], ours: list[float]) -> list[float]:
    """Repeat by repeat, how many times what we took they took."""
    return [rival / own for rival, own in zip(theirs, ours, strict=True)]


def summary(ratios: Ratios) -> dict[str, dict[str, float]]:
    """Median, lowest and highest of each ratio, as the pinned file has them."""
    return {
        name: {"median": round(statistics.median(of), 3), "low": round(min(of), 3), "high": round(max(of), 3)}
        for name, of in ratios.items()
    }


def show(title: str, ratios: Ratios) -> None:
    """A table for people."""
    print(f"\n{title:60} median   spread")
    for name, one in summary(ratios).items():
        print(f"{name:60} {one['median']:6.2f}   {one['low']:.2f} to {one['high']:.2f}", flush=True)


def machine() -> dict[str, str]:
    """When and on what the figures were taken."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        processor = names[0] if names else processor
    return {
        "date": date.today().isoformat(),
        "machine": f"{processor}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
