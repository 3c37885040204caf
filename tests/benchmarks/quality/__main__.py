"""`python -m tests.benchmarks.quality [STUDY ...] [--real FILE] [--keep DIR] [--folds N] [--output DIR]`.

Writes each study's figures into DIR as JSON, with the command, the date and the corpus hash, and prints
them as Markdown tables. Models trained on the way are kept in `--keep` for the next run on the same corpus.
"""

import argparse
import json
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.quality import studies
from tests.benchmarks.quality.folds import ROOT, shipped_corpus, table

STUDIES: dict[str, Callable[[studies.Study], Any]] = {
    "comparison": studies.comparison,
    "context": studies.context_modes,
    "worst": studies.worst,
    "curve": studies.learning_curve,
    "ablation": studies.ablation,
    "robustness": studies.other_hands,
    "genres": studies.genres,
}
PINNED = ROOT / "tests" / "benchmarks" / "pinned"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality")
    parser.add_argument("studies", nargs="*", choices=[[], *STUDIES], default=[])
    parser.add_argument("--real", type=Path, metavar="FILE", help="labelled real documents to score as well; never learnt from")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="folder for the models trained on the way")
    parser.add_argument("--folds", type=int, default=5, choices=range(1, 6), help="how many of the five partitions to hold out")
    parser.add_argument("--output", type=Path, default=PINNED, metavar="DIR")
    given = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # the networks are stopped early on purpose
    corpus = shipped_corpus()
    study = studies.Study(corpus, given.keep, given.folds, given.real, lambda message: print(message, file=sys.stderr))
    given.output.mkdir(parents=True, exist_ok=True)
    for name in given.studies or list(STUDIES):
        found = STUDIES[name](study)
        record = {
            "command": "python -m tests.benchmarks.quality " + " ".join(_told(given, name)),
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "corpus": corpus.sha256,
            "figures": found,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        (given.output / f"{name}.json").write_text(text, "utf-8")
        print(f"\n## {name}\n\n{table(found) if isinstance(found, dict) else text}", flush=True)


def _told(given: argparse.Namespace, name: str) -> list[str]:
    """The arguments that decide the figures; a file of real documents by its name alone."""
    real = [] if given.real is None else ["--real", given.real.name]
    return [name, *real, "--folds", str(given.folds)]


if __name__ == "__main__":
    main(sys.argv[1:])
