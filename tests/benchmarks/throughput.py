"""Lines labelled a second, on one core, beside what others do with the same text."""

import random
from collections.abc import Iterable

from classifier import load_model
from tests.benchmarks.ratios import Ratios, alternate, seconds, times_better
from tests.benchmarks.rivals import Run, rivals
from tests.benchmarks.texts import megabytes, varied

COPIES = 20
"""How often a line of the repeated text stands in it."""


def ours() -> Run:
    """Every line's label and confidence, asked for one by one as a caller would."""
    model = load_model()
    return lambda texts: [[(line.label, line.confidence) for line in one.lines] for one in model.classify_iter(texts)]


def against(runs: dict[str, Run], texts: list[str], repeats: int) -> dict[str, list[float]]:
    """Seconds of every repeat by contestant."""
    for run in runs.values():
        run(texts[:2])  # dictionaries and caches are loaded before the clock starts
    return alternate({name: lambda run=run: seconds(lambda: run(texts)) for name, run in runs.items()}, repeats)


def measure(millions: float, repeats: int, names: Iterable[str] = ()) -> Ratios:
    """Our speed as a multiple of each rival's (of `names`, or all), and of repeated lines as one of distinct ones."""
    texts = list(varied(int(millions * 1e6)))
    times = against({"baogao": ours(), **rivals(*names)}, texts, repeats)
    size, lines = megabytes(texts), sum(text.count("\n") + 1 for text in texts)
    print(f"\n{size:.1f} MB, {lines} lines, one core, fastest of {repeats} alternating repeats:")
    for name, taken in times.items():
        print(f"{name:60} {size / min(taken):6.2f} MB/s {lines / min(taken):9.0f} lines/s")
    own = times.pop("baogao")
    ratios = {f"classify, speed over {name}": times_better(taken, own) for name, taken in times.items()}
    return ratios | repeated_lines(int(millions * 5e5), repeats)


def repeated_lines(characters: int, repeats: int) -> Ratios:
    """How many times the speed of distinct lines that of lines is that stand twenty times, each time among others."""
    lines = list(dict.fromkeys(line for text in varied(characters) for line in text.split("\n")))
    draw = random.Random(0)
    draw.shuffle(lines)
    copies = lines[: len(lines) // COPIES] * COPIES
    draw.shuffle(copies)
    run = ours()
    texts = {name: ["\n".join(of[at : at + 40]) for at in range(0, len(of), 40)] for name, of in (("a", lines), ("b", copies))}
    taken = alternate({name: lambda of=of: seconds(lambda: run(of)) / megabytes(of) for name, of in texts.items()}, repeats)
    return {f"classify, lines repeated {COPIES} times, speed over distinct ones": times_better(taken["a"], taken["b"])}
