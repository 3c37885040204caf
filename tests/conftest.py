import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from classifier import Model, load_model

# These machines are noisy: a slow example is no failure, a wrong one is. Examples are the same every run.
settings.register_profile("baogao", deadline=None, derandomize=True, max_examples=60, print_blob=True)
settings.load_profile("baogao")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def model() -> Model:
    return load_model()


@pytest.fixture
def baogao(tmp_path: Path) -> Run:
    """Runs the installed command in an empty folder, with whatever bytes on standard input."""

    def run(*arguments: str | Path, data: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        command: Sequence[str] = [sys.executable, "-m", "classifier", *map(str, arguments)]
        done = subprocess.run(
            command, input=data, capture_output=True, cwd=tmp_path, env={**os.environ, **(env or {})}, timeout=300
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the labelled real reports are not here ({SHARED.name}/ beside the checkout)")
    return SHARED
