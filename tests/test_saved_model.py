"""A model folder that is missing, altered or of another make: one sentence each, and nothing is unpickled."""

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from classifier import ModelError, load_model
from classifier.model import shipped_model_folder
from classifier.training import write_card
from tests.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "model"
    shutil.copytree(shipped_model_folder(), copy)
    return copy


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def message(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert "\n" not in str(caught.value)
    assert "baogao train" in str(caught.value)
    return str(caught.value)


def test_a_missing_folder_file_or_manifest(folder: Path, tmp_path: Path) -> None:
    assert "missing" in message(tmp_path / "nowhere")
    (folder / "compact.npz").unlink()
    assert "compact.npz" in message(folder)
    (folder / "manifest.json").write_text("{", "utf-8")
    assert "manifest" in message(folder)


def test_an_altered_file_is_not_loaded(folder: Path) -> None:
    data = bytearray((folder / "compact.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "compact.npz").write_bytes(data)
    assert "nothing was loaded" in message(folder)


def test_a_pickle_is_not_opened_before_its_hash_agrees(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (folder / "exploded",))

    (folder / "pipeline.joblib").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelError, match="nothing was loaded"):
        _ = load_model(folder).pipeline
    assert not (folder / "exploded").exists()


def test_another_format_and_another_scikit_learn(folder: Path) -> None:
    versions = json.loads((folder / "manifest.json").read_text("utf-8"))["versions"]
    edit(folder, versions={**versions, "scikit-learn": "0.1"})
    with pytest.raises(ModelError, match=r"scikit-learn 0\.1 .*baogao train"):
        _ = load_model(folder).pipeline
    edit(folder, format=99)
    assert "format 99" in message(folder)


def test_the_command_says_it_in_one_line(folder: Path, baogao: Run) -> None:
    (folder / "compact.npz").unlink()
    done = baogao("classify", "--model", folder, data="一行。".encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().count("\n") == 1


def test_the_manifest_and_the_card_say_what_the_model_is() -> None:
    model = load_model()
    facts = model.manifest
    assert set(facts.files) == {"compact.npz", "pipeline.joblib"}
    assert {"python", "scikit-learn", "jieba", "tokenizer"} <= set(facts.versions)
    assert len(facts.corpus["sha256"]) == 64
    card = (shipped_model_folder() / "README.md").read_text("utf-8")
    assert facts.version in card
    assert f"{facts.scores['cross_fitted']['macro_f1']:.3f}" in card


def test_the_card_and_its_picture_are_those_of_the_manifest(tmp_path: Path) -> None:
    folder, facts = shipped_model_folder(), load_model().manifest
    write_card(facts, tmp_path)
    for name in ("README.md", "reliability.svg"):
        assert (tmp_path / name).read_text("utf-8") == (folder / name).read_text("utf-8")
    assert "(reliability.svg)" in (folder / "README.md").read_text("utf-8")
    scores = facts.scores["cross_fitted"]
    bins = scores["reliability"]
    assert sum(one["lines"] for one in bins) == scores["lines"]
    gap = sum(abs(one["confidence"] - one["right"]) * one["lines"] for one in bins) / scores["lines"]
    assert gap == pytest.approx(scores["calibration_error"], abs=2e-4)
    circles = ElementTree.parse(folder / "reliability.svg").iter("{http://www.w3.org/2000/svg}circle")
    assert len(list(circles)) == len(bins)


def test_the_card_of_a_model_without_reliability_has_no_picture(tmp_path: Path) -> None:
    facts = load_model().manifest
    scores = {"cross_fitted": {**facts.scores["cross_fitted"], "reliability": []}}
    write_card(replace(facts, scores=scores), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"]
    assert "svg" not in (tmp_path / "README.md").read_text("utf-8")


def test_the_shipped_model_is_small() -> None:
    assert sum(path.stat().st_size for path in shipped_model_folder().iterdir()) < 15_000_000
