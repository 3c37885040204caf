"""Studies of quality on the corpus: `python -m tests.benchmarks.quality` (or `make quality`) runs them all."""
