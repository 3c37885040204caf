"""DOCX files: one document a file. What is removed is taken out of the document; the rest keeps its look."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import LimitError, MissingLibraryError, SourceError
from classifier.cleaning.formats.base import Format, Item, Start
from classifier.cleaning.streams import ByteStream

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of every member of the output: the same input gives the same bytes."""


class WordFormat(Format):
    """`.docx`. A paragraph or a table row is a line."""

    name = "docx"
    suffixes: ClassVar[tuple[str, ...]] = (".docx",)
    packs = False

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """The document's paragraphs and table rows."""
        data = stream.read_all(self.options.limits.document_bytes)
        if not data:
            raise SourceError("is empty: no Word document")
        if start.number == 0:
            self._check(data)
            texts = [block.text for block in _blocks(data)[1]]
            self.state.encoding = "utf-8"
            yield Item(1, "".join(_one_line(text) + "\n" for text in texts), 1, stream.position, len(texts) + 1, data)

    def _check(self, data: bytes) -> None:
        limits = self.options.limits
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SourceError(f"is no Word document: {error}") from None
        if unpacked > max(limits.ratio_free_bytes, limits.ratio * len(data)) or unpacked > limits.document_bytes:
            raise LimitError(f"unpacks to {unpacked} bytes from {len(data)} (a zip bomb?); --max-ratio allows more")

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """The document without the paragraphs and rows that go."""
        document, blocks = _blocks(item.carry)
        kept: dict[int, str] = {}
        whole: dict[int, bool] = {}
        for line in cleaned.lines:
            whole[line.line] = whole.get(line.line, True) and not line.removed
        for number, _, text in cleaned.kept_spans():
            kept[number] = kept.get(number, "") + text.rstrip("\n")
        for number, block in enumerate(blocks, 1):
            if whole.get(number, True):
                continue
            if kept.get(number, "") and hasattr(block.element, "p_lst") is False and block.element.tag.endswith("}p"):
                from docx.text.paragraph import Paragraph

                Paragraph(block.element, document).text = kept[number]
            elif not kept.get(number, ""):
                block.element.getparent().remove(block.element)
        buffer = io.BytesIO()
        document.save(buffer)
        return _with_fixed_dates(buffer.getvalue())


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _blocks(data: bytes):  # type: ignore[no-untyped-def]
    try:
        from classifier.wordtext import DamagedWordError, document_blocks, open_word

        try:
            document = open_word(data)
            return document, list(document_blocks(document))
        except DamagedWordError as error:
            raise SourceError(f"is no Word document that can be read: {error}") from None
    except ModuleNotFoundError:
        raise MissingLibraryError("a .docx file", "python-docx", "office") from None


def _with_fixed_dates(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _FIXED_DATE)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return buffer.getvalue()
