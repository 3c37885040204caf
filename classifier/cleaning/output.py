"""The output of one source under way: the file, its removed lines beside, the account, and the checkpoint of all three."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.cleaning import annotated
from classifier.cleaning.account import Account
from classifier.cleaning.documents import CleanedDocument, Scores
from classifier.cleaning.files import PartFile, part_path
from classifier.cleaning.formats.base import Format, Item, Start, encoded
from classifier.cleaning.options import CleaningOptions, FileOptions
from classifier.cleaning.segments import Segmented
from classifier.cleaning.sources import ANNOTATED, Source
from classifier.model import Model

CHECKPOINT_BYTES = 4_000_000
"""Bytes of documents between two checkpoints: some two seconds of work, which is what a crash costs."""


def removed_path(folder: Path, source: str) -> Path:
    """Where a source's removed lines are written."""
    return folder / f"{source}.removed.jsonl"


Counts = tuple[int, int, dict[str, int]]


@dataclass
class Checkpoint:
    """From where a source can be gone on with."""

    source: str
    fingerprint: str
    output: str = ""
    offset: int = 0
    number: int = 0
    line: int = 1
    output_bytes: int = 0
    removed_bytes: int = 0
    counts: Counts = (0, 0, {})
    facts: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)

    @property
    def start(self) -> Start:
        """Where reading begins."""
        return Start(self.offset, self.number, self.line)


class SourceOutput:
    """Takes a source's documents in order and writes what stays of them."""

    def __init__(
        self, source: Source, format: Format, folder: Path, removed: Path | None, options: FileOptions, judged: CleaningOptions,
        model: str, resumed: Checkpoint,
    ) -> None:  # fmt: skip
        self.source, self.format, self.options, self.judged, self.model = source, format, options, judged, model
        self.account = Account.from_json(resumed.account) if resumed.account else Account()
        self.counts: Counts = resumed.counts
        self._before: Counts = resumed.counts
        self._since = 0
        self._last = Start(resumed.offset, resumed.number, resumed.line)
        self._fingerprint = resumed.fingerprint
        self.path = folder / self.name
        compression = "" if options.annotate or self._plain_records else source.compression
        self._part = PartFile(self.path, compression, resumed.output_bytes)
        self._removed = PartFile(removed_path(removed, source.name), "", resumed.removed_bytes) if removed else None
        self._started = resumed.number > 0
        self.began = time.monotonic()

    @property
    def _plain_records(self) -> bool:
        return self.options.output_format == "jsonl"

    @property
    def name(self) -> str:
        """The output's path relative to the output folder."""
        if self.options.annotate:
            return self.source.name + ANNOTATED
        if self._plain_records and self.format.name != "jsonl":
            return self.source.name + ".jsonl"
        if self._plain_records and self.source.compression:
            return self.source.name[: -len(self.source.compression) - 1]
        return self.source.name

    def begin(self) -> None:
        """The head of the file, once what reading found out is known."""
        if self._started:
            return
        self._started = True
        if self.options.annotate:
            self._part.write(annotated.header_line(self.format, self.source.name, self.model))
        elif not self._plain_records:
            self._part.write(self.format.head())

    def add(
        self, item: Item, document: Segmented | None, scores: list[Scores], cleaned: CleanedDocument | None, counts: Counts
    ) -> bool:
        """Take one item; True where a checkpoint is due after it."""
        self.begin()
        replaced, skipped, other = counts
        before_replaced, before_skipped, before_other = self._before
        self.counts = (
            replaced + before_replaced,
            skipped + before_skipped,
            {name: other.get(name, 0) + before_other.get(name, 0) for name in sorted({*other, *before_other})},
        )
        if cleaned is None:
            self.account.add_failure(item)
        else:
            self.account.add(item, cleaned)
        if self.options.annotate:
            self._part.write(annotated.item_line(self.format, item, document, scores))
        elif cleaned is not None and not cleaned.dropped:
            self._part.write(self._record(item, cleaned) if self._plain_records else self.format.encode(item, cleaned))
            if self.format.member_each and not self._plain_records:
                self._part.end_member()
        if self._removed:
            self._removed.write(self._removed_lines(item, cleaned))
        self._last = Start(item.end, item.number, item.next_line)
        self._since += len(item.text) + len(item.failed_text) + 200
        return self._since >= CHECKPOINT_BYTES

    def checkpoint(self) -> Checkpoint:
        """Put everything on the disk; from here another run can go on."""
        self._since = 0
        self._part.write(b"" if self.options.annotate or self._plain_records else self.format.flush())
        return Checkpoint(
            self.source.name, self._fingerprint, self.name, self._last.offset, self._last.number, self._last.line,
            self._part.checkpoint(), self._removed.checkpoint() if self._removed else 0,
            self.counts, self.format.state.facts, self.account.as_json(),
        )  # fmt: skip

    def finish(self) -> tuple[str | None, int, tuple[str, int] | None]:
        """(output's name or None where nothing is left of the source, its bytes, the removed file and its bytes)."""
        removed = (str(self._removed.path), self._removed.finish()) if self._removed else None
        if self.options.annotate:
            self.begin()
            self._part.write(annotated.last_line(self.account.documents["read"]))
            return self.name, self._part.finish(), removed
        if not self.account.documents["kept"]:
            self._part.discard()
            return None, 0, removed
        if self._plain_records:
            return self.name, self._part.finish(), removed
        self._part.write(self.format.flush())
        if self.format.assembled:
            self._part.checkpoint()
            whole = part_path(self.path.with_name(self.path.name + ".whole"))
            self.format.assemble(self._part.part, whole)
            whole.replace(self._part.part)
        return self.name, self._part.finish(), removed

    def fail(self, reason: str) -> None:
        """The source failed as a whole: no output of it is left, nor one of an earlier run."""
        self.account.fail_all(reason)
        self._part.discard()
        if self._removed:
            self._removed.discard()

    def close(self) -> None:
        """Leave the part files for a later run."""
        self._part.close()
        if self._removed:
            self._removed.close()

    def _record(self, item: Item, cleaned: CleanedDocument) -> bytes:
        record: dict[str, Any] = {"source": self.source.name, "document": item.number}
        if item.id is not None:
            record["id"] = item.id
        record["text"] = cleaned.text
        record["lines"] = [
            {"line": line.line, "text": cleaned.source[line.start : line.end], "label": line.label.value, "score": line.score}
            for line in cleaned.lines
            if line.label and not line.removed
        ]
        return _json_line(record)

    def _removed_lines(self, item: Item, cleaned: CleanedDocument | None) -> bytes:
        place: dict[str, Any] = {"source": self.source.name, "document": item.number}
        if item.id is not None:
            place["id"] = item.id
        if cleaned is None:
            return _json_line(place | {"line": item.line, "reason": f"failed: {item.failure}", "text": item.failed_text})
        # Of a text the line is that of the file; of a record, that of its text, and the record's own beside it.
        first = item.line - 1 if self.format.name in ("text", "html", "docx") else 0
        if not first and self.format.name not in ("text", "html", "docx"):
            place["record"] = item.line
        return b"".join(
            _json_line(
                place
                | {
                    "line": first + line.line,
                    "reason": line.removed,
                    "label": line.label.value if line.label else "blank",
                    "score": line.score,
                    "text": cleaned.source[line.start : line.end],
                }
            )
            for line in cleaned.lines
            if line.removed
        )


