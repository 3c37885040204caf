"""A quick model of the documents that the benchmark does not clean: `python -m tests.benchmarks.quick_model DIR`."""

import sys
import warnings
from pathlib import Path

from tests.benchmarks.mixed import split
from tests.conftest import ROOT


def train_quick(folder: Path) -> None:
    """Train on 80 % of the corpus with the settings of `baogao train --quick`."""
    from classifier.training import QUICK, save, train

    warnings.simplefilter("ignore")
    documents, _, noise, _ = split(ROOT / "corpus")
    save(train(documents, noise, QUICK, jobs=2), folder, name="benchmark", note="80 % of the corpus, --quick")


if __name__ == "__main__":
    train_quick(Path(sys.argv[1]))
