"""Documents as the table that the pipeline takes, and that table as columns of numbers.

The table has one row a line and four columns of objects (`TABLE_COLUMNS`): the group that must be held
out together, the document, the line's number, its text. Heading paths and neighbours are not written
out in it but found from the rows of a document, which stand together and in order: so they are
computed once and shifted instead of copied into every row.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.context import Layout, layout, neighbour_columns, place_columns
from classifier.document import Document
from classifier.readings import LineMemory, read_once
from classifier.scoring import Floats, LinearScorer
from classifier.topic import topic_columns

Table = npt.NDArray[Any]

TABLE_COLUMNS = ("group", "document", "line", "text")


def table_of(documents: Iterable[tuple[str, str, Sequence[str]]]) -> Table:
    """The table of (group, document, texts of its lines)."""
    rows = [(group, document, number, text) for group, document, texts in documents for number, text in enumerate(texts, 1)]
    table = np.empty((len(rows), len(TABLE_COLUMNS)), dtype=object)
    for number, row in enumerate(rows):
        table[number] = row
    return table


def as_table(rows: Any) -> Table:
    """`rows` as a table; ValueError says what was received where it is none.

    One-dimensional input, and a single column, are taken as lone lines without context.
    """
    array = np.asarray(rows, dtype=object)
    if array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1):
        texts = array.reshape(-1)
        array = table_of((str(number), str(number), [text]) for number, text in enumerate(texts))
    if array.ndim != 2 or array.shape[1] != len(TABLE_COLUMNS):
        raise ValueError(f"expected rows of {TABLE_COLUMNS} or plain texts, got an array of shape {array.shape}")
    if not all(isinstance(text, str) for text in array[:, 3]):
        odd = next(text for text in array[:, 3] if not isinstance(text, str))
        raise ValueError(f"expected text in the last column, got {odd!r} of type {type(odd).__name__}")
    return array


def documents_of(table: Table) -> list[Document]:
    """The documents of a table, in order; rows of one document stand together."""
    if not len(table):
        return []
    names = table[:, 1]
    starts = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist(), len(table)]
    return [_document(list(table[start:end, 3])) for start, end in itertools.pairwise(starts)]


def _document(texts: list[str]) -> Document:
    # A row is a line whatever it holds: line ends and blanks in it must not change the count of rows.
    return Document.from_lines([" ".join(text.splitlines()).strip("\0\ufeff\u200b").strip() or "-" for text in texts])


def document_columns(
    scorer: LinearScorer, documents: Sequence[Document], memory: LineMemory | None = None
) -> tuple[Floats, list[str], Layout]:
    """All columns of the lines of `documents`, their names, and the layout.

    Own columns come first (first-pass opinions, sentences, look), then place, topic, neighbours. Lines
    that stand more than once are read once, in the batch or in all that `memory` has.
    """
    texts = [line.text for document in documents for line in document.lines]
    read, rows = memory.read(texts) if memory else read_once(scorer, texts)
    where = layout(documents)
    place, place_names = place_columns(where)
    topic, topic_names = topic_columns(read.topics, read.body, rows, where.document)
    around, around_names = neighbour_columns(read.opinion[rows], where, "near")
    parts = [read.own[rows], read.sentences[rows], read.shape[rows], place, topic, around]
    own_names, sentence_names, shape_names = read.names
    names = own_names + sentence_names + shape_names + place_names + topic_names + around_names
    return np.concatenate(parts, axis=1), names, where
