"""A run over many sources: what is done is not done again, what was interrupted goes on, and every line is accounted for."""

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from classifier import __version__
from classifier.cleaning.account import Account
from classifier.cleaning.dedupe import Seen
from classifier.cleaning.documents import judge
from classifier.cleaning.errors import CleaningError
from classifier.cleaning.formats.base import Start
from classifier.cleaning.ledger import DONE, FAILED, SKIPPED, Ledger, file_hash, fingerprint
from classifier.cleaning.lock import locked
from classifier.cleaning.options import CleaningOptions, FileOptions
from classifier.cleaning.output import Checkpoint, SourceOutput, source_record
from classifier.cleaning.reading import Begun, Ended, Event, Read, batches, events
from classifier.cleaning.resume import Resume, has_size
from classifier.cleaning.scoring import Answer, in_order
from classifier.cleaning.sources import STATE_FOLDER, Source
from classifier.cleaning.summary import Summary, write_summary
from classifier.manifest import COMPACT_FILE
from classifier.model import Model

RULES = 1
"""Raised when the same input and options give another output than before, so that old outputs are made again."""


_NAMES_FAULT = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EILSEQ, errno.EINVAL)
"""What the system says when a name cannot be had: the source's fault, where a full disk is the run's."""
_BY_BYTES = ("text", "jsonl", "csv", "tsv")
"""Formats whose items tell the byte that they end at."""


@dataclass
class Progress:
    """How far a run is: sources, documents, lines and bytes of sources, the latter out of `total_bytes`."""

    total_sources: int
    total_bytes: int
    sources: int = 0
    bytes: int = 0
    documents: int = 0
    lines: int = 0
    removed: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass
