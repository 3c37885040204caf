"""A source as Arrow tables, a row a document, with an end row that tells how many there were.

Engines' own readers end the whole job at the first damaged file, and name no line. These are the readers of a run
on one machine: what cannot be read is a row with its error, and the rest goes on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier.cleaning.arrow import PREFIX, output_schema
from classifier.cleaning.engine.places import Located, open_located, parquet_file
from classifier.cleaning.errors import CleaningError, SourceError
from classifier.cleaning.formats import format_named
from classifier.cleaning.formats.base import Format, Item, Start
from classifier.cleaning.formats.records import overlong
from classifier.cleaning.options import FileOptions

if TYPE_CHECKING:
    import pyarrow

TABLE_CHARACTERS = 400_000
"""Characters of a table: two helpings of the model, and flat memory for files of any size."""
TABLE_ROWS = 2_000
"""Rows of a table at most."""
PARQUET_ROWS = 256
"""Rows of a Parquet file read at once."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass
class _Told:
    """How many documents a source gave until now, and its encoding."""

    documents: int = 0
    encoding: str = ""


def source_tables(located: Located, options: FileOptions) -> "Iterator[pyarrow.Table]":
    """The documents of a source, and at the end one row more with document number 0.

    Columns: `baogao_source` (name), `baogao_document` (from 1), `baogao_line` (where it begins), `baogao_encoding`,
    `baogao_replaced` (lines with lost bytes), `baogao_error`, `baogao_failed`; then those of a Parquet file, or
    `baogao_id`, `baogao_fields` (the document's other fields, as JSON) and the text. The end row has the number of
    documents in `baogao_line`, and the reason in `baogao_error` where the source failed.
    """
    told = _Told()
    reason = located.source.failed
    schema = _text_schema(options)
    if not reason:
        try:
            if located.source.format == "parquet":
                for table in _parquet_tables(located, options, told):
                    schema = table.schema
                    yield table
            else:
                yield from _item_tables(located, options, told, schema)
        except CleaningError as error:
            reason = str(error)
        except (MemoryError, RecursionError) as error:
            reason = f"took more memory or depth than there is: {type(error).__name__}"
        except Exception as error:  # libraries raise a hundred kinds for damaged files
            reason = f"cannot be read: {type(error).__name__}: {str(error)[:300]}"
    yield _end(located, schema, told, reason)


def _text_schema(options: FileOptions) -> "pyarrow.Schema":
    import pyarrow as arrow

    text = arrow.large_string()
    return arrow.schema(
        [*_our_fields(), (f"{PREFIX}id", arrow.string()), (f"{PREFIX}fields", text), (options.text_field, text)]
    )


def _our_fields() -> list[tuple[str, Any]]:
    import pyarrow as arrow

    whole, text = arrow.int64(), arrow.string()
    names = {
        "source": text,
        "document": whole,
        "line": whole,
        "encoding": text,
        "replaced": whole,
        "error": text,
        "failed": whole,
    }
    return [(PREFIX + name, kind) for name, kind in names.items()]


def _item_tables(located: Located, options: FileOptions, told: _Told, schema: "pyarrow.Schema") -> "Iterator[pyarrow.Table]":
    import pyarrow as arrow

    format = format_named(located.source.format)(options)
    rows: list[dict[str, Any]] = []
    size = replaced = 0
    plain = located.filesystem is None and located.source.member is None and not located.source.compression
    failure: Exception | None = None
    try:
        with open_located(located, options.limits) as stream:
            for item in format.items(stream, Start(), located.source.path if plain else None):
                told.documents = item.number
                rows.append(_row(located, format, item, options, format.state.replaced - replaced))
                replaced = format.state.replaced
                size += len(item.text) + len(rows[-1][f"{PREFIX}fields"])
                if size >= TABLE_CHARACTERS or len(rows) >= TABLE_ROWS:
                    yield arrow.Table.from_pylist(rows, schema)
                    rows, size = [], 0
    except Exception as error:  # told in the end row, which counts what was read before it as well
        failure = error
    told.encoding = format.state.encoding
    if rows:
        yield arrow.Table.from_pylist(rows, schema)
    if failure:
        raise failure


