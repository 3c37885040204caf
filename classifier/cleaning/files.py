"""Files that are never half written: temporary name in the same folder, flush, fsync, rename; and part files to go on with."""

import gzip
import os
from pathlib import Path
from typing import Any, BinaryIO

from classifier.cleaning.errors import MissingLibraryError

PART = ".baogao-part"
"""Behind a hidden name, marks a file that is not done."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that it is the old one or the new one at any instant."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = part_path(path)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def part_path(path: Path) -> Path:
    """The temporary name of a file. Long names are cut, for a file system takes 255 bytes."""
    name = path.name if len(path.name.encode("utf-8", "surrogateescape")) < 200 else f"{path.name[:40]}~{path.suffix[-20:]}"
    return path.with_name(f".{name}{PART}")


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system lets a folder be synced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


class PartFile:
    """An output under way. Its length at a checkpoint is where a later run cuts it off and goes on.

    Packed output closes its gzip member or zstd frame at every checkpoint; checkpoints stand at places
    that the input decides, so that an interrupted run writes the same bytes as one that was not.
    """

    def __init__(self, path: Path, compression: str = "", length: int = 0) -> None:
        self.path = path
        self.part = part_path(path)
        self._compression = compression
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = self.part.open("r+b" if length else "wb")
        self._file.truncate(length)
        self._file.seek(length)
        self._packer: Any = None
        self.written = length > 0

    def write(self, data: bytes) -> None:
        """Append."""
        if not data:
            return
        self.written = True
        if self._compression and self._packer is None:
            self._packer = _packer(self._file, self._compression)
        (self._packer or self._file).write(data)

    def checkpoint(self) -> int:
        """Everything is on the disk; the length of the part file."""
        self.end_member()
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def end_member(self) -> None:
        """What follows begins a gzip member or zstd frame of its own."""
        if self._packer is not None:
            self._packer.close()
            self._packer = None

    def finish(self) -> int:
        """The file stands under its name; its length in bytes."""
        if self._compression and not self.written:
            self._packer = _packer(self._file, self._compression)
        length = self.checkpoint()
        self._file.close()
        self.part.replace(self.path)
        sync_folder(self.path.parent)
        return length

    def close(self) -> None:
        """Leave the part file for a later run."""
        self._file.close()

    def discard(self) -> None:
        """Nothing is left, of an earlier run's output neither."""
        self._file.close()
        self.part.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


def _packer(file: BinaryIO, compression: str) -> Any:
    if compression == "gz":
        # No name and no time: the same content gives the same bytes.
        return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
    try:
        import zstandard
    except ModuleNotFoundError:
        raise MissingLibraryError("a .zst file", "zstandard", "zstd") from None
    return zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False)