class Run:
    """One run of `baogao clean`; `execute` does it.

    `report` is called with the progress after every batch, `tell` with one sentence for each source that
    failed. Raises CleaningError where the output cannot be written; what is done by then stays done.
    """

    sources: Sequence[Source]
    output: Path
    model: Model
    judged: CleaningOptions = field(default_factory=CleaningOptions)
    options: FileOptions = field(default_factory=FileOptions)
    removed: Path | None = None
    jobs: int = 1
    report: Callable[[Progress], None] = lambda progress: None
    tell: Callable[[str], None] = lambda message: None

    def execute(self) -> Summary:
        """Clean all sources; the summary of the run."""
        self._state = self.output / STATE_FOLDER
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            with ExitStack() as stack:
                stack.enter_context(locked(self._state / "lock"))
                return self._execute(stack)
        except OSError as error:
            where = error.filename or self.output
            raise CleaningError(
                f"{where}: cannot be written: {error.strerror or error}; mend that and give the same "
                "command again: it goes on from here"
            ) from error

    def _execute(self, stack: ExitStack) -> Summary:
        began = time.monotonic()
        self._ledger = Ledger(self.output / "ledger.jsonl")
        stack.callback(self._ledger.close)
        self._progress = Progress(len(self.sources), sum(one.size for one in self.sources))
        self._hashes: dict[Path, str] = {}
        self._prints: dict[int, tuple[str, str]] = {}
        self._chain = ""
        self._current: SourceOutput | None = None
        self._resume = Resume(self.output, self.removed)
        self._resumed = self._resume.begin({one.name for one in self.sources})
        self._failed_before = self._resume.unfinished(self._ledger.size)
        self._seen = Seen(self._state / "seen.sqlite") if self.judged.dedupe else None
        if self._seen:
            stack.callback(self._seen.close)
        # Someone deleted the store: what was cleaned before must be seen again, or its duplicates would stay.
        self._unseen = bool(self._seen and self._seen.was_empty)
        if self._unseen:
            self._resumed = None
        self._fresh = False
        self._starts: dict[int, Checkpoint] = {}
        self._refused = ""
        self._finished_bytes = 0
        try:
            for happened, answers in in_order(batches(events(self._open(), self.options)), self.model, self.jobs):
                self._take(happened, answers)
                self._progress.seconds = time.monotonic() - began
                self.report(self._progress)
        finally:
            if self._current:
                self._current.close()
        self._resume.remove_parts()
        self._ledger.finish([one.name for one in self.sources])
        self._resume.end()
        return write_summary(self.output, self.model.manifest.version)

    def _open(self) -> Iterator[tuple[int, Source, Start]]:
        """The sources that are to be read, and from where."""
        for index, source in enumerate(self.sources):
            if source.skipped:
                self._ledger.append(source_record(source, self.model, SKIPPED, Account(), reason=source.skipped), sync=False)
                self._advance(source)
                continue
            digest, print_ = self._fingerprint(source)
            self._prints[index] = (digest, print_)
            # What a source repeats of those before it depends on them: with dedupe, one made again takes all behind it along.
            if self._is_done(source, print_) and not (self._seen and (self._fresh or self._unseen)):
                self._tell_again(source)
                self._advance(source)
                continue
            if self._seen and not self._fresh:
                self._ledger.void([one.name for one in self.sources[index:]])
                self._seen.forget_from(index + self._goes_on(print_))
            self._fresh = True
            resumed, self._resumed = self._resumed, None if self._goes_on(print_) else self._resumed
            if resumed and resumed.fingerprint == print_:
                self._starts[index] = resumed
            yield index, source, self._starts[index].start if index in self._starts else Start()

    def _goes_on(self, print_: str) -> bool:
        return self._resumed is not None and self._resumed.fingerprint == print_

    def _fingerprint(self, source: Source) -> tuple[str, str]:
        """(SHA-256 of the file, hash of everything that decides the output)."""
        if source.failed and not source.size:
            return "", ""
        if source.path not in self._hashes:
            self._hashes.clear()
            try:
                self._hashes[source.path] = file_hash(source.path)
            except OSError:
                self._hashes[source.path] = ""
        digest = self._hashes[source.path]
        parts: list[Any] = [RULES, __version__, source.name, digest, source.member, source.format, source.compression]
        parts += [asdict(self.judged) | {"keep": sorted(self.judged.keep)}, asdict(self.options)]
        parts += [str(self.removed) if self.removed else None, self.model.manifest.files.get(COMPACT_FILE)]
        if self.judged.dedupe:
            # What was seen before decides as well: a change in one source is a change in all behind it.
            parts.append(self._chain)
            self._chain = fingerprint(self._chain, digest, source.member)
        return digest, fingerprint(*parts)

    def _is_done(self, source: Source, print_: str) -> bool:
        entry = self._ledger.entries.get(source.name)
        if entry is None or entry.fingerprint != print_:
            return False
        # A finished run's failures are tried again (a library may be there now); an interrupted one's were just tried.
        if entry.status != DONE and not (entry.status == FAILED and entry.offset >= self._failed_before):
            return False
        return has_size(self.output / entry.output if entry.output else None, entry.output_bytes) and (
            entry.removed is None or has_size(Path(entry.removed[0]), entry.removed[1])
        )

    def _take(self, happened: list[Event], answers: list[Answer]) -> None:
        waiting = iter(answers)
        for event in happened:
            if isinstance(event, Begun):
                self._begin(event)
            elif isinstance(event, Read):
                self._add(event, waiting)
            else:
                self._end(event)

    def _begin(self, event: Begun) -> None:
        source = self.sources[event.index]
        resumed = self._starts.pop(event.index, None) or Checkpoint(source.name, self._prints[event.index][1])
        event.format.state.facts |= resumed.facts
        self._index = event.index
        self._done_bytes = self._finished_bytes
        try:
            self._current = SourceOutput(
                source, event.format, self.output, self.removed, self.options, self.judged,
                self.model.manifest.version, resumed,
            )  # fmt: skip
        except OSError as error:
            if error.errno not in _NAMES_FAULT:
                raise
            self._refused = f"no file can have its name in {self.output}: {error.strerror}"

    def _add(self, event: Read, waiting: Iterator[Answer]) -> None:
        item, document = event.item, event.document
        scores: Answer = [] if document is None else event.scores if event.scores is not None else next(waiting)
        if self._current is None:
            return
        cleaned = None
        if isinstance(scores, str):
            item, document = replace(item, failure=scores, failed_lines=len(document.segments) if document else 1), None
            scores = []
        if document is not None:
            judged = self.judged if not self.options.annotate else replace(self.judged, dedupe=False)
            cleaned = judge(document, scores, judged, self._seen, (self._index, item.number))
            if not document.segments and not cleaned.dropped:
                cleaned = replace(cleaned, text="")
        before = self._current.account.lines["removed"]
        due = self._current.add(item, document, scores, cleaned, event.counts)
        self._progress.documents += 1
        self._progress.lines += len(cleaned.lines) if cleaned else item.failed_lines
        self._progress.removed += self._current.account.lines["removed"] - before
        self._progress.failed += item.failed_lines if cleaned is None else 0
        source = self._current.source
        if not source.compression and source.member is None and source.format in _BY_BYTES:
            self._progress.bytes = self._done_bytes + min(item.end, source.size)
        if due:
            self._checkpoint(self._current)

    def _checkpoint(self, current: SourceOutput) -> None:
        checkpoint = current.checkpoint()
        if self._seen:
            self._seen.commit()
        self._resume.write(checkpoint)

    def _end(self, event: Ended) -> None:
        source = self.sources[event.index]
        digest, print_ = self._prints[event.index]
        current, self._current = self._current, None
        account = current.account if current else Account()
        output: str | None = None
        length, removed = 0, None
        reason = self._refused or event.reason
        self._refused = ""
        if current and not reason:
            try:
                output, length, removed = current.finish()
            except CleaningError as error:
                reason = str(error)
        if reason:
            if current:
                current.fail(reason)
            else:
                account.fail_all(reason)
                before = self._ledger.entries.get(source.name)
                if before and before.output:
                    (self.output / before.output).unlink(missing_ok=True)
        if self._seen:
            self._seen.commit()
        status = FAILED if reason or account.lines["failed"] else DONE
        record = source_record(
            source, self.model, status, account, digest=digest, print_=print_, reason=reason, current=current
        )
        record |= {"output": output, "output_bytes": length, "removed_file": list(removed) if removed else None}
        self._ledger.append(record)
        self._tell_again(source)
        self._advance(source)

    def _tell_again(self, source: Source) -> None:
        """Say why the source failed, where it did."""
        if self._ledger.entries[source.name].status != FAILED:
            return
        record = self._ledger.record(source.name)
        first = record["failures"][0]
        documents = record["documents"]
        place = f"line {first['line']}: {first['reason']}"
        more = "" if record["reason"] else f" ({documents['failed']} of {documents['read']} documents failed)"
        self.tell(f"{source.shown}: {record['reason'] or place}{more}")

    def _advance(self, source: Source) -> None:
        self._progress.sources += 1
        self._finished_bytes += source.size
        self._progress.bytes = self._finished_bytes
