"""Word documents with Chinese fonts and manners. Only this module knows python-docx's ways of writing."""

import io
import re
from datetime import UTC, datetime

import docx
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

# What XML 1.0 cannot hold: controls, lone surrogates, two noncharacters.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TWO_CHARACTERS = Pt(24)
_A4 = (Mm(210), Mm(297))
_TITLE_LIMIT = 200
"""Characters of a title in a file's properties; python-docx refuses more than 255."""


class WordFile:
    """A document under way. Fonts are those that Word and WPS have on every Chinese machine."""

    def __init__(self, title: str) -> None:
        self._document = docx.Document()
        self._document.core_properties.title = _xml(title)[:_TITLE_LIMIT]
        self._document.core_properties.author = "baogao"
        self._document.core_properties.comments = ""
        self._document.core_properties.created = datetime.now(UTC).replace(tzinfo=None)
        # The template is American: its paper, and the language that decides which script's marks are shown.
        for language in self._document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        for section in self._document.sections:
            section.page_width, section.page_height = _A4
        self._font("Normal", "宋体", Pt(12))
        for name, size in (("Title", 20), ("Heading 1", 16), ("Heading 2", 14), ("Heading 3", 12), ("Heading 4", 12)):
            self._font(name, "黑体", Pt(size))

    def title(self, text: str) -> None:
        """A title over the document."""
        self._document.add_paragraph(_xml(text), style="Title")

    def heading(self, text: str, level: int) -> None:
        """A heading of level 1 to 4."""
        self._document.add_paragraph(_xml(text), style=f"Heading {level}")

    def paragraph(self, text: str) -> None:
        """A paragraph, its own leading spaces replaced by an indent of two characters."""
        paragraph = self._document.add_paragraph(_xml(text))
        paragraph.paragraph_format.first_line_indent = _TWO_CHARACTERS
        paragraph.paragraph_format.line_spacing = 1.5

    def data(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _font(self, style_name: str, name: str, size: Pt) -> None:
        style = self._document.styles[style_name]
        assert isinstance(style, ParagraphStyle)
        style.font.size = size
        style.font.name = "Times New Roman"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), name)
        # The template's headings name theme fonts, which come before the named ones.
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text).strip()
