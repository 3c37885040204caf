"""CSV with one row a line. Written with a byte-order mark, without which Excel shows Chinese as noise."""

import csv
from collections.abc import Sequence
from pathlib import Path

from classifier.corpus.documents import CorpusError, LabelledDocument
from classifier.corpus.formats.rows import COLUMNS, documents_of_rows, rows_of

_FIELD_LIMIT = 1 << 24
"""Characters of a field: the csv module's own limit, 131072, is less than a report in one line can have."""


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write `documents` as a table of COLUMNS."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "heading": str(row["heading"]).lower()} for row in rows_of(documents))


def read(path: Path) -> list[LabelledDocument]:
    """The documents of a table that has at least the columns `text` and `label`."""
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"text", "label"} - set(reader.fieldnames or ())
        if missing:
            found = ", ".join(reader.fieldnames or ()) or "none"
            raise CorpusError(f"{path}: no column {' and '.join(sorted(missing))}; its columns are {found[:200]}")
        try:
            rows = [(f"{path}:{reader.line_num}", row) for row in reader]
        except csv.Error as error:
            raise CorpusError(f"{path}:{reader.line_num}: not CSV: {error}") from None
    return documents_of_rows(rows, path.stem)
