"""The studies of quality run on a small corpus, and what they take away is really away."""

from dataclasses import replace
from pathlib import Path

import pytest

from classifier.training import Settings
from tests.benchmarks.quality import folds, robustness, studies
from tests.benchmarks.quality.folds import Corpus, document_folds, figures, held_out, shipped_corpus


@pytest.fixture(scope="module")
def small() -> Corpus:
    whole = shipped_corpus()
    return Corpus(whole.documents[::12], whole.noise[::12])


@pytest.mark.slow
def test_folds_hold_out_what_they_say_and_are_kept(small: Corpus, tmp_path: Path) -> None:
    settings = Settings(copies=1, networks=1, epochs=2)
    found = document_folds(small, settings, tmp_path, 2)
    for fold in found:
        held = {one.doc for one in fold.held_out}
        assert held
        assert held.isdisjoint(one.doc for one in fold.trained_on.documents)
        assert len(held) + len(fold.trained_on.documents) == len(small.documents)
        assert len(fold.trained_on.noise) < len(small.noise)
    again = document_folds(small, replace(settings, epochs=1), tmp_path, 2)  # read, not trained: the settings play no part
    assert figures(held_out(found)) == figures(held_out(again))


def test_what_a_context_mode_takes_away(small: Corpus) -> None:
    document = next(one for one in small.documents if any(line.heading for line in one.lines) and len(one.lines) > 14)
    assert sorted(line.text for line in robustness.shuffled(document).lines) == sorted(line.text for line in document.lines)
    bare = studies._without_headings(document)
    assert bare is not None
    assert not any(line.heading for line in bare.lines)
    assert len(studies._window(document).lines) == 12
    assert [one.lines[0] for one in folds.single_lines(document)] == list(document.lines)


def test_other_hands_change_the_text_and_never_the_labels(small: Corpus) -> None:
    for name, change in robustness.CHANGES.items():
        changed = [change(one) for one in small.documents[:20]]
        if name != "lines shuffled":
            for before, after in zip(small.documents, changed, strict=False):
                assert [line.label for line in before.lines] == [line.label for line in after.lines]
        assert all(line.text.strip() for one in changed for line in one.lines)
        texts = [[line.text for line in one.lines] for one in changed]
        same = texts == [[line.text for line in one.lines] for one in small.documents[:20]]
        assert same == (name == "as written"), name
