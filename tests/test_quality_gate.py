"""The quality gate: the model that this commit's code makes of this commit's corpus is as good as the pinned floors."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifier import Model
from classifier.cli.main import main
from classifier.corpus.documents import read_corpus
from classifier.evaluation.predictions import predict
from classifier.model import load_model
from tests.benchmarks.quality.pin import FLOORS, MARGIN, below, pin, reached

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_training_reaches_the_floors_and_makes_the_shipped_model_again(model: Model, tmp_path: Path) -> None:
    """Minutes long: `baogao train` on the whole corpus, as `make train` runs it."""
    assert main(["train", "--corpus", str(ROOT / "corpus"), "--output", str(tmp_path / "model")]) == 0
    again = load_model(tmp_path / "model")
    pinned = json.loads(FLOORS.read_text("utf-8"))
    assert again.manifest.corpus["sha256"] == pinned["corpus"] == model.manifest.corpus["sha256"]
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text("utf-8"))
    assert below(reached(manifest), pinned["floors"]) == []
    documents = list(read_corpus(ROOT / "corpus"))[::7]
    shipped, made = (predict(one.compact, documents) for one in (model, again))
    assert (shipped.predicted != made.predicted).mean() < 0.001
    assert np.abs(shipped.probabilities - made.probabilities).mean() < 1e-3


def test_a_floor_goes_down_only_when_told_to(tmp_path: Path) -> None:
    def manifest(value: float) -> dict[str, object]:
        labels = {"problem": {"f1": value}, "measure": {"f1": 0.9}}
        return {"scores": {"cross_fitted": {"macro_f1": 0.9, "labels": labels}}, "corpus": {"sha256": "0"}}

    path = tmp_path / "floors.json"
    assert pin(manifest(0.9), path, lower=False)["floors"]["problem"] == round(0.9 - MARGIN, 4)
    assert pin(manifest(0.95), path, lower=False)["floors"]["problem"] == round(0.95 - MARGIN, 4)
    with pytest.raises(ValueError, match=r"problem 0\.8450 is under its floor 0\.9450.*--lower"):
        pin(manifest(0.85), path, lower=False)
    assert json.loads(path.read_text("utf-8"))["floors"]["problem"] == round(0.95 - MARGIN, 4)
    assert pin(manifest(0.85), path, lower=True)["floors"]["problem"] == round(0.85 - MARGIN, 4)


def test_figures_under_their_floors_are_named() -> None:
    assert below({"macro_f1": 0.9, "problem": 0.7}, {"macro_f1": 0.9, "problem": 0.71}) == [
        "problem 0.7000 is under its floor 0.7100"
    ]