def _json_line(record: dict[str, Any]) -> bytes:
    return (
        encoded(json.dumps(record, ensure_ascii=False) + "\n", "utf-8")
        if _holds(record)
        else json.dumps(record).encode() + b"\n"
    )


def _holds(record: dict[str, Any]) -> bool:
    """Whether UTF-8 can hold the record's texts: a lone surrogate needs an escape."""
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def source_record(
    source: Source, model: Model, status: str, account: Account, *, digest: str = "", print_: str = "", reason: str = "",
    current: SourceOutput | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A source's record for the ledger, as for one without an output."""
    state = current.format.state if current else None
    replaced, skipped, other = current.counts if current else (0, 0, {})
    record: dict[str, Any] = {
        "source": source.name, "input": source.shown, "status": status, "reason": reason, "bytes": source.size,
        "sha256": digest, "format": source.format, "compression": source.compression,
        "encoding": state.encoding if state else "", "encoding_guessed": bool(state and state.guessed),
        "lines_replaced": replaced, "lines_in_other_encodings": other, "other_records": skipped,
    }  # fmt: skip
    record |= account.as_json()
    seconds = round(time.monotonic() - current.began, 3) if current else 0.0
    return record | {
        "output": None, "output_bytes": 0, "removed_file": None, "seconds": seconds,
        "model": model.manifest.version, "fingerprint": print_,
    }  # fmt: skip
