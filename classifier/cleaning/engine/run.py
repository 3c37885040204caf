"""A whole run on an engine: sources found, cleaned and written, and the ledger and summary of one machine beside the parts."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from classifier.cleaning.engine.accounts import Tally
from classifier.cleaning.engine.places import Located, locate, storage
from classifier.cleaning.engine.writing import Part, PartWriter
from classifier.cleaning.errors import CleaningError, UsageError
from classifier.cleaning.ledger import DONE, FAILED, SKIPPED
from classifier.cleaning.options import CleaningOptions, FileOptions
from classifier.cleaning.summary import Summary, summarise
from classifier.cleaning.summary_page import summary_page
from classifier.model import Model

DOCUMENTS = "documents"
"""Folder of the parts, in the output."""


@dataclass
class RayRun:
    """One run of `baogao clean --engine ray`; `execute` does it.

    `output` is a path or the address of a storage; it must not hold a run already. `address` names a Ray
    cluster (None: one is started on this machine); `jobs` is the number of actors (None: nine processors out
    of ten). `tell` is called with one sentence for each source that failed.

    The output has `documents/part-….parquet` (or `.jsonl`), and when all of it is there `ledger.jsonl`,
    `summary.html` and, at the very end, `summary.json`: without that file a run was not finished.
    """

    inputs: Sequence[str]
    output: str
    model: Model
    judged: CleaningOptions = field(default_factory=CleaningOptions)
    options: FileOptions = field(default_factory=FileOptions)
    address: str | None = None
    jobs: int | None = None
    shard: tuple[int, int] | None = None
    progress: bool = False
    tell: Callable[[str], None] = lambda message: None

    def execute(self) -> Summary:
        """Clean all sources; the summary of the run. CleaningError where it cannot be done or does not add up."""
        from classifier.cleaning.engine import raydata

        if self.judged.dedupe:
            raise UsageError("--dedupe is told by one process; on an engine, drop equal texts with the engine before or after")
        located = locate(self.inputs, self.output, input_format=self.options.input_format, shard=self.shard)
        if not located and not self.shard:
            raise UsageError(f"{', '.join(self.inputs)}: there are no files in it")
        began = time.monotonic()
        writer = self._writer()
        read = [one for one in located if not one.source.skipped]
        actors = raydata.start(self.address, self.jobs, quiet=not self.progress)
        folder = str(self.model.folder.absolute())
        parts = raydata.clean(read, writer, folder, self.judged, self.options, actors, progress=self.progress) if read else []
        return self._finish(located, parts, writer, time.monotonic() - began)

    def _writer(self) -> PartWriter:
        from pyarrow.fs import FileType

        self._storage, self._root = storage(self.output)
        format = "jsonl" if self.options.output_format == "jsonl" else "parquet"
        try:
            infos = self._storage.get_file_info([f"{self._root}/summary.json", f"{self._root}/{DOCUMENTS}"])
            if any(one.type != FileType.NotFound for one in infos):
                raise UsageError(f"{self.output}: a run was written here before; name a new --output, or delete it")
            self._storage.create_dir(f"{self._root}/{DOCUMENTS}", recursive=True)
        except OSError as error:
            raise CleaningError(f"{self.output}: cannot be written: {error}") from None
        return PartWriter(self._storage, f"{self._root}/{DOCUMENTS}", format)

    def _finish(self, located: Sequence[Located], parts: Sequence[Part], writer: PartWriter, seconds: float) -> Summary:
        tallies: dict[str, Tally] = {}
        for part in parts:
            for name, tally in part.tallies.items():
                tallies.setdefault(name, Tally()).merge(tally)
        records = []
        for one in located:
            tally = tallies.get(one.source.name, Tally())
            if not one.source.skipped:
                tally.check(one.source.name)
            records.append(self._record(one, tally, seconds * one.source.size / max(1, sum(x.source.size for x in located))))
        writer.commit(parts)
        total = summarise(records, self.model.manifest.version)
        total.seconds = seconds
        lines = [json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n" for record in records]
        self._put("ledger.jsonl", b"".join(lines))
        self._put("summary.html", summary_page(total).encode("utf-8", "replace"))
        self._put("summary.json", (json.dumps(total.as_json(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
        return total

    def _record(self, located: Located, tally: Tally, seconds: float) -> dict[str, Any]:
        source, account = located.source, tally.account
        reason = tally.reason or source.skipped
        if tally.reason:
            account.failures.insert(0, {"line": 0, "reason": tally.reason})
        status = SKIPPED if source.skipped else FAILED if reason or account.lines["failed"] else DONE
        if status == FAILED:
            first = account.failures[0] if account.failures else {"line": 0, "reason": ""}
            failed, read = account.documents["failed"], account.documents["read"]
            place = f"line {first['line']}: {first['reason']} ({failed} of {read} documents failed)"
            self.tell(f"{source.name}: {reason or place}")
        record: dict[str, Any] = {
            "source": source.name, "input": located.key or source.shown, "status": status, "reason": reason,
            "bytes": source.size, "format": source.format, "compression": source.compression,
            "encoding": tally.encoding, "lines_replaced": tally.replaced,
        }  # fmt: skip
        record |= account.as_json()
        return record | {"output": DOCUMENTS, "seconds": round(seconds, 3), "model": self.model.manifest.version}

    def _put(self, name: str, data: bytes) -> None:
        with self._storage.open_output_stream(f"{self._root}/{name}") as file:
            file.write(data)
