"""What every format of files promises: documents out of a stream of bytes, and the same format back.

An `Item` is one document, or one place that failed. `carry` is what the format needs to write it back,
of JSON values and bytes only, so that annotated files can hold it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.options import FileOptions
from classifier.cleaning.streams import ByteStream


@dataclass(frozen=True, slots=True)
class Item:
    """A document, or with `failure` a place that could not be read, which counts `failed_lines`.

    `number` counts items of the source from 1; `line` is the source's line (or record) where it begins;
    `end` the byte offset behind it and `next_line` the line after it, from which reading can go on.
    """

    number: int
    text: str
    line: int
    end: int
    next_line: int
    carry: Any = None
    id: str | None = None
    failure: str = ""
    failed_lines: int = 1
    failed_text: str = ""


@dataclass
class State:
    """What reading found out about a source: `encoding`, whether `guessed`, `replaced` lines, lines in `other` encodings.

    `facts` are the format's own (a CSV's header, say), of JSON values; `skipped` counts records that hold no document.
    """

    encoding: str = ""
    guessed: bool = False
    replaced: int = 0
    other: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    facts: dict[str, Any] = field(default_factory=dict)

    def counts(self) -> tuple[int, int, dict[str, int]]:
        """A copy of the counts as they stand: reading goes ahead of what has been written."""
        return self.replaced, self.skipped, dict(self.other)


@dataclass(frozen=True)
class Start:
    """Where reading begins: the byte offset, and the numbers of items and lines before it."""

    offset: int = 0
    number: int = 0
    line: int = 1


class Format(ABC):
    """Reads and writes one format. One object serves one source; `state` is filled before the first item."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    packs: ClassVar[bool] = True
    """Whether files of this format are also found as .gz and .zst."""

    def __init__(self, options: FileOptions) -> None:
        self.options = options
        self.state = State()

    @abstractmethod
    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """The documents from `start` on. `path` is the plain file behind the stream, where there is one."""

    @abstractmethod
    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """What stands for the item in the output; called for every item that is not dropped, in order."""

    def head(self) -> bytes:
        """What the output begins with, whatever it holds."""
        return b""

    def fields(self, item: Item) -> str:
        """The document's other fields as a JSON object; empty where its format has none. For outputs of another format."""
        return ""

    def flush(self) -> bytes:
        """What was held back, at a checkpoint or the end."""
        return b""

    def pack(self, carry: Any) -> Any:
        """`carry` as JSON values and bytes, for annotated files."""
        return carry

    def unpack(self, packed: Any) -> Any:
        """What `pack` was given."""
        return packed

    def assemble(self, part: Path, output: Path) -> None:
        """Make the final file of the part file, where it is not the part file itself."""
        raise NotImplementedError

    member_each: ClassVar[bool] = False
    """Whether every document is packed as a gzip member of its own."""
    assembled: ClassVar[bool] = False
    """Whether the part file must go through `assemble`."""

    @property
    def output_codec(self) -> str:
        """Codec of the output."""
        return self.state.encoding if self.options.output_encoding == "source" and self.state.encoding else "utf-8"


def encoded(text: str, codec: str) -> bytes:
    """`text` in `codec`; characters that it cannot hold become U+FFFD or a question mark, as Python has it."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        if codec.startswith("utf-"):
            return text.encode(codec, "surrogatepass" if codec != "utf-8" else "replace")
        return text.encode(codec, "replace")
