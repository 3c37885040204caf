"""Parquet: one document a row, in a column. Other columns travel untouched.

A Parquet file cannot be appended to after a crash, so rows are spooled as Arrow streams, which can, and
the file is made of them at the end, one row group after the other.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import MissingLibraryError, SourceError
from classifier.cleaning.formats.base import Format, Item, Start
from classifier.cleaning.formats.records import overlong
from classifier.cleaning.streams import ByteStream

BATCH_ROWS = 64
"""Rows read at once: rows of 16 MB, the limit of a text, still fit."""
GROUP_ROWS = 4096
"""Rows of a row group of the output: some 20 MB of reports."""


class ParquetFormat(Format):
    """`.parquet`."""

    name = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)
    packs = False
    assembled = True

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self._rows: list[Any] = []
        self._texts: list[str] = []
        self._schema: Any = None

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """A document for each row; a null is a text without lines."""
        arrow, parquet = _pyarrow()
        source = str(path) if path else io.BytesIO(stream.read_all(self.options.limits.document_bytes))
        try:
            file = parquet.ParquetFile(source)
            self._schema = file.schema_arrow
            names = self._schema.names
            for name in (self.options.text_field, self.options.id_field):
                if name is not None and name not in names:
                    raise SourceError(f"there is no column {name!r}; the file has {', '.join(names[:12])} (--text-field)")
            kind = self._schema.field(self.options.text_field).type
            value = kind.value_type if arrow.types.is_dictionary(kind) else kind
            if not (arrow.types.is_string(value) or arrow.types.is_large_string(value) or arrow.types.is_string_view(value)):
                raise SourceError(f"column {self.options.text_field!r} holds {kind}, no text (--text-field names another)")
            self.state.encoding = "utf-8"
            self.state.facts["schema"] = self._schema.serialize().to_pybytes().hex()
            number = 0
            for batch in file.iter_batches(BATCH_ROWS):
                if number + batch.num_rows <= start.number:
                    number += batch.num_rows
                    continue
                texts = batch.column(self.options.text_field).cast(arrow.large_binary()).to_pylist()
                ids = batch.column(self.options.id_field).to_pylist() if self.options.id_field else None
                for row, data in enumerate(texts):
                    number += 1
                    if number <= start.number:
                        continue
                    if data is not None and len(data) > self.options.limits.line_bytes:
                        yield Item(number, "", number, number, number + 1, failure=overlong(len(data), self.options))
                        continue
                    # Bytes that are no UTF-8 get into string columns through careless writers.
                    text = (data or b"").decode("utf-8", "replace")
                    self.state.replaced += "\ufffd" in text and b"\xef\xbf\xbd" not in data
                    one = batch.slice(row, 1)
                    name = None if ids is None or ids[row] is None else str(ids[row])
                    yield Item(number, text, number, number, number + 1, one, name)
        except SourceError:
            raise
        except (arrow.ArrowException, OSError, ValueError) as error:
            raise SourceError(f"cannot be read as Parquet: {str(error).splitlines()[0]}") from None

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """The row is held until there is a batch of them."""
        self._rows.append(item.carry)
        self._texts.append(cleaned.text)
        return self.flush() if len(self._rows) >= BATCH_ROWS else b""

    def flush(self) -> bytes:
        """The rows held, as one Arrow stream."""
        if not self._rows:
            return b""
        arrow, _ = _pyarrow()
        table = arrow.Table.from_batches(self._rows)
        at = table.schema.get_field_index(self.options.text_field)
        texts = arrow.array([text.encode("utf-8", "replace").decode() for text in self._texts], arrow.large_string())
        field = table.schema.field(at)
        table = table.set_column(at, field, texts.cast(field.type) if not arrow.types.is_dictionary(field.type) else
                                 texts.cast(field.type.value_type).dictionary_encode().cast(field.type))  # fmt: skip
        buffer = io.BytesIO()
        with arrow.ipc.new_stream(buffer, table.schema) as writer:
            writer.write_table(table)
        self._rows, self._texts = [], []
        return buffer.getvalue()

    def pack(self, carry: Any) -> Any:
        """The row as an Arrow stream."""
        arrow, _ = _pyarrow()
        buffer = io.BytesIO()
        with arrow.ipc.new_stream(buffer, carry.schema) as writer:
            writer.write_batch(carry)
        return buffer.getvalue()

    def unpack(self, packed: Any) -> Any:
        """The row."""
        arrow, _ = _pyarrow()
        with arrow.ipc.open_stream(packed) as reader:
            return reader.read_next_batch()

    def assemble(self, part: Path, output: Path) -> None:
        """The Parquet file of all spooled rows."""
        arrow, parquet = _pyarrow()
        schema = self._schema or arrow.ipc.read_schema(arrow.py_buffer(bytes.fromhex(self.state.facts["schema"])))
        held: list[Any] = []
        rows = 0
        with parquet.ParquetWriter(str(output), schema, compression="zstd") as writer, part.open("rb") as file:
            size = part.stat().st_size
            while file.tell() < size:
                with arrow.ipc.open_stream(arrow.PythonFile(file, "r")) as reader:
                    table = reader.read_all()
                held.append(table)
                rows += table.num_rows
                if rows >= GROUP_ROWS:
                    writer.write_table(arrow.concat_tables(held), row_group_size=rows)
                    held, rows = [], 0
            if held:
                writer.write_table(arrow.concat_tables(held), row_group_size=rows)


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.ipc
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingLibraryError("a .parquet file", "pyarrow", "parquet") from None
    return pyarrow, pyarrow.parquet
