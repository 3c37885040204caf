"""Cleans Parquet files of documents on Spark.

spark-submit --master 'local[2]' clean_on_spark.py INPUT OUTPUT

On a cluster, give the executors a Python that has baogao: --conf spark.pyspark.python=/path/to/python
"""

import sys

from pyspark.sql import SparkSession, functions

from classifier.cleaning.spark import clean_dataframe

COUNTS = ("read", "kept", "removed", "failed")


def main(source: str, target: str) -> None:
    """Clean `source`, write `target`, print the sums of what was written."""
    spark = SparkSession.builder.appName("baogao").getOrCreate()
    clean_dataframe(spark.read.parquet(source)).write.parquet(target)
    # Summed up over what was written: summing up `cleaned` itself would clean everything once more.
    total = spark.read.parquet(target).agg(*(functions.sum(f"baogao_{name}").alias(name) for name in COUNTS)).first()
    print(f"{total['read']} lines read = {total['kept']} kept + {total['removed']} removed + {total['failed']} failed")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
