"""Cleans a dataset of Hugging Face's library: python clean_a_dataset.py INPUT.parquet OUTPUT.parquet."""

import sys

from datasets import Dataset

from classifier.cleaning.dataset import clean_batch


def main(source: str, target: str) -> None:
    """Clean `source` in two processes and write `target`."""
    dataset = Dataset.from_parquet(source)
    cleaned = dataset.map(clean_batch, batched=True, batch_size=200, num_proc=2)
    cleaned.to_parquet(target)
    print(f"{cleaned.num_rows} documents, {len(cleaned.filter(lambda text: text is not None, input_columns='text'))} kept")


if __name__ == "__main__":
    main(*sys.argv[1:])
