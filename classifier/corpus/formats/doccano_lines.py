"""doccano's JSONL for text classification: one record a line of a document, with its label in a list.

The other fields are doccano's metadata: it keeps them at import and gives them back at export.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from classifier.corpus.documents import CorpusError, LabelledDocument
from classifier.corpus.formats.rows import documents_of_rows, read_objects, rows_of


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write one record a line; in doccano choose JSONL, column `text`, label column `label`, encoding utf_8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows_of(documents):
            file.write(json.dumps({**row, "label": [row["label"]]}, ensure_ascii=False) + "\n")


def read(path: Path) -> list[LabelledDocument]:
    """The documents of a JSONL export of doccano's text classification."""
    rows = []
    for where, record in read_objects(path):
        label = record.get("label")
        if isinstance(label, list):
            if len(label) != 1:
                raise CorpusError(f"{where}: a line has exactly one label, got {label!r}")
            label = label[0]
        if not isinstance(label, str):
            raise CorpusError(f"{where}: expected one label, got {str(label)[:60]!r} (spans are the format doccano)")
        rows.append((where, {**record, "label": label}))
    return documents_of_rows(rows, path.stem)
