"""baogao clean, trafilatura's batch mode and datatrove's filters over the same 200 documents of known truth.

`python -m tests.benchmarks.clean_rivals --model DIR [--keep FOLDER]`, with `pip install 'baogao[rivals]'`. DIR holds a
model that has not seen the held-out documents (`python -m tests.benchmarks.held_out_model DIR`). The rivals'
share of bytes accounted for is what their output, reports and exit code let one account for.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.html_extraction import squeezed
from tests.benchmarks.mixed import Mixed, mix, split, write
from tests.conftest import ROOT

COUNT = 200
BROKEN = {
    "damaged.docx": b"PK\x03\x04rubbish",
    "pdf.txt": b"%PDF-1.7\n1 0 obj",
    "deep.html": b"<html>" + b"<div>" * 5000 + "正文".encode(),
}
"""Beside the 200: three files that cannot be read. Are they told of?"""


@dataclass(frozen=True)
class Result:
    """What came out: each document's text by its file name, bytes accounted for, and how many of BROKEN were told of."""

    name: str
    texts: dict[str, str]
    accounted: str
    told: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--threshold", nargs="*", default=["", "0.7", "0.9"])
    options = parser.parse_args()
    _, held, _, noise = split(ROOT / "corpus")
    mixed = mix(held, noise, COUNT)
    with tempfile.TemporaryDirectory() as temporary:
        home = options.keep or Path(temporary)
        write(mixed, home / "in")
        for name, data in BROKEN.items():
            (home / "in" / name).write_bytes(data)
        print("| | noise lines removed | report lines lost | bytes accounted for | the three bad files |")
        print("| --- | --- | --- | --- | --- |")
        runs: list[Callable[[], Result]] = [
            *(lambda value=value: baogao(home, options.model, value) for value in options.threshold),
            lambda: trafilatura_batch(home, mixed),
            lambda: datatrove_filters(home, mixed, terminal=False),
            lambda: datatrove_filters(home, mixed, terminal=True),
        ]  # fmt: skip
        for run in runs:
            try:
                result = run()
            except ModuleNotFoundError as error:
                print(f"| ({error.name} is not installed) | | | | |")
                continue
            removed, lost = measured(mixed, result.texts)
            print(f"| {result.name} | {removed:.1%} | {lost:.2%} | {result.accounted} | {result.told} |", flush=True)
            if result.name.startswith(("trafilatura", "baogao")):
                removed, lost = measured([one for one in mixed if one.file.endswith(".html")], result.texts)
                print(f"| … of these, the 20 HTML files alone | {removed:.1%} | {lost:.2%} | | |", flush=True)


def measured(mixed: list[Mixed], texts: dict[str, str]) -> tuple[float, float]:
    """(share of noise lines removed, share of report lines lost)."""
    gone = noise = lost = report = 0
    for one in mixed:
        lines = {squeezed(line) for line in texts.get(one.file, "").split("\n")}
        for text, belongs in one.lines:
            there = squeezed(text) in lines
            report, noise = report + belongs, noise + (not belongs)
            lost, gone = lost + (belongs and not there), gone + (not belongs and not there)
    return gone / noise, lost / report


def baogao(home: Path, model: str, threshold: str) -> Result:
    """The command, as a user gives it; texts are read back out of every format."""
    out = home / f"baogao{threshold}"
    more = ["--threshold", threshold] if threshold else []
    command = [sys.executable, "-m", "classifier", "clean", str(home / "in"), "--output", str(out), "--model", model, *more]
    done = subprocess.run([*command, "--quiet"], capture_output=True, check=False)
    total = json.loads(done.stdout)
    ledger = [json.loads(line) for line in (out / "ledger.jsonl").read_text("utf-8").splitlines()]
    size = sum(path.stat().st_size for path in (home / "in").iterdir())
    archives = {one["source"].split("/")[0] for one in ledger if ".zip/" in one["source"]}
    accounted = sum(one["bytes"] for one in ledger if ".zip/" not in one["source"])
    accounted += sum((home / "in" / name).stat().st_size for name in archives)
    lines = total["lines"]
    assert lines["read"] == lines["kept"] + lines["removed"] + lines["failed"]
    told = f"{sum(name in done.stderr.decode() for name in BROKEN)} of 3 told, exit {done.returncode}"
    name = "baogao clean" + (f" --threshold {threshold}" if threshold else "")
    return Result(name, dict(_read_back(out)), f"{accounted / size:.0%}", told)


