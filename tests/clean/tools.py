"""Runs of the cleaning for the tests, and a model that answers at once by rule."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from classifier.cleaning import CleaningOptions, FileOptions
from classifier.cleaning.run import Run
from classifier.cleaning.sources import STATE_FOLDER, find_sources
from classifier.cleaning.summary import Summary
from classifier.document import Document
from classifier.labels import LABELS, Label
from classifier.report import ClassifiedLine, ClassifiedReport


class StubModel:
    """Decides by a hash of the line, a third unrelated; as fast as Python is, and the same in every process."""

    def __init__(self) -> None:
        self.folder = Path("stub")
        self.manifest = SimpleNamespace(version="stub", files={})

    def classify_iter(self, texts: Iterable[str]) -> Iterator[ClassifiedReport]:
        for text in texts:
            lines = []
            for line in Document.from_text(text).lines:
                digest = hashlib.blake2b(line.text.strip().encode("utf-8", "surrogatepass"), digest_size=2).digest()
                label = Label.UNRELATED if digest[0] < 85 else LABELS[digest[1] % 4]
                share = 0.5 + digest[1] / 600
                chances = {one: share if one is label else (1 - share) / 4 for one in LABELS}
                lines.append(ClassifiedLine(line.number, line.text, label, False, share, chances, (), line.start, line.end))
            yield ClassifiedReport(text, tuple(lines))


STUB: Any = StubModel()


def clean(inputs: Path | list[str], output: Path, **options: Any) -> Summary:
    """A run in this process. Options go to Run, CleaningOptions or FileOptions by their names."""
    model = options.pop("model", STUB)
    judged = {key: options.pop(key) for key in list(options) if key in CleaningOptions.__dataclass_fields__}
    own = {key: options.pop(key) for key in list(options) if key in ("removed", "jobs", "tell", "report")}
    files = FileOptions(**options)
    names = [str(inputs)] if isinstance(inputs, Path) else inputs
    sources = find_sources(
        names, output, removed=own.get("removed"), input_format=files.input_format, annotated=files.from_annotated
    )
    return Run(sources, output, model, CleaningOptions(**judged), files, **own).execute()


def ledger(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / "ledger.jsonl").read_bytes().split(b"\n") if line]


def outputs(output: Path) -> dict[str, bytes]:
    """Every output file, without the ledger, the summary and the state."""
    return {
        str(path.relative_to(output)): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file()
        and path.relative_to(output).parts[0] not in ("ledger.jsonl", "summary.json", "summary.html", STATE_FOLDER)
    }


def balanced(output: Path) -> None:
    """read = kept + removed + failed, for every source and for the run."""
    total = json.loads((output / "summary.json").read_text("utf-8"))
    sums = {"read": 0, "kept": 0, "removed": 0, "failed": 0}
    for record in ledger(output):
        lines, documents = record["lines"], record["documents"]
        assert lines["read"] == lines["kept"] + lines["removed"] + lines["failed"], record
        assert documents["read"] == documents["kept"] + documents["dropped"] + documents["failed"], record
        assert lines["removed"] == sum(record["removed_by_reason"].values()) == sum(record["removed_by_label"].values())
        assert lines["kept"] == sum(record["kept_by_label"].values())
        for name in sums:
            sums[name] += lines[name]
    assert total["lines"] == sums
    assert not list(output.rglob("*.baogao-part"))
