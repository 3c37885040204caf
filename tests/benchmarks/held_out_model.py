"""A model of the documents that the benchmark does not clean: `python -m tests.benchmarks.held_out_model DIR`."""

import sys
import warnings
from pathlib import Path

from tests.benchmarks.mixed import split
from tests.conftest import ROOT


def train_on_the_rest(folder: Path) -> None:
    """Train on 80 % of the corpus with the settings of the shipped model."""
    from classifier.training import save, train

    warnings.simplefilter("ignore")
    documents, _, noise, _ = split(ROOT / "corpus")
    save(train(documents, noise, jobs=2), folder, name="benchmark", note="80 % of the corpus")


if __name__ == "__main__":
    train_on_the_rest(Path(sys.argv[1]))
