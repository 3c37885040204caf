"""Text in, lines out: where each line stood in the source, which lines look like headings, and under which.

Lines end at LF, CRLF or a lone CR, as editors count them; form feeds and Unicode separators do not
end a line. Blank lines carry no paragraph and are not among `Document.lines`, but the numbers and
spans of the others count them, so that nothing of the source is lost.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifier.marks import BULLETS

HEADING_LIMIT = 40
"""Characters that a heading has at most (`LABELS.md`: about 40)."""

_BARE_LIMIT = 26
"""Characters of a heading without a number; longer bare lines are nearly always broken paragraphs."""

_LOOKS_KEPT = 4096
"""Short lines whose look is remembered: page furniture and usual headings stand in every document of a crawl."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"[\s\u3000\u200b\ufeff\x00]+")
_CHINESE_DIGITS = "一二三四五六七八九十百〇零两"
_CHINESE_NUMBER = f"[{_CHINESE_DIGITS}]{{1,4}}"
_NUMBERING = (
    ("part", rf"第(?:{_CHINESE_NUMBER}|\d{{1,2}})[章节编部篇](?:分)?"),
    ("piece", rf"(?:篇|第|范文|[\u4e00-\u9fff]{{2,12}}篇)(?:{_CHINESE_NUMBER}|\d{{1,2}})(?:篇)?(?=[:：\s]|$)"),
    ("chinese", rf"{_CHINESE_NUMBER}\s?(?:、|[.．,，:：](?!\d))"),
    ("chinese-bracket", rf"[(（〔]{_CHINESE_NUMBER}[)）〕]"),
    ("ordinal", rf"第(?:{_CHINESE_NUMBER}|\d{{1,2}})(?:[、,，:：.]|[是个条点项]?方面)"),
    ("one-is", rf"{_CHINESE_NUMBER}(?:是|要)"),
    ("dotted", r"\d{1,2}[.．]\d{1,2}(?:[.．]\d{1,2})*[、.．\s]?(?=[^\d%％万亿])"),
    ("digit", r"\d{1,2}\s?[、.．:：)）](?:(?!\d)|(?=(?:19|20)\d\d年))"),
    ("digit-bracket", r"[(（]\d{1,2}[)）]|[⑴-⒇]"),
    ("circled", r"[①-⑳]|[❶-❿]"),
)
_STYLES = tuple(style for style, _ in _NUMBERING)
# One expression for all: its first alternative that matches is the first style that does.
_NUMBER = re.compile("|".join(f"({pattern})" for _, pattern in _NUMBERING))
_NUMBER_LEADS = frozenset(_CHINESE_DIGITS.replace("〇", "") + "(（〔第篇范0123456789")
_BULLETS = frozenset(BULLETS)
"""Items of a list are no headings: in the corpus none of 90 is."""
_SOLID = re.compile(r"[^\s\u3000\u200b\ufeff\x00]")
_SALUTATION = re.compile(
    r"^(?:尊敬的|各位|同志们|亲爱的|敬爱的|女士们|老师们|代表们|朋友们|大家好|主席|您好|你们好|上级).{0,24}[:：!！,，]?$|^.{2,18}(?:局|厅|委|院|组|部|会|室|府|领导|老师|同志|股东)们?[:：]$"
)
_DATE_OR_SIGNATURE = re.compile(
    r"^[(（—\-]*\s*[\d〇零一二三四五六七八九十二○Ｏ×xX_*\s]{2,8}年[\s\d一二三四五六七八九十×xX_*]*(?:月.{0,8})?[)）]?$"
    r"|^(?:谢谢|特此|此致|敬礼|以上|报告人|汇报人|述职人|总结人|单位|附[:：件])"
)
_SENTENCE_INSIDE = re.compile(r"[。；;！!？?](?=.)")
_BARE_END = re.compile(r"[。；;，,、！!？?…—\-：:]$")
_COMMAS = re.compile("[，,；;].*[，,；;]")
"""Two of them make a paragraph or a piece of one: of 149 such lines of the corpus that are short enough, one is a heading."""
_LEADER = re.compile(r"[.．…·]{3}")
"""Dots that lead to a page number, in a table of contents."""
_STOP = re.compile("[。；;]$")


@dataclass(frozen=True)
class Line:
    """One non-blank line of a source.

    `number` counts the source's lines from 1; `start` and `end` are character offsets of `text` in
    the source, its line end left out; `numbering` names the style of its leading number or is empty;
    `heading` says that it looks like a heading; `path` holds indices into the document's lines of
    the headings over it, outermost first.
    """

    number: int
    text: str
    start: int
    end: int
    numbering: str = ""
    heading: bool = False
    path: tuple[int, ...] = ()

    @classmethod
    def of(cls, number: int, text: str, start: int, end: int, numbering: str, heading: bool, path: tuple[int, ...]) -> "Line":
        """The line with these fields, put in place at once (see `ClassifiedLine.of`)."""
        made = object.__new__(cls)
        fields = made.__dict__
        fields["number"] = number
        fields["text"] = text
        fields["start"] = start
        fields["end"] = end
        fields["numbering"] = numbering
        fields["heading"] = heading
        fields["path"] = path
        return made