def _read_back(out: Path) -> Iterator[tuple[str, str]]:
    from classifier.cleaning import FileOptions
    from classifier.cleaning.formats import Start, format_named
    from classifier.cleaning.sources import find_sources
    from classifier.cleaning.streams import open_stream

    for source in find_sources([str(out)], out.parent / "none"):
        if source.skipped or source.name in ("ledger.jsonl", "summary.json", "summary.html") or source.name.startswith("."):
            continue
        options = FileOptions()
        format = format_named(source.format)(options)
        with open_stream(source.path, None, source.compression, options.limits) as stream:
            plain = source.path if not source.compression else None
            yield source.name.split("/")[0], "\n".join(item.text for item in format.items(stream, Start(), plain))


def trafilatura_batch(home: Path, mixed: list[Mixed]) -> Result:
    """`trafilatura --input-dir`, in recall mode. Its outputs have random names: each is matched by its lines."""
    out = home / "trafilatura"
    command = ["-m", "trafilatura.cli", "--input-dir", str(home / "in"), "--output-dir", str(out), "--recall"]
    done = subprocess.run([sys.executable, *command], capture_output=True, check=False)
    written = [path.read_text("utf-8", "replace") for path in out.rglob("*") if path.is_file()]
    owners: dict[str, set[int]] = {}
    for number, one in enumerate(mixed):
        for text, _ in one.lines:
            owners.setdefault(squeezed(text), set()).add(number)
    found: dict[str, str] = {}
    for text in written:
        votes = Counter(number for line in text.split("\n") for number in owners.get(squeezed(line), ()))
        if votes:
            found[mixed[votes.most_common(1)[0][0]].file] = text
    size = sum(path.stat().st_size for path in (home / "in").iterdir())
    accounted = sum((home / "in" / name).stat().st_size for name in found)
    told = f"{sum(name in done.stderr.decode('utf-8', 'replace') for name in BROKEN)} of 3 told, exit {done.returncode}"
    return Result(f"trafilatura --recall ({len(written)} files written)", found, f"{accounted / size:.0%}", told)


def datatrove_filters(home: Path, mixed: list[Mixed], *, terminal: bool) -> Result:
    """C4 and Gopher quality filters over the decoded texts as JSONL, which spares them the formats and encodings."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import C4QualityFilter, GopherQualityFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.typeshelper import Languages

    source, out = home / "datatrove-in", home / f"datatrove{terminal}"
    source.mkdir(exist_ok=True)
    rows = [json.dumps({"id": one.file, "text": one.text}, ensure_ascii=False) for one in mixed]
    (source / "texts.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    chinese = Languages.mandarin_chinese
    pipeline = [
        JsonlReader(str(source)),
        # Words are not parted by spaces, so what counts them by spaces is off; so are stop words of English.
        C4QualityFilter(
            filter_no_terminal_punct=terminal, min_num_sentences=-1, min_words_per_line=-1, max_word_length=-1, language=chinese
        ),
        GopherQualityFilter(
            min_avg_word_length=1,
            max_avg_word_length=10,
            min_stop_words=2,
            stop_words=["的", "了", "和", "是", "在"],
            language=chinese,
        ),
        JsonlWriter(str(out), compression=None),
    ]
    done = LocalPipelineExecutor(pipeline, tasks=1, logging_dir=str(home / f"logs{terminal}"))
    done.run()
    texts: dict[str, str] = {}
    for path in out.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            texts[row["id"]] = row["text"]
    sizes = {one.file: len(one.text.encode()) for one in mixed}
    share = sum(sizes[name] for name in texts) / sum(sizes.values())
    name = f"datatrove C4 + Gopher{', lines must end in a full stop' if terminal else ''} ({len(texts)} of {COUNT} documents)"
    return Result(name, texts, f"documents {share:.0%}, lines only as sums", "given decoded texts")


if __name__ == "__main__":
    main()
