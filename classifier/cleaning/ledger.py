"""The ledger: a record a source, appended when the source is done, so that a later run knows what need not be done again."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.cleaning.files import part_path, sync_folder

DONE, FAILED, SKIPPED = "done", "failed", "skipped"
VOID = "void"
"""Status of a record that takes back those before it; none is left in a finished ledger."""


@dataclass(frozen=True)
class Entry:
    """Where a source's record stands in the ledger, and what decides whether it still holds."""

    fingerprint: str
    status: str
    output: str | None
    output_bytes: int
    removed: tuple[str, int] | None
    offset: int
    length: int


class Ledger:
    """The file `ledger.jsonl` of an output folder. Memory holds an entry a source, not the records."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.entries: dict[str, Entry] = {}
        self._file = path.open("a+b")
        self._load()

    def _load(self) -> None:
        self._file.seek(0)
        good = 0
        for line in self._file:
            try:
                record = json.loads(line)
                self._remember(record, good, len(line))
            except (ValueError, KeyError, TypeError):
                break
            if not line.endswith(b"\n"):
                break
            good += len(line)
        # A record that a crash cut off is as good as not written.
        self._file.truncate(good)
        self._file.seek(0, os.SEEK_END)

    def _remember(self, record: dict[str, Any], offset: int, length: int) -> None:
        removed = record.get("removed_file")
        self.entries[record["source"]] = Entry(
            record["fingerprint"], record["status"], record["output"], record["output_bytes"],
            tuple(removed) if removed else None, offset, length,
        )  # fmt: skip

    def append(self, record: dict[str, Any], *, sync: bool = True) -> None:
        """Add a source's record; with `sync` it is on the disk when this returns."""
        line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        offset = self._file.tell()
        self._file.write(line)
        if sync:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._remember(record, offset, len(line))

    @property
    def size(self) -> int:
        """Bytes written until now."""
        return self._file.seek(0, os.SEEK_END)

    def record(self, name: str) -> dict[str, Any]:
        """The latest record of a source."""
        entry = self.entries[name]
        self._file.seek(entry.offset)
        values: dict[str, Any] = json.loads(self._file.read(entry.length))
        self._file.seek(0, os.SEEK_END)
        return values

    def void(self, names: Sequence[str]) -> None:
        """Records of these sources hold no more, whatever happens to this run."""
        for name in names:
            if name in self.entries:
                output = self.entries[name].output
                self.append(
                    {"source": name, "fingerprint": "", "status": VOID, "output": output, "output_bytes": 0}, sync=False
                )
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self, names: Sequence[str]) -> None:
        """Write the records of these sources in this order, the latest of each."""
        target = part_path(self.path)
        with target.open("wb") as file:
            for name in names:
                entry = self.entries[name]
                self._file.seek(entry.offset)
                file.write(self._file.read(entry.length))
            file.flush()
            os.fsync(file.fileno())
        self._file.close()
        target.replace(self.path)
        sync_folder(self.path.parent)

    def close(self) -> None:
        """Close the file; what was appended stays."""
        self._file.close()


def read_ledger(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a finished ledger."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(*parts: Any) -> str:
    """A hash over everything that decides an output."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, sort_keys=True, default=str).encode()).hexdigest()[:32]
