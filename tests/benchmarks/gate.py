"""The small run behind the gate in CI: what needs no rival that the tests do not install, within a minute and a half."""

from tests.benchmarks import cold_start, growth, throughput
from tests.benchmarks.ratios import Ratios

MILLIONS = 0.3
REPEATS = 7
WORSE = 0.5
"""A ratio that falls below half of what is pinned fails: shared machines move the median of seven by a fifth."""


def measure() -> Ratios:
    """Ratios that hold whatever the machine, as far as any do."""
    return (
        throughput.measure(MILLIONS, REPEATS, ("jieba-alone", "rjieba-alone"))
        | cold_start.measure(REPEATS, naive=False)
        | growth.document_size(MILLIONS / 3, REPEATS)
        | growth.calls(REPEATS, 200)
    )
