"""The walk through suggest, label, import, train, compare, explain and serve, as it stands in the README."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from classifier.cli.main import VERBS
from tests.conftest import ROOT

WALK = re.compile(r"<!-- walk -->\s*```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the checkout's corpus and model, and the command `baogao` on the path."""
    for name in ("corpus", "models"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "baogao"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m classifier "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the walk is written for a Unix shell")
def test_the_walk_in_the_readme_runs_as_it_stands(home: Path) -> None:
    match = WALK.search((ROOT / "README.md").read_text("utf-8"))
    if match is None:
        pytest.skip("README.md has no part marked <!-- walk -->")
    commands, _, serve = match[1].partition("\nbaogao serve")
    env = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=home, env=env, capture_output=True, timeout=600)
    told, talk = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0, talk
    assert "saved model" in talk
    assert "Warning" not in talk
    assert (home / "report.html").is_file()
    before, after = re.findall(r"^macro-F1 +(\d\.\d+) +(\d\.\d+) +[+-]", told, re.M)[-1]
    assert float(after) > float(before)
    assert "得分" in told
    if "serve" in VERBS and serve:
        _serve(["baogao", "serve", *serve.split("\n")[0].split(), "--no-browser", "--port", "0"], home, env)


def _serve(command: list[str], home: Path, env: dict[str, str]) -> None:
    with subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as page:
        try:
            assert page.stdout is not None
            address = re.search(r"http://\S+", page.stdout.readline().decode())
            assert address
            with urllib.request.urlopen(address[0], timeout=60) as answer:
                assert answer.status == 200
        finally:
            page.terminate()
