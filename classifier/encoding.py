"""Bytes of unknown encoding to text, told honestly: which encoding, how sure, how much was replaced.

The order follows measurements on Chinese text: byte-order mark, UTF-16 without one, strict UTF-8,
the declared charset, GB18030 and Big5 by how plausible their text is, then replacement. Where a file
as a whole fits no encoding, each line is decoded for itself, so that one bad line costs one line.
"""

import codecs
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65536
"""Bytes looked at to judge plausibility; the judgement is stable far below this."""

_CERTAIN = 0.9
"""Plausibility that real Chinese prose passes and text read in a wrong encoding does not."""

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive (DOCX, XLSX and the like are such)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\x7fELF", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "a database"),
)
# The forty commonest characters of Chinese prose, simplified and traditional: real text of a few
# hundred characters holds several of them, text in the wrong encoding hardly any.
_COMMON = frozenset("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主年這個國時來們對會為發後")


class BinaryInputError(ValueError):
    """The bytes are no text."""


@dataclass(frozen=True)
class Decoded:
    """Text with the encoding it was read in.

    `encoding` is a Python codec name, `mixed` where lines differed; `replaced_lines` are the 1-based
    numbers of lines in which undecodable bytes became U+FFFD; `guessed` is False where a mark,
    strict UTF-8 or the caller decided; `bom` tells that a byte-order mark was taken off.
    """

    text: str
    encoding: str
    guessed: bool
    bom: bool
    replaced_lines: tuple[int, ...] = ()


def what_binary(data: bytes) -> str:
    """What kind of binary file `data` begins, as `a PDF`; empty when it may be text."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    sample = data[:_SAMPLE]
    if not sample or any(data.startswith(mark) for mark, _ in BOMS) or utf16_without_bom(sample):
        return ""
    controls = sum(sample.count(bytes([code])) for code in range(32) if code not in (0, 9, 10, 12, 13, 27))
    # Text has next to no control characters; NULs alone are what broken scrapers leave in text.
    if controls > len(sample) * 0.02 or sample.count(0) > len(sample) * 0.3:
        return "binary data"
    return ""


def decode(data: bytes, *, encoding: str | None = None, declared: str | None = None) -> Decoded:
    """Decode `data`; `encoding` overrides every guess, `declared` (from HTML, say) is tried before guessing.

    Raises BinaryInputError for binary data and LookupError for an encoding Python does not know.
    """
    if encoding is not None:
        return _decode_whole(data, codec_name(encoding), guessed=False)
    for mark, codec in BOMS:
        if data.startswith(mark):
            return _decode_whole(data[len(mark) :], codec, guessed=False, bom=True)
    kind = what_binary(data)
    if kind:
        raise BinaryInputError(f"this is {kind}, not text")
    wide = utf16_without_bom(data[:_SAMPLE])
    if wide:
        return _decode_whole(data, wide, guessed=True)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", guessed=False, bom=False)
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return Decoded(data.decode(codec_name(declared)), codec_name(declared), guessed=False, bom=False)
        except (UnicodeDecodeError, LookupError):
            pass
    best = most_plausible(data)
    if best:
        return Decoded(data.decode(best), best, guessed=True, bom=False)
    return _decode_by_line(data)


def codec_name(name: str) -> str:
    """Python's name of an encoding, GB18030 for its subsets; LookupError where there is none."""
    codec = codecs.lookup(name).name
    # GB18030 reads all that GBK and GB2312 read, and pages that declare those hold its characters.
    return "gb18030" if codec in ("gbk", "gb2312", "hz") else codec


def _decode_whole(data: bytes, codec: str, *, guessed: bool, bom: bool = False) -> Decoded:
    try:
        return Decoded(data.decode(codec), codec, guessed, bom)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    replaced = tuple(number for number, line in enumerate(text.split("\n"), 1) if "\ufffd" in line)
    return Decoded(text, codec, guessed, bom, replaced)


def utf16_without_bom(sample: bytes) -> str:
    """`utf-16-le` or `utf-16-be` where zero bytes hint at it and only that reading gives Chinese prose."""
    if b"\0" not in sample or len(sample) < 4:
        return ""
    whole = sample[: len(sample) // 2 * 2]
    scores = {codec: plausibility(whole.decode(codec, "replace")) for codec in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > max(_CERTAIN, plausibility(sample.decode("utf-8", "replace"))) else ""


def plausibility(text: str) -> float:
    """Share of characters that Chinese prose is made of; above 1 where its commonest ones occur."""
    sample = text[:4000]
    if not sample:
        return 0.0
    good = sum(1 for c in sample if "\u4e00" <= c <= "\u9fff" or c in "，。、；：？！（）《》“”" or c.isascii())
    rare = sum(1 for c in sample if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\t\n\r\f"))
    common = sum(1 for c in sample if c in _COMMON)
    wide = sum(1 for c in sample if not c.isascii())
    return (good - 5 * rare) / len(sample) + (common / wide if wide else 0.0)


def most_plausible(data: bytes) -> str:
    """The encoding in which `data` reads most like Chinese prose; empty where it does in none."""
    scores: dict[str, float] = {}
    for codec in ("gb18030", "big5", "utf-16-le", "utf-16-be"):
        try:
            scores[codec] = plausibility(data.decode(codec))
        except UnicodeDecodeError:
            continue
    # GB18030 wins ties: it is by far the commoner, and Big5 text seldom decodes as it at all.
    handicap = {"gb18030": 0.02, "utf-16-le": -0.2, "utf-16-be": -0.2}
    best = max(scores, key=lambda codec: scores[codec] + handicap.get(codec, 0), default="")
    return best if best and scores[best] > 0.5 else ""


def _decode_by_line(data: bytes) -> Decoded:
    kept = data.splitlines(keepends=True) if b"\n" not in data else [part + b"\n" for part in data.split(b"\n")]
    if b"\n" in data:
        kept[-1] = kept[-1][:-1]
    texts: list[str] = []
    replaced: list[int] = []
    used: set[str] = set()
    for number, line in enumerate(kept, 1):
        try:
            text, codec = line.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            codec = most_plausible(line)
            if codec:
                text = line.decode(codec)
            else:
                as_gb, as_utf = line.decode("gb18030", "replace"), line.decode("utf-8", "replace")
                text, codec = max(((as_utf, "utf-8"), (as_gb, "gb18030")), key=lambda option: plausibility(option[0]))
                replaced.append(number)
        if not line.isascii():
            used.add(codec)
        texts.append(text)
    name = used.pop() if len(used) == 1 else "mixed"
    return Decoded("".join(texts), name, guessed=True, bom=False, replaced_lines=tuple(replaced))