def _row(located: Located, format: Format, item: Item, options: FileOptions, replaced: int) -> dict[str, Any]:
    failed = item.failed_lines if item.failure else 0
    values: dict[str, Any] = {
        "source": located.source.name, "document": item.number, "line": item.line, "encoding": format.state.encoding,
        "replaced": replaced, "error": item.failure, "failed": failed, "id": item.id,
        "fields": "" if item.failure else _utf8(format.fields(item)),
    }  # fmt: skip
    text = item.failed_text if item.failure else item.text
    return {PREFIX + name: value for name, value in values.items()} | {options.text_field: _utf8(text)}


def _utf8(text: str) -> str:
    """A lone surrogate, which only an escape in JSON can hold, is no UTF-8: U+FFFD stands for it, as decoders put it."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _parquet_tables(located: Located, options: FileOptions, told: _Told) -> "Iterator[pyarrow.Table]":
    import pyarrow as arrow

    try:
        yield from _file_tables(located, options, told)
    except (arrow.ArrowException, OSError) as error:
        raise SourceError(f"cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _file_tables(located: Located, options: FileOptions, told: _Told) -> "Iterator[pyarrow.Table]":
    import pyarrow as arrow

    with parquet_file(located) as file:
        for name in (options.text_field, options.id_field):
            if name is not None and name not in file.schema_arrow.names:
                names = ", ".join(file.schema_arrow.names[:12])
                raise SourceError(f"there is no column {name!r}; the file has {names} (--text-field)")
        output_schema(file.schema_arrow, text=options.text_field)
        told.encoding = "utf-8"
        for batch in file.iter_batches(PARQUET_ROWS):
            count = batch.num_rows
            batch, errors = _within_limit(batch, options)
            failed = [int(bool(error)) for error in errors]
            numbers = list(range(told.documents + 1, told.documents + count + 1))
            columns = [
                [located.source.name] * count,
                numbers,
                numbers,
                ["utf-8"] * count,
                [0] * count,
                errors,
                failed,
            ]
            ours = [arrow.array(values, kind) for values, (_, kind) in zip(columns, _our_fields(), strict=True)]
            fields = [arrow.field(name, kind) for name, kind in _our_fields()]
            # The end row has nulls, whatever the file forbids itself.
            fields += [field.with_nullable(True) for field in batch.schema]
            told.documents += count
            yield arrow.Table.from_arrays([*ours, *batch.columns], schema=arrow.schema(fields, batch.schema.metadata))


def _within_limit(batch: "pyarrow.RecordBatch", options: FileOptions) -> "tuple[pyarrow.RecordBatch, list[str]]":
    """The batch without texts over the limit, and the reason of each row (empty where it has none)."""
    import pyarrow as arrow
    import pyarrow.compute as compute

    at = batch.schema.get_field_index(options.text_field)
    column = batch.column(at)
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    sizes = [size or 0 for size in compute.binary_length(column.cast(arrow.large_string())).to_pylist()]
    errors = [overlong(size, options) if size > options.limits.line_bytes else "" for size in sizes]
    # Decoded in every batch, for the tables of a file have one schema.
    kept = compute.if_else(arrow.array([not error for error in errors], arrow.bool_()), column, None)
    fields = [arrow.field(one.name, kept.type) if index == at else one for index, one in enumerate(batch.schema)]
    columns = [kept if index == at else one for index, one in enumerate(batch.columns)]
    return arrow.RecordBatch.from_arrays(columns, schema=arrow.schema(fields, batch.schema.metadata)), errors


def _end(located: Located, schema: "pyarrow.Schema", told: _Told, reason: str) -> "pyarrow.Table":
    import pyarrow as arrow

    values = {"source": located.source.name, "document": 0, "line": told.documents, "encoding": told.encoding,
              "replaced": 0, "error": reason, "failed": 0}  # fmt: skip
    row = {PREFIX + name: value for name, value in values.items()}
    return arrow.Table.from_pylist([row], schema)
