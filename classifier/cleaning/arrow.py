"""Documents in Arrow batches, cleaned: the function that every engine runs.

A batch of documents in (a text column and any others), the same rows out: the text cleaned, and columns
with the answers beside it. It knows nothing of files or engines, keeps one model a process, and never
fails for a document: what is wrong with one stands in its row.

from classifier.cleaning.arrow import clean_batches
for batch in clean_batches(table.to_batches()):
    ...
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from classifier import __version__
from classifier.cleaning.documents import BATCH_CHARACTERS, CleanedDocument, judge
from classifier.cleaning.errors import MissingLibraryError, UsageError
from classifier.cleaning.options import CleaningOptions, Limits
from classifier.cleaning.reading import BATCH_ITEMS
from classifier.cleaning.scoring import scored
from classifier.cleaning.segments import Segmented, segment
from classifier.labels import LABELS, Label
from classifier.manifest import COMPACT_FILE
from classifier.model import Model, load_model

if TYPE_CHECKING:
    import pyarrow

PREFIX = "baogao_"
"""Before the names of our columns: crawls have columns called `lines`, `source` or `error` of their own."""
MAX_BYTES = Limits().line_bytes
"""UTF-8 bytes of a text that is read at all: a runaway one would take its worker, and every worker that tries it again."""
METADATA = b"baogao"
"""Key of the output schema's metadata; the value is JSON with `model`, `model_sha256` and `version`."""
BLANK_LABEL = "blank"
"""Label of a line with nothing to read, as in the ledger."""

_UNRELATED = LABELS.index(Label.UNRELATED)


def clean_batches(
    batches: "Iterable[pyarrow.RecordBatch]",
    options: CleaningOptions | None = None,
    *,
    model: Model | str | None = None,
    text: str = "text",
    prefix: str = PREFIX,
    max_bytes: int = MAX_BYTES,
) -> "Iterator[pyarrow.RecordBatch]":
    """Clean the documents of Arrow batches, lazily: a row out for every row in, in order.

    All columns go through untouched but `text`, which holds what stays of the document: null where it
    was dropped or failed. A null text is a document without lines. Columns that are added:

    - `baogao_lines`: list of structs (`line` from 1, `text`, `label`, `score`, `unrelated` the probability of
      being unrelated, `removed` the reason or empty), one for every piece of the source, blank ones too;
    - `baogao_read` = `baogao_kept` + `baogao_removed` + `baogao_failed`: counts of these lines;
    - `baogao_dropped`: why nothing of the document stays, else empty;
    - `baogao_error`: what went wrong with it, else empty.

    A reader sends on what it could not read with a `baogao_error` of its own in the input, and in
    `baogao_failed` the number of lines that this costs (1 where there is no such column).

    A text of more than `max_bytes` in UTF-8 fails.

    `model` is a loaded model or the path of its folder (None: the shipped one); one named by path is loaded
    once a process. Its hash is in the output schema's metadata. Batches of more than 200,000 characters
    come out as several. Raises UsageError for a column that is missing, holds no text or is there already,
    and for `options.dedupe`, which needs to see all documents in one process.
    """
    options = options or CleaningOptions()
    if options.dedupe:
        raise UsageError(
            "duplicates are told within one process, which an engine's batches are not; leave dedupe off, and let the "
            "engine drop equal texts (Spark's dropDuplicates, for one) before or after"
        )
    loaded = model_of(model) if model is None or isinstance(model, str) else model
    for batch in batches:
        schema = output_schema(batch.schema, loaded, text=text, prefix=prefix)
        for part in _parts(batch, text):
            yield _cleaned(part, schema, loaded, options, (text, prefix, max_bytes))


@lru_cache(maxsize=4)
def model_of(folder: str | None) -> Model:
    """The model of a folder (None: the shipped one), loaded once a process."""
    return load_model(folder)


