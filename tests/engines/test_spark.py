"""Spark: what is wrong with a DataFrame is told before anything runs, and the model's hash is in the schema."""

from collections.abc import Iterator
from typing import Any

import pytest

from classifier import Label, Model
from classifier.cleaning import CleaningOptions, UsageError, clean_documents
from classifier.cleaning.spark import clean_dataframe
from classifier.manifest import COMPACT_FILE
from tests.report_texts import REPORT

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def test_options_types_and_the_models_hash(spark: Any, model: Model) -> None:
    # Executors may be told to hand out large strings; ids may be anything.
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    documents = spark.createDataFrame([({"a": 1}, REPORT), (None, None)], "id map<string, int>, body string").repartition(2)
    options = CleaningOptions(keep=frozenset([Label.PROBLEM]))
    cleaned = clean_dataframe(documents, options, text="body", prefix="")
    assert cleaned.schema["lines"].metadata["baogao"]["model_sha256"] == model.manifest.files[COMPACT_FILE]
    rows = sorted((row.asDict() for row in cleaned.collect()), key=lambda row: row["read"])
    [one] = clean_documents([REPORT], options, model=model)
    assert [row["id"] for row in rows] == [None, {"a": 1}] and [row["body"] for row in rows] == [None, one.text]
    assert [row["dropped"] for row in rows] == ["no text", ""] and rows[1]["removed"] == one.removed


@pytest.mark.parametrize(
    ("schema", "options", "message"),
    [
        ("body string", None, "there is no column 'text'; the DataFrame has body"),
        ("text int", None, "holds int, no text"),
        ("text string, baogao_lines int", None, "a column 'baogao_lines' already"),
        ("text string", CleaningOptions(dedupe=True), "dropDuplicates"),
    ],
)
def test_what_cannot_be_meant(spark: Any, schema: str, options: CleaningOptions | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        clean_dataframe(spark.createDataFrame([], schema), options)
