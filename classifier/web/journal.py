"""The file of corrections: appended to under a lock, and read for what was corrected before."""

import io
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import portalocker

from classifier.corpus import CorpusError
from classifier.corpus.corrections import Correction, LineKey, line_keys, parse_correction
from classifier.labels import Label


class Journal:
    """One file of corrections. Other processes may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._read = 0
        self._file: tuple[int, int] | None = None
        self._labels: dict[str, dict[LineKey, Label]] = {}

    def append(self, correction: Correction) -> None:
        """Add a correction and see it safe on the disk; OSError when that fails, and the file is as it was."""
        data = (correction.to_json() + "\n").encode()
        with self._lock, self._open() as file:
            portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE)
            try:
                size = os.fstat(file.fileno()).st_size
                if size and _last_byte(file, size) != b"\n":
                    data = b"\n" + data  # someone's last line was cut short: it must not take ours with it
                _write_all(file.fileno(), data, size)
            finally:
                portalocker.unlock(file)

    def labels(self, doc: str, texts: Sequence[str]) -> dict[int, Label]:
        """Labels that people gave to lines of the document `doc`, by index into its lines."""
        with self._lock:
            self._catch_up()
            known = self._labels.get(doc)
        if not known:
            return {}
        return {index: known[key] for index, key in enumerate(line_keys(texts)) if key in known}

    def _open(self) -> io.FileIO:
        # Reports are confidential: the file is its owner's alone.
        return io.FileIO(os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+")

    def _catch_up(self) -> None:
        """Read what was appended since the last time; from the start when the file is another one."""
        try:
            file = self.path.open("rb")
        except OSError:
            self._read, self._file, self._labels = 0, None, {}
            return
        with file:
            status = os.fstat(file.fileno())
            if (status.st_dev, status.st_ino) != self._file or status.st_size < self._read:
                self._read, self._file, self._labels = 0, (status.st_dev, status.st_ino), {}
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # still being written
                self._read += len(line)
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            one = parse_correction(json.loads(line), "")
        except (CorpusError, ValueError, RecursionError):
            return  # a broken line is told of by `baogao train --with`; the page goes on without it
        self._labels.setdefault(one.document.doc, {})[one.key] = one.new


def _last_byte(file: io.FileIO, size: int) -> bytes:
    file.seek(size - 1)
    return file.read(1) or b""


def _write_all(handle: int, data: bytes, size: int) -> None:
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
