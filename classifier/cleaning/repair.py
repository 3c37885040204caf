"""Text that scraping damaged, mended: mojibake, entities, invisible characters, pinyin in brackets, spaced-out characters.

The model's copy needs only mojibake mended, for `classifier.normalize` sees through the rest; people
who ask for repaired text (`--repair`) get all of it.
"""

import re
import unicodedata

from classifier.normalize import escape_spans

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffc\x00]")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ \u00a0](?=[\u4e00-\u9fff](?:[ \u00a0][\u4e00-\u9fff]|$))")
# A run of Latin letters with accents, which GBK or UTF-8 becomes when read as Latin-1.
_SPACE_AT_MARK = re.compile(r"[^\S\n]+(?=[，。；：！？、])|(?<=[，。；：！？、])[^\S\n]+")
_AS_LATIN = re.compile("[\u00a1-\u00ff\u20ac\u201a-\u203a\u0152-\u017e\u02c6\u02dc]{4}")
_TWO_CHINESE = re.compile("[\u4e00-\u9fff，。、；：]{2}")
_LOST = re.compile(r"\ufffd+\??\ufffd*")
_CHINESE = 0.6
"""Share of Chinese among the characters beyond ASCII that mending must give: mojibake with losses gives 0.65, chance 0.2."""


def recovered(text: str) -> str:
    """`text` read again in the encoding it was in, where mojibake can be told for sure; else `text` itself."""
    if text.isascii():
        return text
    # Real Chinese in GBK is next to never UTF-8 as well: forty characters tell, and cost next to nothing.
    if _reread(text[:40], "gb18030", "utf-8") and (better := _reread(text, "gb18030", "utf-8")):
        return better
    if _AS_LATIN.search(text):
        for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")):
            if better := _reread(text, wrong, right):
                return better
    return text


def _reread(text: str, wrong: str, right: str) -> str:
    """The text in its right encoding; empty where that gives no Chinese."""
    # What the first wrong reading lost stands as U+FFFD or a question mark; the rest can still be mended.
    try:
        better = text.replace("\ufffd", "?").encode(wrong).decode(right, "replace")
    except UnicodeError:
        return ""
    if not _TWO_CHINESE.search(better):
        return ""
    # Chance gives Greek and Arabic letters (联通 is the known case), not Chinese ones.
    wide = [c for c in better if not c.isascii()]
    chinese = sum("\u4e00" <= c <= "\u9fff" or c in "，。、；：！？（）《》“”　" for c in wide)
    if "\n" in better or "\r" in better or chinese < 2 or chinese < _CHINESE * len(wide):
        return ""
    return better


def readable(text: str) -> str:
    """One paragraph as the model reads it: mojibake mended, and entities with the spaces that they leave at punctuation."""
    better = recovered(text)
    if better is not text:
        better = _LOST.sub("", better) or text  # what the first reading lost would read as noise
    if "&" in better or "<U+" in better:
        plain = _SPACE_AT_MARK.sub("", _unescaped(better))
        if plain.strip():
            better = plain
    return better


def _unescaped(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, character in escape_spans(text):
        pieces += [text[position:start], "" if character in "\r\n" else character]
        position = end
    return "".join([*pieces, text[position:]])


def repaired(text: str) -> str:
    """One paragraph as a careful typist would put it down; its words and figures stay as they are."""
    text = recovered(text)
    text = _unescaped(text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\u00a0", " ")
    text = unicodedata.normalize("NFC", text)
    indent = text[: len(text) - len(text.lstrip())]
    return indent + _SPACED.sub("", text.strip())
