"""The cleaning on Spark: a DataFrame of documents in, the same rows cleaned out.

from classifier.cleaning.spark import clean_dataframe
cleaned = clean_dataframe(spark.read.parquet("s3a://crawl/pages"), text="content")
cleaned.where("baogao_dropped = '' and baogao_error = ''").write.parquet("s3a://crawl/clean")
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from classifier.cleaning.arrow import PREFIX, clean_batches, model_facts, model_of
from classifier.cleaning.errors import MissingLibraryError, UsageError
from classifier.cleaning.options import CleaningOptions

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame


def clean_dataframe(
    df: "DataFrame",
    options: CleaningOptions | None = None,
    *,
    model: str | None = None,
    text: str = "text",
    prefix: str = PREFIX,
) -> "DataFrame":
    """Clean the documents of a DataFrame, lazily: a row out for every row in, and the columns of `clean_batches`.

    `model` is the path of a model's folder that every executor sees (None: that of the installed package);
    each Python worker loads it once, and fails where it is another model than the driver's. The model's version
    and hash are in the metadata of the column `baogao_lines`. UsageError for a text column that is missing or
    holds no text, and for `options.dedupe`.
    """
    _check(df, options, text, prefix)
    facts = model_facts(model_of(model))

    def cleaned(batches: "Iterable[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
        mine = model_facts(model_of(model))
        if mine != facts:
            raise UsageError(f"this worker has {mine}, the driver {facts}: install the same baogao and model on all nodes")
        return clean_batches(batches, options, model=model, text=text, prefix=prefix)

    lines = f"{prefix}lines"
    return df.mapInArrow(cleaned, _schema(df, text, prefix)).withMetadata(lines, {"baogao": facts})


def _check(df: "DataFrame", options: CleaningOptions | None, text: str, prefix: str) -> None:
    try:
        from pyspark.sql.types import StringType
    except ModuleNotFoundError:
        raise MissingLibraryError("cleaning on Spark", "pyspark", "spark") from None
    if text not in df.columns:
        raise UsageError(f"there is no column {text!r}; the DataFrame has {', '.join(df.columns[:12])} (text=… names another)")
    if not isinstance(df.schema[text].dataType, StringType):
        raise UsageError(f"column {text!r} holds {df.schema[text].dataType.simpleString()}, no text (text=… names another)")
    taken = [name for name in df.columns if name in {field.name for field in _added(prefix)}]
    if taken:
        raise UsageError(f"the DataFrame has a column {taken[0]!r} already; drop it, or give another prefix=…")
    if options is not None and options.dedupe:
        raise UsageError("duplicates are told within one process; use df.dropDuplicates() before or after")


def _schema(df: "DataFrame", text: str, prefix: str) -> Any:
    from pyspark.sql.types import StringType, StructField, StructType

    fields = [StructField(text, StringType(), True, one.metadata) if one.name == text else one for one in df.schema.fields]
    return StructType([*fields, *_added(prefix)])


def _added(prefix: str) -> list[Any]:
    from pyspark.sql.types import ArrayType, DoubleType, IntegerType, LongType, StringType, StructField, StructType

    line = StructType(
        [
            StructField("line", IntegerType()),
            StructField("text", StringType()),
            StructField("label", StringType()),
            StructField("score", DoubleType()),
            StructField("unrelated", DoubleType()),
            StructField("removed", StringType()),
        ]
    )
    counts = [StructField(prefix + name, LongType()) for name in ("read", "kept", "removed", "failed")]
    reasons = [StructField(prefix + name, StringType()) for name in ("dropped", "error")]
    return [StructField(f"{prefix}lines", ArrayType(line)), *counts, *reasons]
