"""What is remembered, packed or read again never shows in the answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Model
from classifier.document import Document
from classifier.packed import PackedTable
from classifier.readings import LineMemory
from tests.report_texts import REPORT, TEXT


@given(st.lists(TEXT, max_size=5), st.sampled_from([0, 60, 300, 5_000]))
def test_a_memory_of_any_size_gives_the_answers_of_none(model: Model, texts: list[str], characters: int) -> None:
    memory = LineMemory(model.compact.scorer, characters)
    for text in [*texts, REPORT, *texts, REPORT + REPORT]:
        documents = [Document.from_text(text)]
        remembered, afresh = model.compact.probabilities(documents, memory), model.compact.probabilities(documents)
        assert np.array_equal(remembered, afresh)


@given(st.integers(1, 300), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_packed_sums_are_the_plain_ones(size: int, labels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = (rng.integers(-90_000, 90_000, (50, labels)) / 4096).astype(np.float32)
    weights[0] = 0
    frequency = np.concatenate([[0], rng.integers(1, 400_000, 49) / 4096]).astype(np.float32)
    starts = np.flatnonzero(rng.random(size) < 0.7)
    rows = rng.integers(0, 50, starts.size)
    bounds = np.unique(np.append(rng.integers(0, size, 4), 0))
    table = PackedTable(weights, frequency, 1)
    for longest in (table.longest, 1, 7):
        table.longest = longest
        sums = table.sums([(starts, rows)], bounds, size)
        for sentence, (start, end) in enumerate(zip(bounds, [*bounds[1:], size], strict=True)):
            of = rows[(starts >= start) & (starts < end)]
            assert sums[sentence, :-1] == pytest.approx(weights[of].sum(axis=0, dtype=np.float64), abs=0)
            assert sums[sentence, -1] == frequency[of].sum(dtype=np.float64)


def test_a_paragraph_longer_than_one_packed_sum_is_read_as_the_words_add_up(model: Model) -> None:
    longest = model.compact.scorer._packed.longest
    lines = ["成绩突出" * longest, REPORT]
    assert model.classify_many(lines) == [model.classify(line) for line in lines]