def output_schema(
    schema: "pyarrow.Schema", model: Model | None = None, *, text: str = "text", prefix: str = PREFIX
) -> "pyarrow.Schema":
    """The schema that `clean_batches` gives for an input of `schema`; with the model's hash where a model is given.

    UsageError where the text column is missing or holds no text, or a column is there already.
    """
    arrow = _pyarrow()
    if text not in schema.names:
        raise UsageError(f"there is no column {text!r}; the batch has {', '.join(schema.names[:12])} (text=… names another)")
    if schema.names.count(text) > 1:
        raise UsageError(f"there are {schema.names.count(text)} columns called {text!r}; rename all but one")
    kind = _text_type(schema.field(text).type)
    if kind is None:
        raise UsageError(f"column {text!r} holds {schema.field(text).type}, no text (text=… names another column)")
    ours = _our_fields(prefix)
    readers = (f"{prefix}error", f"{prefix}failed")
    taken = [field.name for field in ours if field.name in schema.names and field.name not in readers]
    if f"{prefix}error" not in schema.names and f"{prefix}failed" in schema.names:
        taken = [f"{prefix}failed"]
    if taken:
        raise UsageError(
            f"the batch has a column {taken[0]!r} already, which cleaning adds; was it cleaned before? Drop the column, "
            "or give another prefix=…"
        )
    fields = [arrow.field(text, kind) if field.name == text else field for field in schema if field.name not in readers]
    metadata = dict(schema.metadata or {})
    if model is not None:
        metadata[METADATA] = json.dumps(model_facts(model)).encode()
    return arrow.schema([*fields, *ours], metadata)


def model_facts(model: Model) -> dict[str, str]:
    """What tells which model answered: its version, the SHA-256 of its file, and our version."""
    manifest = model.manifest
    return {"model": manifest.version, "model_sha256": manifest.files.get(COMPACT_FILE, ""), "version": __version__}


def _our_fields(prefix: str) -> "list[pyarrow.Field]":
    arrow = _pyarrow()
    line = arrow.struct(
        [
            ("line", arrow.int32()),
            ("text", arrow.string()),
            ("label", arrow.string()),
            ("score", arrow.float64()),
            ("unrelated", arrow.float64()),
            ("removed", arrow.string()),
        ]
    )
    counts = [arrow.field(prefix + name, arrow.int64()) for name in ("read", "kept", "removed", "failed")]
    reasons = [arrow.field(prefix + name, arrow.string()) for name in ("dropped", "error")]
    return [arrow.field(f"{prefix}lines", arrow.list_(line)), *counts, *reasons]


def _text_type(kind: Any) -> Any:
    """The type of the cleaned text for a column of this type; None where it holds no text."""
    arrow = _pyarrow()
    types = arrow.types
    value = kind.value_type if types.is_dictionary(kind) else kind
    if types.is_null(value):
        return arrow.string()
    view = getattr(types, "is_string_view", None)  # pyarrow 16 is the first that has it
    return value if types.is_string(value) or types.is_large_string(value) or (view and view(value)) else None


def _parts(batch: "pyarrow.RecordBatch", text: str) -> "Iterator[pyarrow.RecordBatch]":
    """The batch in slices that the model takes at once; an empty batch as it is, for its schema."""
    sizes = _encoded_column(batch, text, lengths=True)
    start, size = 0, 0
    for row, length in enumerate(sizes):
        size += length
        # Three bytes a Chinese character in UTF-8.
        if size >= 3 * BATCH_CHARACTERS or row + 1 - start >= BATCH_ITEMS:
            yield batch.slice(start, row + 1 - start)
            start, size = row + 1, 0
    if start < batch.num_rows or not batch.num_rows:
        yield batch.slice(start)


def _encoded_column(batch: "pyarrow.RecordBatch", name: str, *, lengths: bool = False) -> list[Any]:
    """The column's texts as bytes (None for nulls), or only how many bytes each has."""
    arrow = _pyarrow()
    column = batch.column(batch.schema.get_field_index(name))
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    column = column.cast(arrow.large_string()).cast(arrow.large_binary())
    if not lengths:
        return list(column.to_pylist())
    import pyarrow.compute

    return [length or 0 for length in pyarrow.compute.binary_length(column).to_pylist()]


