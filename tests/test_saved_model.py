"""A model folder that is missing, altered or of another make: one sentence each, and nothing is unpickled."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from classifier import ModelError, load_model
from classifier.model import shipped_model_folder
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
