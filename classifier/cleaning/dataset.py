"""The cleaning for Hugging Face `datasets`: a function for `Dataset.map`.

from classifier.cleaning.dataset import clean_batch
cleaned = dataset.map(clean_batch, batched=True)

`map` keeps its results in a cache that knows nothing of our model: after another model or version of baogao,
give `load_from_cache_file=False`.
"""

from typing import TYPE_CHECKING, Any

from classifier.cleaning.arrow import PREFIX, clean_batches
from classifier.cleaning.errors import MissingLibraryError, UsageError
from classifier.cleaning.options import CleaningOptions

if TYPE_CHECKING:
    import pyarrow


def clean_batch(
    batch: Any, options: CleaningOptions | None = None, *, model: str | None = None, text: str = "text", prefix: str = PREFIX
) -> Any:
    """Clean the documents of one batch; the columns are those of `clean_batches`.

    `batch` is what `map(batched=True)` gives, and the answer a pyarrow Table with all columns, which keeps the types
    whatever the first batch holds (`map` takes no `remove_columns` then: remove them before or after). A Table, as
    `with_format("arrow")` gives it, is answered alike; a plain dict of lists by a dict of the text and the added
    columns. `options` and the rest go through `fn_kwargs`. UsageError as in `clean_batches`.
    """
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingLibraryError("cleaning of datasets", "datasets", "datasets") from None
    # Lists would leave it to datasets to guess the types: of a first batch without lines, list of nothing, and the next fails.
    table = getattr(batch, "pa_table", batch)
    if isinstance(table, pyarrow.Table):
        return pyarrow.Table.from_batches(_cleaned(table, options, model, text, prefix))
    if text not in batch:
        raise UsageError(f"there is no column {text!r}; the batch has {', '.join(list(batch)[:12])} (text=… names another)")
    table = pyarrow.table({text: pyarrow.array(batch[text])})
    return pyarrow.Table.from_batches(_cleaned(table, options, model, text, prefix)).to_pydict()


def _cleaned(
    table: "pyarrow.Table", options: CleaningOptions | None, model: str | None, text: str, prefix: str
) -> "list[pyarrow.RecordBatch]":
    import pyarrow

    # A table without rows may be without batches as well, and its schema must still come out.
    batches = table.to_batches() or [pyarrow.RecordBatch.from_pylist([], table.schema)]
    return list(clean_batches(batches, options, model=model, text=text, prefix=prefix))
