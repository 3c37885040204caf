"""The small run behind the gate in CI: what needs no rival that the tests do not install, within a minute and a half."""

from tests.benchmarks import cold_start, growth, throughput
from tests.benchmarks.ratios import Ratios

MILLIONS = 0.2
REPEATS = 5
WORSE = 0.5
"""A ratio that falls below half of what is pinned fails: shared machines move the median of five by a fifth."""


def worse(measured: dict[str, float], pinned: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What fell below WORSE of the pinned median, as (measured, pinned); a ratio that was not measured is as bad as 0."""
    return {
        name: (measured.get(name, 0.0), wanted) for name, wanted in pinned.items() if measured.get(name, 0.0) < WORSE * wanted
    }


def measure() -> Ratios:
    """Ratios that hold whatever the machine, as far as any do."""
    return (
        throughput.measure(MILLIONS, REPEATS, ("jieba-alone", "rjieba-alone"))
        | cold_start.measure(REPEATS, naive=False)
        | growth.document_size(MILLIONS / 2, REPEATS)
        | growth.calls(REPEATS, 100)
    )
