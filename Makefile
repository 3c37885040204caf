# `make demo` and `make test` are all that a new machine needs; everything else is a part of them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
REPORT := tests/data/example-report.txt

.PHONY: demo test lint types unit test-engines train benchmark pin quality clean-environment

demo: $(VENV)/installed
	$(BIN)/baogao classify $(REPORT)

test: lint types unit

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed
	$(BIN)/mypy

# A file's tests stay in one worker, for they share fixtures; those marked `alone` count on the machine's pace.
WORKERS ?= 2
unit: $(VENV)/installed
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not alone and not engines'
	$(BIN)/pytest -m 'alone and not engines'

# Ray, Spark and datasets on real files; Spark wants Java 17 or later on the PATH.
test-engines: $(VENV)/engines
	$(BIN)/pytest -m engines tests/engines

$(VENV)/engines: pyproject.toml $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[engines-test]'
	touch $@

# Speed beside rivals', as ratios, into benchmark.json; MILLIONS of characters (17 are some 50 MB) may be fewer, and
# BENCHMARK='--only cold_start growth' chooses parts.
MILLIONS ?= 17
BENCHMARK ?=
benchmark: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[benchmark,rivals]'
	$(BIN)/python -m tests.benchmarks $(MILLIONS) --json benchmark.json $(BENCHMARK)

# The ratios that the gate of the tests compares with, measured anew.
pin: $(VENV)/installed
	$(BIN)/python -m tests.benchmarks --gate --pin

# Quality on held-out documents beside baselines, ablations, learning curve; an hour. STUDY names one of them.
STUDY ?=
quality: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[benchmark]'
	$(BIN)/python -m tests.benchmarks.quality $(STUDY)

# The shipped model, rebuilt from corpus/ to the same predictions.
train: $(VENV)/installed
	$(BIN)/baogao train --corpus corpus --output models/baogao

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean-environment:
	rm -rf $(VENV)