def _cleaned(
    batch: "pyarrow.RecordBatch", schema: "pyarrow.Schema", model: Model, options: CleaningOptions, how: tuple[str, str, int]
) -> "pyarrow.RecordBatch":
    arrow = _pyarrow()
    text, prefix, max_bytes = how
    reasons, lines = (
        batch.column(prefix + name).to_pylist() if prefix + name in batch.schema.names else [None] * batch.num_rows
        for name in ("error", "failed")
    )
    known = [(reason or "", 1 if count is None else count) for reason, count in zip(reasons, lines, strict=True)]
    texts = _encoded_column(batch, text)
    for at, data in enumerate(texts):
        if data is not None and len(data) > max_bytes and not known[at][0]:
            known[at] = (f"the text has {len(data)} bytes, over the limit of {max_bytes} (max_bytes=… allows more)", 1)
    rows = _judged(texts, known, model, options, prefix)
    ours = {name: [row[name] for row in rows] for name in (field.name for field in _our_fields(prefix))}
    columns = []
    for field in schema:
        if field.name == text:
            # A lone surrogate, which only an escape in JSON can hold, is no UTF-8.
            kept = [None if row["text"] is None else row["text"].encode("utf-8", "replace").decode() for row in rows]
            columns.append(arrow.array(kept, field.type))
        elif field.name in ours:
            columns.append(arrow.array(ours[field.name], field.type))
        else:
            columns.append(batch.column(batch.schema.get_field_index(field.name)))
    return arrow.RecordBatch.from_arrays(columns, schema=schema)


def _judged(
    texts: list[bytes | None], known: list[tuple[str, int]], model: Model, options: CleaningOptions, prefix: str
) -> list[dict[str, Any]]:
    """A row of our columns, and of the text, for each document."""
    documents: list[Segmented | tuple[str, int]] = []
    for data, (error, count) in zip(texts, known, strict=True):
        try:
            # Bytes that are no UTF-8 get into string columns through careless writers.
            documents.append((error, count) if error else segment((data or b"").decode("utf-8", "replace")))
        except Exception as failure:  # a bad document is a row with its error, never a failed task
            documents.append((f"cannot be cut into lines: {type(failure).__name__}: {str(failure)[:300]}", 1))
    answers = iter(scored(model, [one.model_text for one in documents if isinstance(one, Segmented)]))
    rows = []
    for document in documents:
        if isinstance(document, tuple):
            rows.append(_failed(*document, prefix))
            continue
        scores = next(answers)
        if isinstance(scores, str):
            rows.append(_failed(scores, len(document.segments), prefix))
            continue
        try:
            rows.append(_row(judge(document, scores, options), prefix))
        except Exception as failure:
            rows.append(_failed(f"{type(failure).__name__}: {str(failure)[:300]}", len(document.segments), prefix))
    return rows


def _failed(reason: str, lines: int, prefix: str) -> dict[str, Any]:
    counts = {"read": lines, "kept": 0, "removed": 0, "failed": lines}
    return _named(None, counts | {"lines": [], "dropped": "", "error": reason}, prefix)


def _row(cleaned: CleanedDocument, prefix: str) -> dict[str, Any]:
    lines = [
        {
            "line": line.line,
            "text": cleaned.source[line.start : line.end].encode("utf-8", "replace").decode(),
            "label": line.label.value if line.label else BLANK_LABEL,
            "score": line.score,
            "unrelated": line.scores[_UNRELATED] if line.label else 0.0,
            "removed": line.removed,
        }
        for line in cleaned.lines
    ]
    counts = {"read": len(lines), "kept": cleaned.kept, "removed": cleaned.removed, "failed": 0}
    text = None if cleaned.dropped else cleaned.text
    return _named(text, counts | {"lines": lines, "dropped": cleaned.dropped, "error": ""}, prefix)


def _named(text: str | None, values: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {"text": text} | {prefix + name: value for name, value in values.items()}


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingLibraryError("cleaning of Arrow batches", "pyarrow", "parquet") from None
    return pyarrow
