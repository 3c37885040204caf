"""Sources to events: the documents of every source in order, and what begins, ends or fails between them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from classifier.cleaning import annotated
from classifier.cleaning.documents import BATCH_CHARACTERS, Scores
from classifier.cleaning.errors import CleaningError, SourceError
from classifier.cleaning.formats import format_named
from classifier.cleaning.formats.base import Format, Item, Start
from classifier.cleaning.options import FileOptions
from classifier.cleaning.output import Counts
from classifier.cleaning.scoring import Batch
from classifier.cleaning.segments import Segmented, segment
from classifier.cleaning.sources import Source
from classifier.cleaning.streams import open_stream

BATCH_ITEMS = 2000
"""Documents of a batch at most: a million empty ones must not wait for the characters of one full batch."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Reading of source `index` begins."""

    index: int
    format: Format


@dataclass(frozen=True, slots=True)
class Read:
    """One item of the source under way, with its pieces, or with its scores where they are known already."""

    item: Item
    document: Segmented | None
    scores: list[Scores] | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Ended:
    """The source is read to its end, or failed for `reason`."""

    index: int
    reason: str = ""


Event = Begun | Read | Ended


def events(sources: Iterator[tuple[int, Source, Start]], options: FileOptions) -> Iterator[Event]:
    """Everything that happens while the sources are read. A source's errors end the source, not the run."""
    for index, source, start in sources:
        reason = source.failed
        if not reason:
            try:
                yield from _source_events(index, source, start, options)
            except CleaningError as error:
                reason = str(error)
            except (MemoryError, RecursionError) as error:
                reason = f"took more memory or depth than there is: {type(error).__name__}"
            except Exception as error:
                # Libraries raise a hundred kinds for damaged files; none of them may end the run or pass in silence.
                reason = f"cannot be read: {type(error).__name__}: {str(error)[:300]}"
        yield Ended(index, reason)


def _source_events(index: int, source: Source, start: Start, options: FileOptions) -> Iterator[Event]:
    size, changed = source.path.stat().st_size, source.path.stat().st_mtime_ns
    if source.format == "annotated":
        header = annotated.read_header(source.path)
        format = annotated.annotated_format(header, options)
        yield Begun(index, format)
        for item, scores in annotated.read_items(source.path, format, start.number):
            yield Read(item, None if item.failure else segment(item.text), scores, format.state.counts())
        return
    format = format_named(source.format)(options)
    yield Begun(index, format)
    with ExitStack() as stack:
        stream = stack.enter_context(open_stream(source.path, source.member, source.compression, options.limits))
        plain = source.path if source.member is None and not source.compression else None
        for item in format.items(stream, start, plain):
            yield Read(item, None if item.failure else segment(item.text), None, format.state.counts())
    after = source.path.stat()
    if (after.st_size, after.st_mtime_ns) != (size, changed):
        raise SourceError("was changed by somebody while it was read; clean it again")


def batches(stream: Iterator[Event]) -> Iterator[Batch[list[Event]]]:
    """Events in batches of about BATCH_CHARACTERS to score, across sources where they are small."""
    held: list[Event] = []
    texts: list[str] = []
    size = 0
    for event in stream:
        held.append(event)
        if isinstance(event, Read) and event.document is not None and event.scores is None:
            texts.append(event.document.model_text)
            size += len(event.item.text)
        if size >= BATCH_CHARACTERS or len(held) >= BATCH_ITEMS:
            yield Batch(texts, held)
            held, texts, size = [], [], 0
    if held:
        yield Batch(texts, held)
