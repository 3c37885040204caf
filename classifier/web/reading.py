"""A dropped file as text: DOCX, HTML or plain text, told by its bytes. Never more memory than the file promises."""

import io
import zipfile
from dataclasses import dataclass

from classifier.encoding import BinaryInputError, decode
from classifier.pagetext import HTML_START, declared_charset
from classifier.web.problems import RefusedError

UNPACKED_LIMIT = 200_000_000
"""Bytes that a DOCX may unpack to: ten times the largest body, a hundredth of what a bomb would."""


@dataclass(frozen=True)
class ReadFile:
    """A file's text, what it was (`docx`, `html` or `text`), and the lines in which bytes fitted no encoding."""

    text: str
    kind: str
    encoding: str
    replaced_lines: tuple[int, ...] = ()


def read_file(data: bytes, media_type: str = "") -> ReadFile:
    """The text of a file's bytes; RefusedError 422 says why there is none."""
    if data.startswith(b"PK\x03\x04"):
        return ReadFile(_docx_text(data), "docx", "utf-8")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedError(422, "old_word", "this is an old Word file (.doc); open it in Word or WPS and save it as .docx")
    html = media_type in ("text/html", "application/xhtml+xml") or HTML_START.match(data[:4096])
    declared = declared_charset(data) if html else None
    try:
        decoded = decode(data, declared=declared)
    except BinaryInputError as error:
        raise RefusedError(422, "not_text", f"{error}; save the report as text, DOCX or HTML first") from None
    text = _html_text(decoded.text) if html else decoded.text
    return ReadFile(text, "html" if html else "text", decoded.encoding, decoded.replaced_lines)


def _docx_text(data: bytes) -> str:
    broken = RefusedError(
        422, "broken_docx", "this is no Word document that can be read: it is damaged or another kind of archive"
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_LIMIT:
                raise RefusedError(413, "too_large", f"the document unpacks to more than {UNPACKED_LIMIT} bytes")
            if "word/document.xml" not in archive.namelist():
                raise broken
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise broken from None
    from classifier.wordtext import DamagedWordError, read_blocks

    try:
        return "\n".join(block.text for block in read_blocks(data))
    except DamagedWordError:
        raise broken from None


def _html_text(source: str) -> str:
    """The visible text, a line for each block; empty where the page cannot be parsed."""
    from classifier.pagetext import PageError, page_lines

    try:
        return "\n".join(page_lines(source))
    except PageError:
        return ""
