"""The text of a DOCX file, block by block: paragraphs, and rows of tables."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class DamagedWordError(ValueError):
    """The bytes are no Word document that can be read."""


@dataclass(frozen=True)
class Block:
    """A paragraph or a table row: its text (a paragraph's line breaks as LF) and its XML element."""

    text: str
    element: Any


def read_blocks(data: bytes) -> list[Block]:
    """The body's blocks in order; DamagedWordError says that there are none to read."""
    return list(document_blocks(open_word(data)))


def open_word(data: bytes) -> Any:
    """The python-docx document of `data`; DamagedWordError where it is none."""
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:
        # python-docx raises what its XML and ZIP readers raise, a dozen kinds, for a damaged file.
        raise DamagedWordError(f"{type(error).__name__}: {error}") from None


def document_blocks(document: Any) -> Iterator[Block]:
    """The blocks of an open document."""
    from docx.table import Table

    try:
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                for row in block.rows:
                    yield Block("\t".join(_cells(row)), row._tr)
            else:
                yield Block(block.text, block._p)
    except Exception as error:
        raise DamagedWordError(f"{type(error).__name__}: {error}") from None


def _cells(row: Any) -> list[str]:
    """Texts of a row's cells; merged cells stand in several columns and count once."""
    texts: list[str] = []
    before = None
    for cell in row.cells:
        if cell._tc is not before:
            texts.append(" ".join(cell.text.split()))
        before = cell._tc
    return texts
