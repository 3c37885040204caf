"""A text cut into the pieces that are kept or removed, and the paragraphs that the model reads for them.

A piece is a physical line, or a part of one where two ideographic spaces are the only paragraph break
that a text has. A paragraph is one piece, or several where a text was wrapped by hand. Pieces cover the
text without gap, so that what is kept and what is removed always add up to it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.cleaning.repair import readable
from classifier.document import is_blank, numbering_style

BLANK = -1
"""Paragraph number of a piece with nothing to read."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDE_BREAK = re.compile(r"(?<=[^\s\u3000])(?=\u3000{2}[^\s\u3000])")
_WIDE_BREAK_AFTER_SENTENCE = re.compile(r"(?<=[。！？；：!?])(?=\u3000{2}[^\s\u3000])")
_SENTENCE_END = "。！？!?；;：:…"
_SHORTEST_WRAP, _LONGEST_WRAP = 18, 60
"""Characters of a full line in wrapped text: newspapers' columns to pages of small print."""
_LEAST_FULL_LINES = 5
"""Full lines of one width that it takes to believe in wrapping: fewer can be chance."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`text[start:end]` is a piece without its line end, `text[end:after]` the line end; `line` counts from 1."""

    line: int
    start: int
    end: int
    after: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Segmented:
    """A text, its pieces in order, and its paragraphs as the model reads them (none blank, no line ends)."""

    text: str
    segments: tuple[Segment, ...]
    paragraphs: tuple[str, ...]

    @property
    def model_text(self) -> str:
        """The repaired copy: a line for each paragraph."""
        return "\n".join(self.paragraphs)


def segment(text: str) -> Segmented:
    """Cut `text` into pieces and paragraphs."""
    pieces = _pieces(text)
    width = _wrapped_at([text[start:end] for _, start, end, _ in pieces])
    segments: list[Segment] = []
    paragraphs: list[list[str]] = []
    open_line = False
    for line, start, end, after in pieces:
        piece = text[start:end]
        if is_blank(piece):
            segments.append(Segment(line, start, end, after, BLANK))
            open_line = False
            continue
        if open_line and not _begins_paragraph(piece):
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([piece])
        segments.append(Segment(line, start, end, after, len(paragraphs) - 1))
        open_line = bool(width) and width - 2 <= len(piece.strip()) <= width and piece.rstrip()[-1] not in _SENTENCE_END
    return Segmented(text, tuple(segments), tuple(readable(joined(parts)) for parts in paragraphs))


def _pieces(text: str) -> list[tuple[int, int, int, int]]:
    """(line, start, end, after) of every piece."""
    found: list[tuple[int, int, int, int]] = []
    start, line = 0, 0
    for match in _LINE_END.finditer(text):
        line += 1
        _cut(text, line, start, match.start(), match.end(), found)
        start = match.end()
    if start < len(text):
        _cut(text, line + 1, start, len(text), len(text), found)
    return found


def _cut(text: str, line: int, start: int, end: int, after: int, found: list[tuple[int, int, int, int]]) -> None:
    if "\u3000\u3000" in text[start:end]:
        here = text[start:end]
        # One break after a sentence may be layout (a signature); two tell a text without line ends.
        if len(_WIDE_BREAK_AFTER_SENTENCE.findall(here)) >= 2:
            for match in _WIDE_BREAK.finditer(here):
                cut = end - len(here) + match.start()
                found.append((line, start, cut, cut))
                start = cut
    found.append((line, start, end, after))


def _wrapped_at(lines: Sequence[str]) -> int:
    """The width at which a text was wrapped by hand, in characters; 0 where it was not."""
    lengths = [len(line.strip()) for line in lines if line.strip()]
    usual = Counter(length for length in lengths if _SHORTEST_WRAP <= length <= _LONGEST_WRAP)
    if not usual:
        return 0
    width = max(usual, key=lambda length: (sum(usual[length - back] for back in range(3)), length))
    full = [line.strip() for line in lines if width - 2 <= len(line.strip()) <= width]
    longer = sum(1 for length in lengths if length > width)
    unfinished = sum(1 for line in full if line[-1] not in _SENTENCE_END)
    wrapped = (
        len(full) >= _LEAST_FULL_LINES
        and len(full) >= 0.4 * len(lengths)
        and longer <= 0.05 * len(lengths)
        and unfinished >= 0.6 * len(full)
    )
    return width if wrapped else 0


def _begins_paragraph(piece: str) -> bool:
    return piece.startswith(("\u3000", "  ", "\t")) or bool(numbering_style(piece.strip()))


def joined(parts: Sequence[str]) -> str:
    """Lines of one paragraph as one, with a space only between two words of letters."""
    whole = parts[0]
    for part in parts[1:]:
        left, right = whole.rstrip(), part.lstrip()
        space = left[-1:].isascii() and left[-1:].isalnum() and right[:1].isascii() and right[:1].isalnum()
        whole = left + (" " if space else "") + right
    return whole
