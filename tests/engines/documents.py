"""2,000 documents as files, and what any way of cleaning made of them, in one shape."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.mixed import mix, split
from tests.conftest import ROOT

COUNT = 2_000
FILES = 16
LINES = 6
"""Lines of a document: enough for its context to matter, few enough that five ways of cleaning take a minute."""

Line = tuple[int, str, str, float, str]
"""Number, text, label, score, reason of removal."""


@dataclass(frozen=True)
class Answer:
    """What became of a document: its text (None where it was dropped or failed) and its lines that are not blank."""

    text: str | None
    lines: tuple[Line, ...]


Answers = dict[str, Answer]


def records(count: int = COUNT) -> list[dict[str, Any]]:
    """Documents with noise between their lines; some empty, without any report, with odd line ends, or without a text."""
    _, held, _, noise = split(ROOT / "corpus")
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(mix(held, noise, count)):
        start = number // 7 % max(1, len(one.lines) - LINES)
        lines = [text for text, _ in one.lines[start : start + LINES]]
        text: str | None = "\n".join(lines)
        if number % 50 == 7:
            text = "\r\n".join(lines) + "\r\n"
        if number % 50 == 17:
            text = ["", None, " \n　　\n", "\n".join(noise[number % 40 : number % 40 + 2])][number // 50 % 4]
        rows.append({"id": f"文-{number:05}", "text": text, "url": f"http://a.example/{number}", "size": number})
    return rows


def write_jsonl(rows: list[dict[str, Any]], folder: Path, files: int = FILES) -> None:
    """The records over several files, as they come."""
    folder.mkdir(parents=True)
    for number in range(files):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows[number::files]]
        (folder / f"{number:02}.jsonl").write_text("".join(lines), "utf-8")


def write_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    """The records as one file of several row groups, as Spark wants them for several tasks."""
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=len(rows) // 4)


def from_rows(rows: Iterable[dict[str, Any]], name: str = "id") -> Answers:
    """Of the rows that an engine wrote; no document may come twice, and every row must add up."""
    found: Answers = {}
    for row in rows:
        counts = {count: row[f"baogao_{count}"] for count in ("read", "kept", "removed", "failed")}
        assert counts["read"] == counts["kept"] + counts["removed"] + counts["failed"]
        lines = [
            (one["line"], one["text"], one["label"], one["score"], one["removed"])
            for one in row["baogao_lines"]
            if one["label"] != "blank"
        ]
        assert row[name] not in found, f"{row[name]} is there twice"
        found[row[name]] = Answer(row["text"], tuple(lines))
    return found


def from_folders(outputs: Iterable[Path], removed: Iterable[Path]) -> Answers:
    """Of what runs with `--output-format jsonl --removed` wrote; documents without lines leave no trace there."""
    texts: dict[str, str] = {}
    lines: dict[str, list[Line]] = {}
    for folder in outputs:
        for path in folder.glob("*.jsonl"):
            if path.name == "ledger.jsonl":
                continue
            for record in map(json.loads, path.read_text("utf-8").splitlines()):
                assert record["id"] not in texts
                texts[record["id"]] = record["text"]
                kept = [(one["line"], one["text"], one["label"], one["score"], "") for one in record["lines"]]
                lines.setdefault(record["id"], []).extend(kept)
    for folder in removed:
        for path in folder.glob("*.removed.jsonl"):
            for one in map(json.loads, path.read_text("utf-8").splitlines()):
                if one["label"] != "blank":
                    line = (one["line"], one["text"], one["label"], one["score"], one["reason"])
                    lines.setdefault(one["id"], []).append(line)
    return {name: Answer(texts.get(name), tuple(sorted(found))) for name, found in lines.items()}


def with_lines(answers: Answers) -> Answers:
    """Those that have lines at all, each in order."""
    return {name: Answer(one.text, tuple(sorted(one.lines))) for name, one in answers.items() if one.lines}
