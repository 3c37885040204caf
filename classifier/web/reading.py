"""A dropped file as text: DOCX, HTML or plain text, told by its bytes. Never more memory than the file promises."""

import io
import re
import zipfile
from dataclasses import dataclass

from classifier.encoding import BinaryInputError, decode
from classifier.web.problems import RefusedError

UNPACKED_LIMIT = 200_000_000
"""Bytes that a DOCX may unpack to: ten times the largest body, a hundredth of what a bomb would."""

_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea"))
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span strong sub "
        "sup time tt u var wbr",
    )
)


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
    html = media_type in ("text/html", "application/xhtml+xml") or _HTML_START.match(data[:4096])
    declared = _CHARSET.search(data[:4096]) if html else None
    try:
        decoded = decode(data, declared=declared[1].decode("ascii") if declared else None)
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
    import docx
    from docx.table import Table

    try:
        document = docx.Document(io.BytesIO(data))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += ["\t".join(_cells(row)) for row in block.rows]
            else:
                lines.append(block.text)
    except Exception:
        # python-docx raises what its XML and ZIP readers raise, a dozen kinds, for a damaged file.
        raise broken from None
    return "\n".join(lines)


def _cells(row: object) -> list[str]:
    """Texts of a row's cells; merged cells stand in several columns and count once."""
    texts: list[str] = []
    before = None
    for cell in row.cells:  # type: ignore[attr-defined]
        if cell._tc is not before:
            texts.append(" ".join(cell.text.split()))
        before = cell._tc
    return texts


def _html_text(source: str) -> str:
    """The visible text, a line for each block."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    lines: list[str] = []
    current: list[str] = []
    hidden = 0

    def flush() -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(current)).strip(" ")
        if line:
            lines.append(line)
        current.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "head"
        if event == "start":
            hidden += tag in _UNSEEN
            if not hidden:
                current.append("\t" if tag in ("td", "th") and current else "")
                if tag not in _INLINE and tag not in ("td", "th"):
                    flush()
                current.append(element.text or "")
            continue
        if not hidden and tag not in _INLINE and tag not in ("td", "th"):
            flush()
        hidden -= tag in _UNSEEN
        if not hidden:
            current.append(element.tail or "")
    flush()
    return "\n".join(lines)
