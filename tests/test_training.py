"""Training and saving on a small corpus of the shipped documents: deterministic, honest about what it lacks."""

from pathlib import Path

import pytest

from classifier.corpus import CorpusError, corpus_hash, read_corpus, read_documents, write_documents
from classifier.corpus.augment import variants
from classifier.corpus.documents import read_noise
from classifier.document import Document
from classifier.model import load_model
from classifier.training import Settings, save, train
from tests.conftest import ROOT, Run
from tests.report_texts import REPORT

CORPUS = ROOT / "corpus"
QUICK = Settings(copies=1, networks=1, epochs=3)


def some(count: int = 40):  # type: ignore[no-untyped-def]
    documents = read_corpus(CORPUS)
    return documents[:: len(documents) // count]


@pytest.mark.slow
def test_the_same_corpus_gives_the_same_predictions(tmp_path: Path) -> None:
    documents, noise = some(), read_noise(CORPUS)[::10]
    reports = []
    for name in ("a", "b"):
        save(train(documents, noise, QUICK), tmp_path / name)
        model = load_model(tmp_path / name)
        bins = model.manifest.scores["cross_fitted"]["reliability"]
        assert sum(one["lines"] for one in bins) == model.manifest.corpus["lines"]
        assert (tmp_path / name / "reliability.svg").read_text("utf-8").count("<circle") == len(bins)
        assert model.pipeline.classes_.size == 5
        reports.append(model.classify(REPORT))
    assert reports[0] == reports[1]


@pytest.mark.slow
@pytest.mark.parametrize("families", [("word1", "word2"), ("char1", "char2")])
def test_a_model_of_words_or_of_characters_alone_can_be_had(families: tuple[str, ...]) -> None:
    trained = train(some(), (), Settings(networks=1, epochs=3, families=families))
    assert trained.scores.macro_f1 > 0.3
    document = Document.from_text(REPORT)
    assert trained.compact.probabilities([document]).shape == (len(document.lines), 5)


def test_too_little_to_learn_from_is_said() -> None:
    documents = some()
    with pytest.raises(ValueError, match="at least 10"):
        train(documents[:3])


def test_the_command_names_what_is_wrong_with_a_corpus(baogao: Run, tmp_path: Path) -> None:
    assert b"no such folder" in baogao("train", "--corpus", "nowhere").stderr
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "x.jsonl").write_text('{"doc": "d", "lines": [{"text": "甲", "label": "success"}]}\n', "utf-8")
    done = baogao("train", "--corpus", "c", "--output", "m")
    assert done.returncode == 2
    assert "x.jsonl:1, line 1 of d: unknown label 'success'" in done.stderr.decode()
    assert not (tmp_path / "m").exists()
    # Where the model could not be saved is told before an hour of training.
    done = baogao("train", "--corpus", CORPUS, "--output", tmp_path / "c" / "x.jsonl" / "m")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert "x.jsonl is a file; name a folder" in done.stderr.decode()


def test_documents_are_written_and_read_without_loss(tmp_path: Path) -> None:
    documents = some(20)
    write_documents(documents, tmp_path / "d.jsonl")
    again = list(read_documents(tmp_path / "d.jsonl"))
    assert again == documents
    assert [one.extra for one in again] == [one.extra for one in documents]
    assert corpus_hash(again) == corpus_hash(documents[::-1])


def test_a_name_may_stand_only_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_documents(some(20)[:1], tmp_path / f"{name}.jsonl")
    with pytest.raises(CorpusError, match="another name"):
        read_corpus(tmp_path)


def test_variants_do_not_depend_on_the_other_documents_but_for_their_titles() -> None:
    documents = some(20)
    first = [one.document for one in variants(documents, [], copies=3)]
    assert first == [one.document for one in variants(documents, [], copies=3)]
    names = [document.doc for document in first]
    assert len(names) == len(set(names))
    assert {name.split("~")[0] for name in names} == {document.doc for document in documents}


def test_evaluate_scores_labelled_documents(baogao: Run, tmp_path: Path) -> None:
    write_documents(some(20)[:5], tmp_path / "d.jsonl")
    text = baogao("evaluate", "d.jsonl").stdout.decode()
    assert "macro-F1" in text and "confusion" in text
    import json

    scores = json.loads(baogao("evaluate", "d.jsonl", "--format", "json").stdout)
    assert set(scores["labels"]) == {"achievement", "measure", "problem", "background", "unrelated"}
    assert 0 < scores["macro_f1"] <= 1
    assert sum(sum(row.values()) for row in scores["confusion"].values()) == scores["lines"]
    assert baogao("evaluate", "missing.jsonl").returncode == 2
