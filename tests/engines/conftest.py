import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.documents import Answers, from_folders, records, write_jsonl, write_parquet

# Spark's workers and driver are the Python that runs the tests.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the 2,000 documents: `in/*.jsonl`, and `in.parquet`."""
    folder = tmp_path_factory.mktemp("documents")
    rows = records()
    write_jsonl(rows, folder / "in")
    write_parquet(rows, folder / "in.parquet")
    return folder


@pytest.fixture(scope="session")
def one_process(documents: Path) -> Answers:
    """What one process makes of them."""
    from classifier.cli.main import main

    output, removed = documents / "one", documents / "one-removed"
    arguments = ["clean", str(documents / "in"), "--output", str(output), "--removed", str(removed), "--id-field", "id"]
    assert main([*arguments, "--output-format", "jsonl", "--quiet"]) == 0
    return from_folders([output], [removed])


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """A cluster of two workers on this machine, for all tests that want one."""
    import ray

    from classifier.cleaning.engine import raydata

    raydata.start(None, 2, quiet=True)
    yield
    ray.shutdown()
