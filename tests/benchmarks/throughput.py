"""`python -m tests.benchmarks.throughput [MILLION_CHARACTERS]`: lines labelled a second against rivals, as ratios.

Each repeat runs every contestant once, one after another, so that a slow moment of the machine strikes all.
A ratio above 1 says how many times the rival's speed ours is.
"""

import os
import statistics
import sys
import time

# One core: set before numpy is imported, for its matrix library reads it only then.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from classifier import load_model  # noqa: E402
from tests.benchmarks.rivals import Run, rivals  # noqa: E402
from tests.benchmarks.texts import megabytes, varied  # noqa: E402

REPEATS = 7


def ours() -> Run:
    """Every line's label and confidence, asked for one by one as a caller would."""
    model = load_model()
    return lambda texts: [[(line.label, line.confidence) for line in one.lines] for one in model.classify_iter(texts)]


def seconds(run: Run, texts: list[str]) -> float:
    start = time.perf_counter()
    run(texts)
    return time.perf_counter() - start


def compare(runs: dict[str, Run], texts: list[str], repeats: int = REPEATS) -> dict[str, list[float]]:
    """Seconds of every repeat by contestant."""
    for run in runs.values():
        run(texts[:2])  # dictionaries and caches are loaded before the clock starts
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            times[name].append(seconds(run, texts))
    return times


def repeated_lines(run: Run, characters: int, repeats: int = REPEATS) -> list[float]:
    """How many times the speed of distinct lines that of lines is that stand twenty times in the text."""
    lines = list(dict.fromkeys(line for text in varied(characters) for line in text.split("\n")))
    few = lines[: len(lines) // 20]
    distinct = ["\n".join(lines[at : at + 40]) for at in range(0, len(lines), 40)]
    copies = ["\n".join(few[at : at + 40]) for at in range(0, len(few), 40)] * 20
    ratios = []
    for _ in range(repeats):
        slow, fast = seconds(run, distinct), seconds(run, copies)
        ratios.append((megabytes(copies) / fast) / (megabytes(distinct) / slow))
    return ratios


def show(name: str, ratios: list[float]) -> None:
    low, *_, high = sorted(ratios)
    print(f"{name:36} {statistics.median(ratios):7.2f}   {low:.2f} to {high:.2f}")


def main(millions: float) -> None:
    texts = list(varied(int(millions * 1e6)))
    runs = {"baogao": ours(), **rivals()}
    times = compare(runs, texts)
    size, lines = megabytes(texts), sum(text.count("\n") + 1 for text in texts)
    print(f"{size:.1f} MB, {lines} lines, one core, {REPEATS} alternating repeats")
    for name, taken in times.items():
        one = statistics.median(taken)
        print(f"{name:36} {size / one:7.2f} MB/s {lines / one:9.0f} lines/s")
    print("baogao's speed as a multiple of              median   spread")
    for name in list(runs)[1:]:
        show(name, [theirs / own for theirs, own in zip(times[name], times["baogao"], strict=True)])
    show("lines repeated 20 times / distinct", repeated_lines(runs["baogao"], int(millions * 5e5)))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 17.0)  # 17 million characters are some 50 MB
