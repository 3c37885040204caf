"""Word and character n-grams of many lines at once, as 64-bit keys computed by numpy.

No n-gram is ever built as a Python string: a word's key is a polynomial hash of its span in the
array of code points, so that cutting the words stays the larger part of the work.
What this does not do: it keeps no text of the n-grams; `Occurrences` says where each one stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.marks import without_marks
from classifier.normalize import Codes, Positions, normalize_with_positions
from classifier.tokenizer import token_starts

Keys = npt.NDArray[np.uint64]

FAMILIES: tuple[str, ...] = ("char1", "char2", "char3", "word1", "word2", "lead1", "lead2")
"""Characters (1 to 3), words (1 and 2), and words (1 and 2) among the first of their line."""

LEAD_TOKENS = 8
"""Tokens from the start of a line that count as its lead: about one clause (`下一步，我们将…`)."""

_NEWLINE = 0x0A
_DIGIT_ZERO = 0x30
# Odd multipliers with well-mixed bits: the golden ratio's, and two of splitmix64 (Steele et al., 2014).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_KEPT_POWERS = 1 << 19
"""Powers kept at most: 4 MB a base, more than a batch of many reports needs; a longer text makes its own."""
_BASE = 0x5851F42D4C957F2D
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True)
class EncodedLines:
    """Lines ready for n-grams: one stream, a line feed before and behind each line, digit runs folded to one zero,
    marks of lists (`● `, `## `) left out.

    `line_of[i]` is the line that character i belongs to, a line feed to the line it leads; `positions[i]`
    is its index in the lines joined by line feeds (-1 for the leading line feed); `token_bounds` are the indices where tokens
    start, with the stream's length at the end.
    """

    codes: Codes
    line_of: npt.NDArray[np.int32]
    positions: Positions
    token_bounds: npt.NDArray[np.int64]
    line_count: int


@dataclass(frozen=True)
class Occurrences:
    """Where n-grams stand: key, line, and first and last-plus-one index in the encoded stream."""

    family: str
    keys: Keys
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


def encode_lines(texts: Sequence[str]) -> EncodedLines:
    """Normalise and cut `texts`; line feeds inside a text count as spaces."""
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    codes, positions = normalize_with_positions(joined)
    edge = np.array([_NEWLINE], dtype=np.uint32)
    codes = np.concatenate([edge, codes, edge])
    positions = np.concatenate([np.array([-1]), positions, np.array([len(joined)])])
    digit = (codes >= _DIGIT_ZERO) & (codes <= 0x39)
    if digit.any():
        codes[digit] = _DIGIT_ZERO
        keep = np.ones(codes.size, dtype=bool)
        keep[1:] = ~(digit[1:] & digit[:-1])
        codes, positions = codes[keep], positions[keep]
    codes, positions = without_marks(codes, positions)
    line_of = np.cumsum(codes == _NEWLINE, dtype=np.int32)
    line_of -= 1
    line_of[-1] -= 1
    bounds = np.append(np.flatnonzero(token_starts(codes)), codes.size)
    return EncodedLines(codes, line_of, positions, bounds, len(texts))


def _mix(keys: Keys, salt: int) -> Keys:
    keys = keys + np.uint64(salt * int(_GOLDEN) & 0xFFFFFFFFFFFFFFFF)
    scratch = keys >> np.uint64(30)
    keys ^= scratch
    keys *= _MIX_A
    keys ^= np.right_shift(keys, np.uint64(27), out=scratch)
    keys *= _MIX_B
    keys ^= np.right_shift(keys, np.uint64(31), out=scratch)
    return keys


_POWERS: dict[int, Keys] = {}


def _powers(base: int, count: int) -> Keys:
    """The first powers of `base`, kept between batches, whose size is much the same."""
    known = _POWERS.get(base)
    if known is None or known.size < count:
        known = np.full(max(count, 1), base, dtype=np.uint64)
        known[0] = 1
        known = np.cumprod(known, dtype=np.uint64)
        if count <= _KEPT_POWERS:
            _POWERS[base] = known
    return known[:count]


class _Words:
    """Hashes of the tokens of encoded lines."""

    def __init__(self, encoded: EncodedLines) -> None:
        bounds = encoded.token_bounds
        self.starts, self.ends = bounds[:-1], bounds[1:]
        codes = encoded.codes.astype(np.uint64)
        sums = np.zeros(codes.size + 1, dtype=np.uint64)
        np.cumsum(codes * _powers(_BASE, codes.size), out=sums[1:])
        inverse = _powers(_BASE_INVERSE, codes.size)
        self.hashes = (sums[self.ends] - sums[self.starts]) * inverse[self.starts]
        self.newline = encoded.codes[self.starts] == _NEWLINE
        first = np.maximum.accumulate(np.where(self.newline, np.arange(self.starts.size), 0))
        self.lead = np.arange(self.starts.size) - first <= LEAD_TOKENS


def occurrences(encoded: EncodedLines, families: Sequence[str] = FAMILIES) -> list[Occurrences]:
    """All n-grams of the families, in stream order within a family; none crosses a line's end."""
    found: list[Occurrences] = []
    codes = encoded.codes
    newline = codes == _NEWLINE
    wide = codes.astype(np.uint64)
    for size, family in ((1, "char1"), (2, "char2"), (3, "char3")):
        if family not in families or codes.size < size:
            continue
        count = codes.size - size + 1
        keys = wide[:count].copy()
        crossing = newline[:count].copy() if size == 1 else newline[:count] & newline[size - 1 :]
        for offset in range(1, size):
            keys = (keys << np.uint64(21)) | wide[offset : offset + count]
            if offset < size - 1:
                crossing |= newline[offset : offset + count]
        starts = np.flatnonzero(~crossing)
        found.append(Occurrences(family, _mix(keys[starts], size), starts, starts + size))
    if not any(family in families for family in ("word1", "word2", "lead1", "lead2")):
        return found
    words = _Words(encoded)
    one = ~words.newline
    if "word1" in families:
        found.append(_unigrams("word1", words, one, salt=4))
    if "lead1" in families:
        found.append(_unigrams("lead1", words, one & words.lead, salt=6))
    if words.starts.size > 1:
        pair = ~(words.newline[:-1] & words.newline[1:])
        if "word2" in families:
            found.append(_bigrams("word2", words, pair, salt=5))
        if "lead2" in families:
            found.append(_bigrams("lead2", words, pair & words.lead[:-1] & words.lead[1:], salt=7))
    return found


def _unigrams(family: str, words: _Words, chosen: npt.NDArray[np.bool_], salt: int) -> Occurrences:
    at = np.flatnonzero(chosen)
    return Occurrences(family, _mix(words.hashes[at], salt), words.starts[at], words.ends[at])


def _bigrams(family: str, words: _Words, chosen: npt.NDArray[np.bool_], salt: int) -> Occurrences:
    at = np.flatnonzero(chosen)
    keys = words.hashes[at] * _GOLDEN ^ (words.hashes[at + 1] + _MIX_A)
    return Occurrences(family, _mix(keys, salt), words.starts[at], words.ends[at + 1])
