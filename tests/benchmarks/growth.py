"""How the cost grows: with the input, with the lines of a document, with the vocabulary, with calls.

Each ratio is the speed at one size over that at another; 1 says that the cost grows as its input does. The
machine's own noise stands beside: nothing should fall with size.
"""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from classifier import Model, load_model
from classifier.scoring import LinearScorer, Vocabulary
from tests.benchmarks.cold_start import cost
from tests.benchmarks.ratios import Ratios, alternate, seconds, times_better
from tests.benchmarks.texts import varied

LINES = (10, 100, 1_000, 10_000)
SHARES = (0.05, 0.25, 1.0)
"""Of the vocabulary, its most frequent n-grams."""


def measure(millions: float, repeats: int) -> Ratios:
    """All four. The largest input has twice `millions` of characters: 100 MB at the full size."""
    return (
        input_size(millions, min(repeats, 7))
        | document_size(millions / 10, repeats)
        | vocabulary(millions / 20, repeats)
        | calls(repeats)
    )


def _drain(reports: Iterator[Any]) -> None:
    for _ in reports:
        pass


def _ladder(costs: dict[str, Callable[[], float]], repeats: int, title: str) -> Ratios:
    """Costs a unit of input, from the small to the large: the first's over each of the others'."""
    taken = alternate(costs, repeats)
    first, *others = taken
    return {f"{title}, speed at {name} over {first}": times_better(taken[first], taken[name]) for name in others}


STREAM = """
from tests.benchmarks.texts import varied
from classifier import load_model
for report in load_model().classify_iter(varied({characters})):
    pass
"""


def input_size(millions: float, repeats: int) -> Ratios:
    """One run over a hundredth, a tenth and the whole; and the peak memory of a process that reads a stream."""
    import sys

    model = load_model()
    sizes = {"1 part": int(millions * 2e4), "10 parts": int(millions * 2e5), "100 parts": int(millions * 2e6)}
    texts = {name: list(varied(size)) for name, size in sizes.items()}
    costs = {
        name: lambda of=of: seconds(lambda: _drain(model.classify_iter(of))) / sum(map(len, of)) for name, of in texts.items()
    }
    ratios = _ladder(costs, repeats, "input")
    memory = {
        name: lambda size=size: cost([sys.executable, "-c", STREAM.format(characters=size)])[1]
        for name, size in list(sizes.items())[1:]
    }
    peaks = alternate(memory, 1)
    ratios["input, peak memory at 10 parts over 100 parts"] = times_better(peaks["10 parts"], peaks["100 parts"])
    return ratios


def document_size(millions: float, repeats: int) -> Ratios:
    """The same lines cut into documents of 10 to 10,000 lines."""
    model = load_model()
    lines = [line for text in varied(int(millions * 1e6)) for line in text.split("\n")]
    texts = {size: ["\n".join(lines[at : at + size]) for at in range(0, len(lines), size)] for size in LINES}
    costs = {f"{size} lines": lambda of=of: seconds(lambda: _drain(model.classify_iter(of))) for size, of in texts.items()}
    return _ladder(costs, repeats, "document")


def with_vocabulary(model: Model, share: float) -> Model:
    """The model with only the most frequent of its n-grams."""
    scorer = model.compact.scorer
    keys = scorer.vocabulary.keys
    size = int(keys.size * share)
    small = LinearScorer(
        Vocabulary(keys[:size]), scorer.weights[: size + 1], scorer.squared_idf[: size + 1], scorer.intercept, scorer.families
    )
    return dataclasses.replace(model, compact=dataclasses.replace(model.compact, scorer=small))


def vocabulary(millions: float, repeats: int) -> Ratios:
    """The same text under a vocabulary of a twentieth, a quarter and all of the n-grams."""
    texts = list(varied(int(millions * 1e6)))
    models = {f"{share:.0%}": with_vocabulary(load_model(), share) for share in SHARES}
    costs = {name: lambda model=model: seconds(lambda: _drain(model.classify_iter(texts))) for name, model in models.items()}
    return _ladder(costs, repeats, "vocabulary")


def calls(repeats: int, lines: int = 1_000) -> Ratios:
    """One call a paragraph over one call for all of them."""
    model = load_model()
    paragraphs = list(islice((line for text in varied(lines * 100) for line in text.split("\n")), lines))
    taken = alternate(
        {
            "batch": lambda: seconds(lambda: model.classify_many(paragraphs)),
            "single": lambda: seconds(lambda: [model.classify(one) for one in paragraphs]),
        },
        repeats,
    )
    return {"calls, speed of one for each paragraph over one for all": times_better(taken["batch"], taken["single"])}
