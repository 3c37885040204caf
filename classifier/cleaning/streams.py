"""Bytes of a source, unpacked as they are asked for, and stopped where they turn out to be a bomb."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from classifier.cleaning.errors import LimitError, MissingLibraryError, SourceError
from classifier.cleaning.options import Limits

BLOCK = 1 << 18
"""Bytes read at once: large enough that Python's share of the work is small, small enough for flat memory."""
PACKED_INPUT = 2048
"""Packed bytes unpacked at once: gzip may answer a thousand bytes for each, zstd 32 thousand, and all are held."""


class BrokenStreamError(SourceError):
    """The packed data stop or go wrong in the middle; what came before them is sound."""


class ByteStream:
    """Reads unpacked bytes. `position` counts them; `packed_bytes` is what they take on disk."""

    def __init__(
        self, read: Callable[[int], bytes], packed_bytes: int, limits: Limits, seek: Callable[[int], int] | None
    ) -> None:
        self._read = read
        self._seek = seek
        self._limits = limits
        self._held = b""
        self.packed_bytes = packed_bytes
        self.position = 0

    def read(self, size: int = BLOCK) -> bytes:
        """At most `size` bytes, none only at the end. LimitError for a bomb, BrokenStreamError for damage."""
        if self._held:
            data, self._held = self._held[:size], self._held[size:]
        else:
            try:
                data = self._read(size)
            except EOFError as error:
                raise BrokenStreamError(f"the packed data are damaged after {self.position} bytes: {error}") from None
            except (zlib.error, zipfile.BadZipFile) as error:
                raise SourceError(f"the archive is damaged after {self.position} bytes: {error}") from None
            except OSError as error:
                raise SourceError(f"cannot be read after {self.position} bytes: {error.strerror or error}") from None
        self.position += len(data)
        allowed = max(self._limits.ratio_free_bytes, self._limits.ratio * self.packed_bytes)
        if self._seek is None and self.position > allowed:
            raise LimitError(
                f"unpacks to more than {self._limits.ratio} times its {self.packed_bytes} bytes (a zip bomb?); "
                "--max-ratio allows more"
            )
        return data

    def peek(self, size: int) -> bytes:
        """The next `size` bytes or what there is of them, to be read again."""
        data = b""
        try:
            while len(data) < size and (part := self.read(size - len(data))):
                data += part
        except BrokenStreamError:
            pass  # reading on comes to it again
        self.position -= len(data)
        self._held = data + self._held
        return data

    def skip_to(self, position: int) -> None:
        """Go on from `position`: by seeking where the source allows, else by reading."""
        if self._seek is not None:
            self._held = b""
            self._seek(position)
            self.position = position
            return
        while self.position < position:
            if not self.read(min(BLOCK, position - self.position)):
                raise SourceError(f"ends after {self.position} bytes, where {position} were read before")

    def read_all(self, limit: int) -> bytes:
        """Everything; LimitError where it is more than `limit` bytes."""
        parts: list[bytes] = []
        size = 0
        while part := self.read():
            size += len(part)
            if size > limit:
                raise LimitError(f"is larger than {limit} bytes, the limit of a document; --max-document-bytes allows more")
            parts.append(part)
        return b"".join(parts)


@contextmanager
def open_stream(path: Path, member: str | None, compression: str, limits: Limits) -> Iterator[ByteStream]:
    """The stream of a file, or of a member of a ZIP archive. SourceError where it cannot be opened."""
    try:
        with path.open("rb") as file:
            if member is None:
                yield unpacked_stream(file, compression, path.stat().st_size, limits, plain_seek=True)
                return
            with zipfile.ZipFile(file) as archive, archive.open(member) as inside:
                packed = archive.getinfo(member).compress_size
                yield unpacked_stream(cast(BinaryIO, inside), compression, packed, limits, plain_seek=False)
    except zipfile.BadZipFile as error:
        raise SourceError(f"is no ZIP archive that can be read: {error}") from None
    except (RuntimeError, NotImplementedError) as error:
        if "ncrypted" not in str(error) and "password" not in str(error) and "compression" not in str(error):
            raise
        raise SourceError(f"{member} cannot be unpacked: {error}") from None
    except OSError as error:
        raise SourceError(f"cannot be opened: {error.strerror or error}") from None


def unpacked_stream(file: BinaryIO, compression: str, size: int, limits: Limits, *, plain_seek: bool) -> ByteStream:
    """The stream of an open file of `size` packed bytes; `plain_seek` where it can seek and is not packed."""
    if compression == "gz":
        return ByteStream(_Unpacker(file, _gzip()).read, size, limits, None)
    if compression == "zst":
        return ByteStream(_Unpacker(file, _zstd()).read, size, limits, None)
    return ByteStream(file.read, size, limits, file.seek if plain_seek else None)


class _Inner(Protocol):
    """What zlib and zstandard both call a decompressor of one gzip member or zstd frame."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, packed: bytes, /) -> bytes: ...


@dataclass(frozen=True)
class _Packing:
    """A way of packing: `begin` gives a decompressor for the next frame, which raises `damage` where the data are wrong."""

    begin: Callable[[], _Inner]
    damage: type[Exception]


class _Unpacker:
    """Unpacks frame after frame, and gives all that is sound before it tells of damage.

    `gzip` throws away what it has read when it meets damage, and zstandard's own reader takes a cut-off
    file for a whole one.
    """

    def __init__(self, file: BinaryIO, packing: _Packing) -> None:
        self._file = file
        self._packing = packing
        self._frame = packing.begin()
        self._begun = False
        self._first = True
        self._packed = b""
        self._ready = b""
        self._damage = ""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; EOFError once only damage is left."""
        while not self._ready and not self._damage:
            packed = self._packed or self._file.read(PACKED_INPUT)
            self._packed = b""
            if not packed:
                self._damage = "they are cut off" if self._begun or self._first else ""
                if not self._damage:
                    return b""
                break
            if not self._begun and not self._first and not packed.strip(b"\0"):
                continue  # padding behind the last member, which tapes and some tools leave
            try:
                self._ready = self._frame.decompress(packed)
                self._begun, self._first = True, False
            except self._packing.damage as error:
                self._damage = str(error)
            if self._frame.eof:
                self._packed = self._frame.unused_data
                self._frame, self._begun = self._packing.begin(), False
        if not self._ready and self._damage:
            raise EOFError(self._damage)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


def _gzip() -> _Packing:
    # 31: the largest window, with a gzip head.
    return _Packing(lambda: zlib.decompressobj(wbits=31), zlib.error)


def _zstd() -> _Packing:
    try:
        import zstandard
    except ModuleNotFoundError:
        raise MissingLibraryError("a .zst file", "zstandard", "zstd") from None
    decompressor = zstandard.ZstdDecompressor()
    return _Packing(decompressor.decompressobj, zstandard.ZstdError)
