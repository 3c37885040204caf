"""Lines of bytes out of a stream, whatever their encoding's width, and each decoded for itself."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from classifier.cleaning.errors import SourceError
from classifier.cleaning.streams import BLOCK, ByteStream
from classifier.encoding import BOMS, codec_name, most_plausible, plausibility, utf16_without_bom, what_binary

SAMPLE = 1 << 20
"""Bytes from which a file's encoding is told: some thousand lines, of which the majority decides."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """`data` with its line end, from byte `end - size` to byte `end` of the stream; `data` is empty where it was too long."""

    data: bytes
    end: int
    size: int

    @property
    def overlong(self) -> bool:
        """Whether the line went over the limit and was passed over."""
        return len(self.data) != self.size


def byte_lines(stream: ByteStream, limit: int, *, unit: int = 1, big: bool = False, carriage: bool = True) -> Iterator[RawLine]:
    """Lines from where the stream stands to its end.

    `unit` is the width of a code unit in bytes (`big` where its high byte is first); lines end at LF,
    CRLF and, with `carriage`, at a lone CR. No more than `limit` bytes and a block are held at once.
    """
    held = bytearray()
    passed = 0  # bytes of an overlong line that were let go
    end = stream.position
    while True:
        block = stream.read(BLOCK)
        if not block and not held and not passed:
            return
        held += block
        cuts = _line_ends(held, unit, big, carriage, last=not block)
        start = 0
        for cut in cuts:
            size = passed + cut - start
            end += size
            too_long = size > limit
            yield RawLine(b"" if too_long else bytes(held[start:cut]), end, size)
            passed, start = 0, cut
        del held[:start]
        if not block:
            if held or passed:
                size = passed + len(held)
                yield RawLine(bytes(held) if not passed and size <= limit else b"", end + size, size)
            return
        # Two units stay: a CR at the end may yet get its LF, and a unit may be cut in two.
        if len(held) + passed > limit and len(held) > 2 * unit:
            keep = 2 * unit + len(held) % unit
            passed += len(held) - keep
            del held[:-keep]


def _line_ends(data: bytearray, unit: int, big: bool, carriage: bool, *, last: bool) -> list[int]:
    """Offsets behind the line ends in `data`; a CR at its very end counts only where it is the `last`."""
    if unit == 1:
        units = np.frombuffer(data, dtype=np.uint8)
    else:
        units = np.frombuffer(data, dtype=f"{'>' if big else '<'}u{unit}", count=len(data) // unit)
    ends = units == 0x0A
    if carriage:
        returns = np.flatnonzero(units == 0x0D)
        if returns.size:
            if returns[-1] == units.size - 1 and not last:
                returns = returns[:-1]
            followed = np.zeros(returns.size, dtype=bool)
            inner = returns < units.size - 1
            followed[inner] = ends[returns[inner] + 1]
            ends[returns[~followed]] = True
    found: list[int] = ((np.flatnonzero(ends) + 1) * unit).tolist()
    # A view of a bytearray forbids changing its size; let go of it first.
    del units
    return found


class LineDecoder:
    """Decodes lines of one file. The encoding is decided once, from a sample; a line that does not fit is tried alone.

    `encoding` is Python's name of the codec, `guessed` tells whether the bytes alone decided, `bom` is the
    mark's length in bytes. `used` counts lines that another encoding had to read, by its name; `replaced`
    counts lines in which U+FFFD stands for lost bytes. SourceError for binary data and unknown encodings.
    """

    def __init__(self, sample: bytes, encoding: str | None = None, declared: str | None = None, *, whole: bool = False) -> None:
        self.used: dict[str, int] = {}
        self.replaced = 0
        self.guessed = False
        self.bom = 0
        self.encoding = self._decide(sample, encoding, declared, whole)
        self.unit = 4 if "32" in self.encoding else 2 if "16" in self.encoding else 1
        self.big = self.encoding.endswith("-be")

    def _decide(self, sample: bytes, encoding: str | None, declared: str | None, whole: bool) -> str:
        mark, marked = next(((mark, codec) for mark, codec in BOMS if sample.startswith(mark)), (b"", ""))
        if encoding is not None:
            try:
                asked = codec_name(encoding)
                "a".encode(asked)
            except (LookupError, UnicodeError):
                raise SourceError(
                    f"--encoding {encoding}: Python knows no text encoding of this name; try utf-8, gb18030, big5 or utf-16"
                ) from None
            family = {"utf-16": "utf-16-", "utf-32": "utf-32-", "utf-8-sig": "utf-8"}.get(asked, asked)
            self.bom = len(mark) if marked.startswith(family) else 0
            if asked in ("utf-16", "utf-32"):
                return marked if self.bom else asked + "-le"
            return "utf-8" if asked == "utf-8-sig" else asked
        if mark:
            self.bom = len(mark)
            return marked
        kind = what_binary(sample)
        if kind:
            raise SourceError(f"this is {kind}, not text")
        wide = utf16_without_bom(sample[:65536])
        if wide:
            self.guessed = True
            return wide
        lines = [line for line in _complete(sample, whole).splitlines() if not line.isascii()]
        strange = [line for line in lines if not _fits(line, "utf-8")]
        if len(strange) * 2 <= len(lines):
            return "utf-8"
        if declared:
            try:
                codec = codec_name(declared)
                if sum(_fits(line, codec) for line in lines) * 2 > len(lines):
                    return codec
            except LookupError:
                pass
        self.guessed = True
        scores = {codec: plausibility(b"\n".join(strange).decode(codec, "replace")) for codec in ("gb18030", "big5")}
        return "big5" if scores["big5"] > scores["gb18030"] + 0.02 else "gb18030"

    def decode(self, line: bytes) -> str:
        """The text of one line, its line end included."""
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError:
            pass
        if self.unit == 1:
            other = "utf-8" if self.encoding != "utf-8" and _fits(line, "utf-8") else most_plausible(line)
            if other and not other.startswith("utf-16"):
                self.used[other] = self.used.get(other, 0) + 1
                return line.decode(other)
        self.replaced += 1
        return line.decode(self.encoding, "replace")

    def __call__(self, line: bytes) -> str:
        """`decode`."""
        return self.decode(line)


def _complete(sample: bytes, whole: bool) -> bytes:
    """The sample without a last line that may be cut off."""
    if whole or len(sample) < SAMPLE:
        return sample
    cut = sample.rfind(b"\n") + 1
    if cut:
        return sample[:cut]
    # One line longer than the sample: its last character may be cut in two.
    return next((sample[: len(sample) - back] for back in range(4) if _fits(sample[: len(sample) - back], "utf-8")), sample)


def _fits(line: bytes, codec: str) -> bool:
    try:
        codecs.decode(line, codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
