"""Cleaned rows to files of a folder. What an attempt wrote counts only once the engine says that its task is done.

Every attempt writes under a name of its own and answers with the files and their account; the run takes the answers of
the tasks that were done, and removes every other file. So a task that was killed and done again is there once.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classifier.cleaning.arrow import PREFIX
from classifier.cleaning.engine.accounts import COLUMNS, Tally
from classifier.cleaning.formats.jsonl import members

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("parquet", "jsonl")
"""What outputs can be written in."""


@dataclass
class Part:
    """What one task wrote: names of its files, and the tallies of the sources that it had a part of."""

    files: list[str] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class PartWriter:
    """Writes tables of cleaned rows to `folder` of `filesystem`, in one of `FORMATS`; can be sent to other processes."""

    filesystem: Any
    folder: str
    format: str

    def write(self, tables: "Iterable[pyarrow.Table]", task: int) -> Part:
        """Write one task's rows; the number of the task goes into the names. Tables of several schemas make several files."""
        part = Part()
        sink: Any = None
        schema: Any = None
        with ExitStack() as stack:
            for table in tables:
                rows = self._counted(table, part)
                if not rows.num_rows:
                    continue
                if sink is None or not rows.schema.equals(schema):
                    stack.close()
                    schema = rows.schema
                    sink = stack.enter_context(self._opened(task, schema, part))
                sink.write_table(rows)
        return part

    def _counted(self, table: "pyarrow.Table", part: Part) -> "pyarrow.Table":
        """The rows that are documents, after counting all."""
        import pyarrow.compute as compute

        for row in table.select(COLUMNS).to_pylist():
            part.tallies.setdefault(row[f"{PREFIX}source"], Tally()).add(row)
        return table.filter(compute.greater(table.column(f"{PREFIX}document"), 0))

    def _opened(self, task: int, schema: "pyarrow.Schema", part: Part) -> Any:
        import pyarrow.parquet

        name = f"part-{task:06}-{uuid.uuid4().hex[:12]}.{self.format}"
        part.files.append(name)
        path = f"{self.folder}/{name}"
        if self.format == "parquet":
            return pyarrow.parquet.ParquetWriter(path, schema, filesystem=self.filesystem, compression="zstd")
        return _JsonLines(self.filesystem.open_output_stream(path))

    def commit(self, parts: Iterable[Part]) -> None:
        """Remove every file of the folder that none of these parts wrote."""
        from pyarrow.fs import FileSelector

        kept = {name for part in parts for name in part.files}
        for file in self.filesystem.get_file_info(FileSelector(self.folder)):
            if file.base_name not in kept:
                self.filesystem.delete_file(file.path)


class _JsonLines:
    def __init__(self, file: Any) -> None:
        self._file = file

    def __enter__(self) -> "_JsonLines":
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def write_table(self, table: "pyarrow.Table") -> None:
        """A record a row; fields that the source's record had stand where they stood, ours behind them."""
        self._file.write(b"".join(_lines(table)))


def _lines(table: "pyarrow.Table") -> Iterator[bytes]:
    for row in table.to_pylist():
        fields = row.pop(f"{PREFIX}fields", "") or "{}"
        # As they were written: a number of 5,000 digits is passed on, never reckoned with.
        raw = {name: fields[begin:end] for name, _, begin, end in members(fields)}
        raw |= {name: json.dumps(value, ensure_ascii=False, default=str) for name, value in row.items()}
        yield f"{{{', '.join(f'{json.dumps(name, ensure_ascii=False)}: {value}' for name, value in raw.items())}}}\n".encode()
