"""Four shards are one run."""

import json
from pathlib import Path

import pytest

from classifier.cleaning import UsageError
from classifier.cleaning.shards import merge, of_shard, parse_shard
from classifier.cleaning.sources import find_sources
from tests.clean.tools import balanced, clean, ledger, outputs
from tests.conftest import Run
from tests.report_texts import REPORT


def test_four_shards_are_one_run(baogao: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(12):
        (tmp_path / "in" / f"{number}.txt").write_text(REPORT + str(number), "utf-8")
    (tmp_path / "in" / "bad.txt").write_bytes(b"%PDF-1.7")
    assert baogao("clean", "in", "--output", "whole").returncode == 1
    parts = [f"part{number}" for number in (1, 2, 3, 4)]
    for number, part in enumerate(parts, 1):
        baogao("clean", "in", "--output", part, "--shard", f"{number}/4")
    found = [outputs(tmp_path / part) for part in parts]
    assert sum(map(len, found)) == 12 and {k: v for one in found for k, v in one.items()} == outputs(tmp_path / "whole")
    done = baogao("summary", "merge", *parts, "--output", "merged")
    assert done.returncode == 1
    merged, whole = json.loads(done.stdout), json.loads((tmp_path / "whole" / "summary.json").read_text("utf-8"))
    assert {**merged, "seconds": 0} == {**whole, "seconds": 0}
    balanced(tmp_path / "merged")
    assert [one["source"] for one in ledger(tmp_path / "merged")] == [one["source"] for one in ledger(tmp_path / "whole")]


def test_each_source_is_in_one_shard_and_nothing_is_counted_twice(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(40):
        (tmp_path / "in" / f"{number}.txt").write_text("一", "utf-8")
    sources = find_sources([str(tmp_path / "in")], tmp_path / "out")
    parts = [of_shard(sources, number, 5) for number in range(1, 6)]
    assert sorted(one.name for part in parts for one in part) == sorted(one.name for one in sources)
    clean(tmp_path / "in", tmp_path / "out")
    with pytest.raises(UsageError, match="count it twice"):
        merge([tmp_path / "out", tmp_path / "out"], tmp_path / "merged")
    with pytest.raises(UsageError, match="no finished run"):
        merge([tmp_path / "in"], tmp_path / "merged")


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0", "-1/2", "²/4"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError, match="from 1/8 to 8/8"):
        parse_shard(text)
