"""A folder that Hugging Face's `load_dataset` reads: `train.jsonl` of documents and a data card.

Writing needs no library. Reading takes such a folder as it is, and one that `datasets` itself saved
(`save_to_disk`, Parquet) through that library.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, parse_document
from classifier.corpus.formats.rows import parse_extra, read_objects
from classifier.labels import LABELS

_DATA = "train.jsonl"


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write the folder. Unknown fields travel as JSON in `extra`, so that every record has the same columns."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / _DATA).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            record = json.loads(document.to_json())
            values = {
                "doc": document.doc,
                "genre": document.genre,
                "lines": record["lines"],
                "extra": json.dumps(document.extra, ensure_ascii=False) if document.extra else "",
            }
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
    (path / "README.md").write_text(_card(documents), "utf-8")


def read(path: Path) -> list[LabelledDocument]:
    """The documents of the folder, all its splits together."""
    if not path.is_dir():
        raise CorpusError(f"{path}: expected a folder, as `load_dataset` or `load_from_disk` read them")
    plain = sorted(path.glob("*.jsonl"))
    if plain:
        return _documents(record for file in plain for record in read_objects(file))
    return _documents((f"{path} record {number}", record) for number, record in enumerate(_with_library(path), 1))


def _documents(records: Iterable[tuple[str, Any]]) -> list[LabelledDocument]:
    documents = []
    for where, record in records:
        extra = parse_extra(record.get("extra"), where)
        known = {key: record[key] for key in ("doc", "genre", "lines") if key in record}
        documents.append(parse_document({**known, **extra}, where))
    return documents


def _with_library(path: Path) -> Iterable[Any]:
    try:
        import datasets
    except ImportError:
        raise CorpusError(
            f"{path}: no *.jsonl in it, and other dataset folders need the library: pip install 'baogao[label]'"
        ) from None
    saved = (path / "dataset_dict.json").is_file() or (path / "dataset_info.json").is_file()
    try:
        found = datasets.load_from_disk(str(path)) if saved else datasets.load_dataset(str(path))
    except Exception as error:  # the library raises errors of many kinds for what it cannot read
        raise CorpusError(f"{path}: not a dataset folder: {error}") from None
    splits = found.values() if isinstance(found, datasets.DatasetDict) else [found]
    return [record for split in splits for record in split]


def _card(documents: Sequence[LabelledDocument]) -> str:
    lines = Counter(line.label for document in documents for line in document.lines)
    counts = "\n".join(f"| {label.value} | {label.chinese} | {lines[label]} |" for label in LABELS)
    return f"""---
language: zh
task_categories: [text-classification]
configs:
- config_name: default
  data_files:
  - split: train
    path: {_DATA}
---
# Labelled lines of Chinese reports

{len(documents)} documents, {lines.total()} lines; written by `baogao corpus export`.

| label | 标签 | lines |
| --- | --- | --- |
{counts}
"""
