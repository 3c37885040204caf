"""Text that scraping damaged, mended: mojibake, entities, invisible characters, pinyin in brackets, spaced-out characters.

The model's copy needs only mojibake mended, for `classifier.normalize` sees through the rest; people
who ask for repaired text (`--repair`) get all of it.
"""

import re
import unicodedata

from classifier.encoding import plausibility
from classifier.normalize import escape_spans

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffc\x00]")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ \u00a0](?=[\u4e00-\u9fff](?:[ \u00a0][\u4e00-\u9fff]|$))")
# Characters that UTF-8's lead bytes become when read as GBK, and a run of Latin letters with accents,
# which GBK or UTF-8 becomes when read as Latin-1.
_UTF8_AS_GBK = re.compile("[銆锛鈥鐨勫鍜涓浜鏄鍦鏈鍚瀹宸ヤ綔鎬荤粨]{2}")
_AS_LATIN = re.compile("[\u00a1-\u00ff\u20ac\u201a-\u203a\u0152-\u017e\u02c6\u02dc]{4}")
_GAIN = 0.15
"""Plausibility that mending must win: right guesses win 0.3 and more, chance less than a tenth."""


def recovered(text: str) -> str:
    """`text` read again in the encoding it was in, where mojibake can be told for sure; else `text` itself."""
    if _UTF8_AS_GBK.search(text):
        better = _reread(text, "gb18030", "utf-8")
    elif _AS_LATIN.search(text):
        better = _reread(text, "cp1252", "utf-8") or _reread(text, "latin-1", "utf-8") or _reread(text, "latin-1", "gb18030")
    else:
        return text
    return better or text


def _reread(text: str, wrong: str, right: str) -> str:
    """The text in its right encoding; empty where that reads no better."""
    # What the first wrong reading lost stands as U+FFFD or a question mark; the rest can still be mended.
    try:
        data = text.replace("\ufffd", "?").encode(wrong)
        better = data.decode(right, "replace")
    except UnicodeError:
        return ""
    if any(c in better for c in "\n\r") or not better.strip() or better.count("\ufffd") > len(better) * 0.1:
        return ""
    return better if plausibility(better) > plausibility(text) + _GAIN else ""


def repaired(text: str) -> str:
    """One paragraph as a careful typist would put it down; its words and figures stay as they are."""
    text = recovered(text)
    pieces: list[str] = []
    position = 0
    for start, end, character in escape_spans(text):
        pieces += [text[position:start], "" if character in "\r\n" else character]
        position = end
    text = "".join([*pieces, text[position:]])
    text = _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\u00a0", " ")
    text = "".join(unicodedata.normalize("NFC", text))
    indent = text[: len(text) - len(text.lstrip())]
    return indent + _SPACED.sub("", text.strip())