@dataclass(frozen=True)
class Document:
    """A source text and its non-blank lines in order."""

    source: str
    lines: tuple[Line, ...]

    @classmethod
    def from_text(cls, source: str) -> "Document":
        """Split `source` into lines and find its headings."""
        pieces = list(_split(source))
        marks = [_short_look(text) if len(text) <= HEADING_LIMIT else _look(text) for _, text, _, _ in pieces]
        _take_out_items(pieces, marks)
        paths = heading_paths([heading for _, heading in marks], [style for style, _ in marks])
        lines = tuple(
            Line.of(number, text, start, end, style, heading, path)
            for (number, text, start, end), (style, heading), path in zip(pieces, marks, paths, strict=True)
        )
        return cls(source, lines)

    @classmethod
    def from_lines(cls, texts: Iterable[str]) -> "Document":
        """A document whose source is `texts`, each on a line of its own; blank texts raise ValueError."""
        texts = list(texts)
        for position, text in enumerate(texts):
            if is_blank(text) or "\n" in text or "\r" in text:
                raise ValueError(f"line {position + 1} of the document is blank or holds a line end: {text[:40]!r}")
        return cls.from_text("\n".join(texts))


def is_blank(text: str) -> bool:
    """Whether a line holds nothing to read: only spaces, invisible characters or NULs."""
    return _SOLID.search(text) is None


def _split(source: str) -> Iterable[tuple[int, str, int, int]]:
    if "\r" in source:
        yield from _split_mixed(source)
        return
    start = 0
    for number, text in enumerate(source.split("\n"), 1):
        end = start + len(text)
        # Any other character from the first Chinese one to the last is neither a space nor invisible.
        if text and ("\u4e00" <= text[0] <= "\u9fff" or not is_blank(text)):
            yield number, text, start, end
        start = end + 1


def _split_mixed(source: str) -> Iterable[tuple[int, str, int, int]]:
    start, number = 0, 0
    for match in _LINE_END.finditer(source):
        number += 1
        text = source[start : match.start()]
        if not is_blank(text):
            yield number, text, start, match.start()
        start = match.end()
    text = source[start:]
    if not is_blank(text):
        yield number + 1, text, start, len(source)


def _look(text: str) -> tuple[str, bool]:
    """Numbering style of a line, and whether it looks like a heading."""
    line = text[: HEADING_LIMIT * 4].strip(" \t\u3000\xa0\ufeff\u200b")
    if line.startswith(("#", ">", "|", "**")):  # Markdown
        line = line.lstrip("#>| ").strip("| *")
    if line[:1] in _BULLETS:
        return "", False
    style = numbering_style(line)
    if len(text) > HEADING_LIMIT * 4 or len(line) > HEADING_LIMIT:
        return style, False
    if _SALUTATION.match(line) or _DATE_OR_SIGNATURE.match(line) or _SENTENCE_INSIDE.search(line):
        return style, False
    if _COMMAS.search(line) or _LEADER.search(line):
        return style, False
    if style and style != "one-is":
        return style, True
    short = len(line) <= _BARE_LIMIT or len(_SPACE.sub("", line)) <= _BARE_LIMIT
    return style, short and not _BARE_END.search(line)


_short_look = lru_cache(_LOOKS_KEPT)(_look)


def _take_out_items(pieces: Sequence[tuple[int, str, int, int]], marks: list[tuple[str, bool]]) -> None:
    """Numbered sentences that stand next to each other or at the end are items of a list: `marks` calls them no headings.

    A heading may end with a stop, but something stands under it (in the corpus 105 such lines of 106 are no headings).
    """
    for index, (style, heading) in enumerate(marks):
        if heading and style and _STOP.search(pieces[index][1].rstrip()):
            after = marks[index + 1][0] if index + 1 < len(marks) else style
            if after == style or (index and marks[index - 1][0] == style):
                marks[index] = (style, False)


def numbering_style(line: str) -> str:
    """The style of the number that leads a stripped line, as `chinese` for 一、; empty where there is none."""
    if not line:
        return ""
    first = line[0]
    if first not in _NUMBER_LEADS:
        if "\u4e00" <= first <= "\u9fff":
            # What begins with any other Chinese character can only be 某某篇一, whose 篇 is the third to the thirteenth.
            if line.find("篇", 2, 13) < 0:
                return ""
        elif not ("\u2460" <= first <= "\u27bf" or first > "\u9fff" or first.isdigit()):
            return ""
    match = _NUMBER.match(line)
    return _STYLES[(match.lastindex or 0) - 1] if match else ""


def heading_paths(headings: Sequence[bool], styles: Sequence[str]) -> list[tuple[int, ...]]:
    """For each line, the indices of the headings over it, outermost first.

    Levels come from the order in which numbering styles open inside each other, so that `1、` over
    `(1)` and `(一)` over `1.` both nest as meant. Headings before the first numbered one that have no
    number are titles: over the whole document, and in nobody's path.
    """
    paths: list[tuple[int, ...]] = []
    path: tuple[int, ...] = ()  # that of `stack`, made anew only where the stack changes
    stack: list[tuple[str, int]] = []
    body_seen = False
    for index, (heading, style) in enumerate(zip(headings, styles, strict=True)):
        if not heading:
            body_seen = True
            paths.append(path)
            continue
        if not style and not body_seen:
            paths.append(())
            continue
        name = style or "bare"
        if name in ("piece", "part"):
            stack = [entry for entry in stack if entry[0] == "piece" and name == "part"]
        for depth, (open_style, _) in enumerate(stack):
            if open_style == name:
                stack = stack[:depth]
                break
        paths.append(tuple(at for _, at in stack))
        stack.append((name, index))
        path = tuple(at for _, at in stack)
    return paths
