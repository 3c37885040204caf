"""`python -m tests.benchmarks.quality.pin [--lower]`: sets the quality gate's floors to what the shipped model reaches.

The floors stand in pinned/floors.json and are held by tests/test_quality_gate.py. A floor goes up freely;
that one goes down takes `--lower`, so that it is never done by the way.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.quality.folds import ROOT

FLOORS = ROOT / "tests" / "benchmarks" / "pinned" / "floors.json"
MANIFEST = ROOT / "models" / "baogao" / "manifest.json"
MARGIN = 0.005
"""Floors stand this far under what was reached: another BLAS moves a few lines of 20,000, not a hundred."""


def reached(manifest: dict[str, Any]) -> dict[str, float]:
    """Cross-fitted macro-F1 and every label's F1 of a model, from its manifest."""
    scores = manifest["scores"]["cross_fitted"]
    return {"macro_f1": scores["macro_f1"], **{name: one["f1"] for name, one in scores["labels"].items()}}


def below(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """The figures that are under their floors, in words."""
    return [
        f"{name} {figures[name]:.4f} is under its floor {floor:.4f}" for name, floor in floors.items() if figures[name] < floor
    ]


def pin(manifest: dict[str, Any], path: Path, *, lower: bool) -> dict[str, Any]:
    """Write the floors; ValueError when one would go down and `lower` does not allow it."""
    floors = {name: round(value - MARGIN, 4) for name, value in reached(manifest).items()}
    if path.exists() and not lower and (worse := below(floors, json.loads(path.read_text("utf-8"))["floors"])):
        raise ValueError(f"{'; '.join(worse)}: say --lower if that is meant")
    record = {
        "command": "baogao train --corpus corpus --output models/baogao && python -m tests.benchmarks.quality.pin",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "corpus": manifest["corpus"]["sha256"],
        "floors": floors,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return record


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality.pin")
    parser.add_argument("--lower", action="store_true", help="allow floors to go down")
    try:
        record = pin(json.loads(MANIFEST.read_text("utf-8")), FLOORS, lower=parser.parse_args(arguments).lower)
    except ValueError as error:
        print(f"pin: {error}", file=sys.stderr)
        return 1
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
