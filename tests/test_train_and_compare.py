"""The whole of `baogao train`: a new genre is learnt, a worse corpus is refused. Quick models throughout."""

import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from classifier import load_model
from classifier.corpus import read_corpus, write_documents
from classifier.corpus.formats import import_documents
from classifier.evaluation.held_out import HELD_OUT_FILE, read_before, text_hash
from classifier.labels import LABELS
from classifier.search import CHOICES, search
from classifier.training import Settings
from tests.conftest import ROOT, Run

LIGHTHOUSE = Path(__file__).parent / "data" / "lighthouse.txt"
"""Twenty documents of a genre that nobody writes, with turns of phrase of their own."""

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning")]


def macro_f1(text: str) -> float:
    found = re.search(r"^macro-F1 +([\d.]+)", text, re.M)
    assert found
    return float(found[1])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of forty documents, so that a quick model takes seconds."""
    folder = tmp_path_factory.mktemp("small")
    documents = read_corpus(ROOT / "corpus")
    write_documents(documents[:: max(len(documents) // 40, 1)][:40], folder / "small.jsonl")
    return folder


def test_a_new_genre_is_learnt_from_ten_documents(baogao: Run, tmp_path: Path, small: Path) -> None:
    documents = import_documents(LIGHTHOUSE, "text")
    write_documents(documents[:10], tmp_path / "mine.jsonl")
    write_documents(documents[10:], tmp_path / "kept-back.jsonl")
    shipped = macro_f1(baogao("evaluate", "kept-back.jsonl").stdout.decode())
    arguments = ["--corpus", small, "--quick", "--output", "model", "--held-out", "kept-back.jsonl"]
    done = baogao("train", *arguments, "--add", "mine.jsonl")
    assert done.returncode == 0, done.stderr.decode()
    assert "the new model is better" in done.stdout.decode()
    assert "documents added to" in done.stderr.decode()
    learnt = macro_f1(baogao("evaluate", "kept-back.jsonl", "--model", "model").stdout.decode())
    assert learnt > shipped + 0.1, (shipped, learnt)
    assert learnt > 0.8
    refused = baogao("train", *arguments, "--add", "kept-back.jsonl", "--output", "other")
    assert refused.returncode == 2
    assert b"was trained on" in refused.stderr


def test_a_worse_corpus_is_refused_unless_told(baogao: Run, tmp_path: Path, small: Path) -> None:
    done = baogao("train", "--corpus", small, "--quick", "--output", "model")
    assert done.returncode == 0, done.stderr.decode()
    before = read_before(load_model(tmp_path / "model"))
    assert before.held_out is not None
    assert set(before.held_out) == {text_hash(document) for document in read_corpus(small)}
    manifest = (tmp_path / "model" / "manifest.json").read_bytes()
    rng = random.Random(1)
    (tmp_path / "worse").mkdir()
    worse = [
        replace(one, lines=tuple(replace(line, label=rng.choice(LABELS)) if rng.random() < 0.5 else line for line in one.lines))
        for one in read_corpus(small)
    ]
    write_documents(worse, tmp_path / "worse" / "worse.jsonl")
    refused = baogao("train", "--corpus", "worse", "--quick", "--output", "model")
    assert refused.returncode == 1
    assert "the model before is better" in refused.stdout.decode()
    assert "--replace-better" in refused.stderr.decode()
    assert (tmp_path / "model" / "manifest.json").read_bytes() == manifest
    told = baogao("train", "--corpus", "worse", "--quick", "--output", "model", "--replace-better")
    assert told.returncode == 0
    assert (tmp_path / "model" / "manifest.json").read_bytes() != manifest


def test_held_out_answers_of_another_model_are_not_believed(tmp_path: Path) -> None:
    shutil.copytree(load_model().folder, tmp_path / "model")
    (tmp_path / "model" / HELD_OUT_FILE).write_bytes(b"PK nothing")
    assert read_before(load_model(tmp_path / "model")).held_out is None


def test_the_search_tries_values_around_those_that_training_has_by_itself() -> None:
    for name, values in CHOICES.items():
        assert getattr(Settings(), name) in values, name


def test_the_search_stays_within_its_budget_and_keeps_the_best(small: Path) -> None:
    ticks = iter(range(0, 10_000, 10))
    documents = read_corpus(small)[:24:2]
    told: list[str] = []
    start = Settings(copies=0, networks=1, epochs=2, hidden=32)
    best, trials = search(documents, [], 50, start, progress=told.append, clock=lambda: next(ticks))
    assert 2 <= len(trials) <= 3
    assert trials[0].settings == start
    assert len({trial.settings for trial in trials}) == len(trials)
    assert best.scores.macro_f1 == max(trial.macro_f1 for trial in trials)
    assert "the time is up" in told[-1]


def test_wrong_use_of_train(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(json.dumps({"doc": "a", "lines": [{"text": "甲", "label": "x"}]}), "utf-8")
    for arguments in (
        ["--corpus", "nowhere"],
        ["--corpus", ROOT / "corpus", ROOT / "corpus"],
        ["--corpus", ROOT / "corpus", "--add", "bad.jsonl"],
        ["--corpus", ROOT / "corpus", "--before", "nowhere"],
        ["--corpus", ROOT / "corpus", "--held-out", "bad.jsonl"],
    ):
        done = baogao("train", *arguments, "--output", "model")
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr.decode()
        assert not (tmp_path / "model").exists()
