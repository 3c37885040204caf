"""What the model reads instead of the raw text; never what the user gets back.

Every step either replaces one character by one or deletes characters, so that each character the
model reads can be traced back to where it stood in the source (`normalize_with_positions`).
"""

import functools
import html
import importlib.resources
import re

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
"""Text as an array of code points."""
Positions = npt.NDArray[np.int64]
"""For each character of a normalised text, its index in the text it came from."""

_DOT, _STOP = ord("."), ord("。")
_CHINESE_NUMBERS = np.array([ord(one) for one in "一二三四五六七八九十百零"], dtype=np.uint32)
_ALPHANUMERIC = np.array([chr(code).isalnum() for code in range(0x7F)] + [False])
"""Latin letters and digits; the last stands for all characters beyond."""

_SHORT = 8
"""Characters below which a line with spaces is no text spaced out: `- 12 -` is a page number."""

_TABLE_SIZE = 0x10000
_DELETE = 0
"""Marks a character to be deleted in the character table (NUL itself is deleted as well)."""

# Zero-width, direction, variation, soft-hyphen and byte-order marks: invisible, and they split words.
_INVISIBLE = [0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF, 0xFFFC, *range(0x200B, 0x2010)]
_INVISIBLE += [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]
_SPACES = [0x09, 0x0B, 0x0C, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F]
_SPACES += [0x205F, 0x3000]
_ONE_FORM = {
    "，": ",", "、": "、", "；": ";", "：": ":", "？": "?", "！": "!", "（": "(", "）": ")",
    "【": "[", "】": "]", "〔": "[", "〕": "]", "［": "[", "］": "]", "「": '"', "」": '"', "『": '"', "』": '"',
    "“": '"', "”": '"', "‘": "'", "’": "'", "．": ".", "｡": "。", "〇": "零", "﹪": "%", "％": "%", "～": "~",
    "—": "-", "―": "-", "–": "-", "─": "-", "−": "-", "·": "·", "•": "·", "・": "·", "●": "·",
    "×": "x", "＊": "*", "※": "*", "★": "*", "☆": "*", "◆": "*", "▲": "*", "√": "√", "〈": "《", "〉": "》",
}  # fmt: skip

# Literal escapes that scrapers leave in text: entities (&nbsp;), <U+00A0>, tags (<br>, </p>), and the pinyin of
# one character in brackets behind it (工作總結(jié)). Syllables are at most six letters (zhuang).
_ESCAPE = re.compile(
    r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,5});"
    r"|</?(?:[abiup]|br|div|em|font|h[1-6]|img|li|o:p|ol|section|span|strong|su[bp]|t(?:able|body|[dhr])|ul)(?:\s+[A-Za-z][^<>\n]{0,400})?\s?/?>"
    r"|<U\+([0-9A-Fa-f]{4,5})>"
    r"|(?<=[\u3400-\u9fff])[(（][a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}[)）]"
)


@functools.cache
def traditional_to_simplified() -> dict[int, int]:
    """Code points of traditional characters to simplified ones, from OpenCC's table."""
    text = importlib.resources.files(__package__).joinpath("traditional.txt").read_text("utf-8")
    traditional, simplified = [line for line in text.splitlines() if not line.startswith("#")]
    return {ord(a): ord(b) for a, b in zip(traditional, simplified, strict=True)}


@functools.cache
def _table() -> Codes:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[:0x20] = _DELETE
    table[0x0A] = 0x0A
    table[0x7F:0xA0] = _DELETE
    table[0xD800:0xE000] = _DELETE
    table[_INVISIBLE] = _DELETE
    table[_SPACES] = 0x20
    for source, target in _ONE_FORM.items():
        table[ord(source)] = ord(target)
    for code, simplified in traditional_to_simplified().items():
        table[code] = simplified
    table[0x41:0x5B] = np.arange(0x61, 0x7B)
    table[0xFF21:0xFF3B] = np.arange(0x61, 0x7B)
    return table


def to_codes(text: str) -> Codes:
    """Code points of `text`, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32, copy=False)


def from_codes(codes: Codes) -> str:
    """The text of an array of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def is_cjk(codes: Codes) -> npt.NDArray[np.bool_]:
    """Where a code point is one of the characters that jieba's dictionary cuts (U+4E00 to U+9FD5)."""
    return (codes >= 0x4E00) & (codes <= 0x9FD5)


