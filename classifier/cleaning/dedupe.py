"""What the run has seen before, on disk: exact after normalisation, in bounded memory.

A table of 16-byte hashes in SQLite, each with the place where its text first stood. Memory is SQLite's
page cache whatever the size of the run; the disk takes some 60 bytes a paragraph. A text is a
duplicate if it stood at an earlier place, so that asking twice, as a resumed run does, answers alike.
"""

import errno
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from classifier.normalize import normalize

CACHE_KIBIBYTES = 65536
"""Page cache: hashes fall on random pages, and 64 MB hold those of a million paragraphs."""
SHORTEST_PARAGRAPH = 20
"""Characters after normalisation below which a paragraph is no duplicate: 谢谢大家 stands in many reports."""

_SHIFT = 1 << 31
Place = tuple[int, ...]


class Seen:
    """Texts seen so far; in memory-bounded temporary storage where no `path` is given.

    All methods raise OSError, with the path as its file name, where the store cannot be written or is damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        with self._told():
            self._database = sqlite3.connect("" if path is None else path, isolation_level=None)
        self._run(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        if path is not None:
            self._run("PRAGMA journal_mode = WAL")
            self._run("PRAGMA synchronous = FULL")
        self._run("CREATE TABLE IF NOT EXISTS seen (hash BLOB PRIMARY KEY, source INTEGER, place INTEGER) WITHOUT ROWID")
        self.was_empty: bool = self._run("SELECT 1 FROM seen LIMIT 1").fetchone() is None
        """Whether nothing had been seen when the store was opened."""
        self._run("BEGIN")
        self._documents = 0

    def is_new_document(self, text: str, place: Place) -> bool:
        """Whether no document before `place` (source, document) has this text."""
        return self._first(b"d" + _digest(text), (*place, 0))

    def is_new_paragraph(self, text: str, place: Place) -> bool:
        """Whether no paragraph before `place` (source, document, paragraph) has this text; short ones are always new."""
        normal = normalize(text)
        if len(normal) < SHORTEST_PARAGRAPH:
            return True
        return self._first(b"p" + _digest(normal, normal=True), place)

    def next_place(self) -> tuple[int, int]:
        """A place behind all those given out before, for callers without places of their own."""
        self._documents += 1
        return (0, self._documents)

    def forget_from(self, source: int) -> None:
        """Forget what first stood in this source or a later one: it will be read again."""
        self._run("DELETE FROM seen WHERE source >= ?", (source,))

    def commit(self) -> None:
        """What was seen until now survives the end of the process."""
        self._run("COMMIT")
        self._run("BEGIN")

    def close(self) -> None:
        """Commit and close."""
        try:
            # Where the disk was full, SQLite has ended the transaction itself.
            if self._database.in_transaction:
                self._run("COMMIT")
        finally:
            self._database.close()

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        with self._told():
            return self._database.execute(statement, values)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            number = errno.ENOSPC if error.sqlite_errorcode == sqlite3.SQLITE_FULL else errno.EIO
            raise OSError(number, str(error), self._path and str(self._path)) from error
        except sqlite3.DatabaseError as error:
            told = f"it is damaged ({error}); delete it, and what was cleaned is cleaned again"
            raise OSError(errno.EIO, told, self._path and str(self._path)) from error

    def _first(self, key: bytes, place: Place) -> bool:
        source, document, paragraph = place
        where = document * _SHIFT + paragraph
        known = self._run("SELECT source, place FROM seen WHERE hash = ?", (key,)).fetchone()
        if known is None:
            self._run("INSERT INTO seen VALUES (?, ?, ?)", (key, source, where))
            return True
        return (int(known[0]), int(known[1])) >= (source, where)


def _digest(text: str, normal: bool = False) -> bytes:
    data = (text if normal else normalize(text)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).digest()
