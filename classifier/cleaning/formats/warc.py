"""WARC archives: one document a page. The output holds `conversion` records of plain text, as WET files do."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import LimitError, MissingLibraryError, SourceError
from classifier.cleaning.formats.base import Format, Item, Start
from classifier.cleaning.formats.page import page_text
from classifier.cleaning.streams import BrokenStreamError, ByteStream
from classifier.encoding import BinaryInputError, decode

HEADERS = ("WARC-Target-URI", "WARC-Date", "WARC-Record-ID")
"""What of a record's head travels along."""


class WarcFormat(Format):
    """`.warc`, `.warc.gz`. Records that hold no page and no text are counted in `state.skipped`."""

    name = "warc"
    suffixes: ClassVar[tuple[str, ...]] = (".warc",)
    member_each = True  # what readers of .warc.gz need to seek

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """A document for each HTML or text response and each `conversion` record."""
        try:
            from warcio.archiveiterator import ArchiveIterator
            from warcio.exceptions import ArchiveLoadFailed
        except ModuleNotFoundError:
            raise MissingLibraryError("a .warc file", "warcio", "warc") from None
        self.state.encoding = "utf-8"
        number = 0
        try:
            for record in ArchiveIterator(_Reader(stream)):
                kind = _kind(record)
                if not kind:
                    self.state.skipped += number >= start.number
                    continue
                number += 1
                if number > start.number:
                    yield self._item(number, record, kind)
        except (ArchiveLoadFailed, BrokenStreamError, EOFError) as error:
            yield Item(number + 1, "", number + 1, number + 1, number + 2, failure=f"the archive is damaged from here: {error}")

    def _item(self, number: int, record: Any, kind: str) -> Item:
        carry = [record.rec_headers.get_header(name) for name in HEADERS]
        try:
            data = record.content_stream().read(self.options.limits.document_bytes + 1)
            if len(data) > self.options.limits.document_bytes:
                raise LimitError("the page is over the limit of a document (--max-document-bytes)")
            missing = getattr(record.raw_stream, "limit", 0)
            if missing > 0 and not record.raw_stream.read(1):
                # warcio takes the end of the file for the end of the record.
                raise SourceError(f"the record is cut off: {missing} of its bytes are missing")
            if kind == "html":
                decoded, lines = page_text(data, self.options.encoding)
                text = "".join(line + "\n" for line in lines)
            else:
                decoded = decode(data, encoding=self.options.encoding)
                text = decoded.text
        except (SourceError, BinaryInputError) as error:
            return Item(number, "", number, number, number + 1, carry, carry[0], failure=str(error), failed_text=carry[0] or "")
        self.state.replaced += len(decoded.replaced_lines)
        if decoded.encoding != "utf-8":
            self.state.other[decoded.encoding] = self.state.other.get(decoded.encoding, 0) + 1
        return Item(number, text, number, number, number + 1, carry, carry[0])

    def fields(self, item: Item) -> str:
        """Address, date and identifier of the record."""
        return json.dumps(dict(zip(HEADERS, item.carry, strict=True)), ensure_ascii=False)

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """A `conversion` record. Its identifier comes from its content: the same input gives the same bytes."""
        uri, date, origin = item.carry
        body = cleaned.text.encode("utf-8", "replace")
        digest = hashlib.sha256(f"{origin}\n{item.number}\n".encode() + body).hexdigest()
        name = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
        headers = [
            ("WARC-Type", "conversion"), ("WARC-Target-URI", uri), ("WARC-Date", date),
            ("WARC-Record-ID", f"<urn:uuid:{name}>"),
            ("WARC-Refers-To", origin), ("Content-Type", "text/plain"), ("Content-Length", str(len(body))),
        ]  # fmt: skip
        head = "WARC/1.0\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers if value)
        return head.encode() + b"\r\n" + body + b"\r\n\r\n"


def _kind(record: Any) -> str:
    """`html`, `text`, or empty for what holds no document."""
    if record.rec_type == "conversion":
        return "text"
    if record.rec_type == "resource":
        content = record.content_type or ""
    elif record.rec_type == "response" and record.http_headers:
        content = record.http_headers.get_header("Content-Type") or ""
    else:
        return ""
    content = content.split(";")[0].strip().lower()
    return {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}.get(content, "")


class _Reader(io.RawIOBase):
    """A ByteStream as the file that warcio wants."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size if size > 0 else 1 << 16)

    def readable(self) -> bool:
        return True