def normalize_codes(codes: Codes, deleted: npt.NDArray[np.bool_] | None = None) -> tuple[Codes, Positions]:
    """Normalised code points and, for each of them, its index in `codes`.

    Line feeds stay; every other control, invisible or unpaired-surrogate character goes; spaces
    between two Chinese characters and at either end of a line go, and in a line that is spaced out
    all but those between Latin letters or digits; full-width forms, punctuation variants, capitals
    and traditional characters take one form, and so does a full stop written `.` behind a Chinese
    character. `deleted` marks more characters to leave out.
    """
    mapped = _table()[np.minimum(codes, _TABLE_SIZE - 1)]
    beyond = codes >= _TABLE_SIZE
    if beyond.any():
        mapped[beyond] = codes[beyond]
    keep = mapped != _DELETE
    if deleted is not None:
        keep &= ~deleted
    positions = np.flatnonzero(keep)
    mapped = mapped[positions]
    is_space = mapped == 0x20
    if is_space.any():
        # A run of spaces stays as one space, and only between two characters that are not both Chinese.
        solid = np.flatnonzero(~is_space)
        left = np.searchsorted(solid, np.flatnonzero(is_space)) - 1
        spaces = np.flatnonzero(is_space)
        before = np.where(left >= 0, mapped[solid[np.maximum(left, 0)]] if solid.size else 0x0A, 0x0A)
        right = np.minimum(left + 1, max(solid.size - 1, 0))
        after = np.where(left + 1 < solid.size, mapped[solid[right]] if solid.size else 0x0A, 0x0A)
        first_of_run = np.ones(spaces.size, dtype=bool)
        first_of_run[1:] = spaces[1:] != spaces[:-1] + 1
        edge = (before == 0x0A) | (after == 0x0A)
        stays = first_of_run & ~edge & ~(is_cjk(before) & is_cjk(after))
        letters = _ALPHANUMERIC[np.minimum(before, 0x7F)] & _ALPHANUMERIC[np.minimum(after, 0x7F)]
        stays &= letters | ~_spaced_out(mapped, spaces, first_of_run & ~edge)
        keep_here = np.ones(mapped.size, dtype=bool)
        keep_here[spaces[~stays]] = False
        mapped, positions = mapped[keep_here], positions[keep_here]
    _stops_in_place(mapped)
    return mapped, positions


def _spaced_out(codes: Codes, spaces: Positions, between: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """For each of the `spaces` in `codes`, whether its line has them behind three of four characters, or more.

    `between` marks the first of each run that stands between characters. Elsewhere spaces beside punctuation and
    digits stay, for they tell rows of tables and page furniture from sentences.
    """
    feeds = np.flatnonzero(codes == 0x0A)
    line = np.searchsorted(feeds, spaces)
    solid = np.diff(feeds, prepend=-1, append=codes.size) - 1
    solid -= np.bincount(line, minlength=solid.size)
    dense: npt.NDArray[np.bool_] = 4 * np.bincount(line[between], minlength=solid.size) >= 3 * solid
    dense &= solid >= _SHORT
    return dense[line]


def _stops_in_place(codes: Codes) -> None:
    """Full stops written `.` become `。`: behind a Chinese character that is no number, before no letter, digit or dot."""
    at = np.flatnonzero(codes[1:] == _DOT) + 1
    if at.size:
        before = codes[at - 1]
        after = np.where(at + 1 < codes.size, codes[np.minimum(at + 1, codes.size - 1)], 0x0A)
        number = np.isin(before, _CHINESE_NUMBERS)
        inside = (after == _DOT) | _ALPHANUMERIC[np.minimum(after, 0x7F)]
        codes[at[is_cjk(before) & ~number & ~inside]] = _STOP


def escape_spans(text: str, codes: Codes | None = None) -> list[tuple[int, int, str]]:
    """Escapes left in `text`: (start, end, the one character it stands for, or an empty string).

    `codes` are those of `text`, where the caller has them already.
    """
    if "&" not in text and "<" not in text and "(" not in text and "（" not in text:
        return []
    spans: list[tuple[int, int, str]] = []
    done = 0
    for start in _may_escape(to_codes(text) if codes is None else codes).tolist():
        match = _ESCAPE.match(text, start) if start >= done else None
        if match:
            done = match.end()
            spans.append((start, done, _meaning(match)))
    return spans


def _may_escape(codes: Codes) -> npt.NDArray[np.int64]:
    """Where an escape can begin: brackets stand in every other line, and few have a Latin letter behind them."""
    bracket = (codes[:-1] == 0x28) | (codes[:-1] == 0xFF08)
    following = codes[1:]
    pinyin = (following >= 0x61) & (following <= 0x1DC)  # a to ǜ
    tag = (codes[:-1] == 0x3C) & (((following >= 0x61) & (following <= 0x7A)) | (following == 0x2F) | (following == 0x55))
    may = (bracket & pinyin) | (codes[:-1] == 0x26) | tag
    return np.flatnonzero(may)


def _meaning(match: re.Match[str]) -> str:
    whole = match[0]
    if whole.startswith("&"):
        character = html.unescape(whole)
        return character if len(character) == 1 else whole[0]
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    return ""


def normalize_with_positions(text: str) -> tuple[Codes, Positions]:
    """Normalised code points of `text` and the index in `text` that each came from."""
    codes = to_codes(text)
    spans = escape_spans(text, codes)
    if not spans:
        return normalize_codes(codes)
    codes = codes.copy()
    deleted = np.zeros(codes.size, dtype=bool)
    for start, end, character in spans:
        deleted[start:end] = True
        if character:
            codes[start] = ord(character)
            deleted[start] = False
    return normalize_codes(codes, deleted)


def normalize(text: str) -> str:
    """The text that the model reads for `text`; the same for every spelling of the same content."""
    return from_codes(normalize_with_positions(text)[0])
