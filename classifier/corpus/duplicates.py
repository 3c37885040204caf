"""Paragraphs written twice, and the longest phrases that several documents share: exact, not estimated.

MinHash estimates what shares of pieces two texts have in common where comparing all pairs is out of the
question. At the size of a labelled corpus (tens of thousands of lines) the shares themselves are one
sparse matrix product, so that no pair near the threshold is missed and none is invented.
Punctuation, spaces and digits do not count: text with other figures in it is the same text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from classifier.normalize import to_codes

PIECE = 8
"""Characters of a piece: two or three words, seldom shared by chance."""

SHORTEST = 20
"""Letters a paragraph has at least to be compared: below, headings and set phrases agree rightly."""

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_COMMON = 60
"""A piece that stands in more lines than this is a set phrase (以习近平新时代…) and joins nothing."""

# An odd multiplier with well-mixed bits (Knuth's MMIX), for hashes of windows.
_BASE = np.uint64(6364136223846793005)


@dataclass(frozen=True)
class NearDuplicate:
    """Two lines by their places in the sequence given, and the share of the shorter one's pieces that both have."""

    first: int
    second: int
    share: float


@dataclass(frozen=True)
class SharedPhrase:
    """A run of letters that stands in two documents, and the lines where it first stands in two of them."""

    text: str
    first: int
    second: int


def letters(text: str) -> str:
    """`text` without punctuation, spaces and digits."""
    return _NOT_LETTERS.sub("", text)


def near_duplicates(texts: Sequence[str], threshold: float) -> list[NearDuplicate]:
    """Pairs of paragraphs that share at least `threshold` of the shorter one's pieces, likest first."""
    readings = [letters(text) for text in texts]
    chosen = [number for number, reading in enumerate(readings) if len(reading) >= SHORTEST]
    if len(chosen) < 2:
        return []
    keys = [np.unique(_windows(to_codes(readings[number]).astype(np.uint64), PIECE)) for number in chosen]
    sizes = np.array([key.size for key in keys])
    line = np.repeat(np.arange(len(chosen)), sizes)
    _, piece, count = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    shared = (count[piece] > 1) & (count[piece] <= _COMMON)
    table = scipy.sparse.csr_matrix(
        (np.ones(int(shared.sum()), dtype=np.int32), (line[shared], piece[shared])), shape=(len(chosen), count.size)
    )
    together = scipy.sparse.triu(table @ table.T, k=1).tocoo()
    share = together.data / np.minimum(sizes[together.row], sizes[together.col])
    found = [
        NearDuplicate(chosen[first], chosen[second], float(value))
        for first, second, value in zip(together.row, together.col, share, strict=True)
        if value >= threshold
    ]
    return sorted(found, key=lambda pair: (-pair.share, pair.first, pair.second))


def longest_shared_phrases(texts: Sequence[str], documents: Sequence[int], wanted: int = 5) -> list[SharedPhrase]:
    """The `wanted` longest runs of letters that stand in two documents, longest first, none inside another's place.

    `documents` has the number of each text's document.
    """
    codes, line_of, place = _stream([letters(text) for text in texts])
    document_of = np.asarray(documents, dtype=np.int64)[line_of] if codes.size else np.empty(0, dtype=np.int64)
    found: list[SharedPhrase] = []
    limit = 1 << 12
    while len(found) < wanted:
        length, first, second = _longest(codes, document_of, limit)
        if length < PIECE:
            break
        line = int(line_of[second])
        reading = letters(texts[line])
        start = int(place[second])
        found.append(SharedPhrase(reading[start : start + length], int(line_of[first]), line))
        limit = length
        # Letters that were told of once become unlike any other, so that the next phrase is another one.
        codes[second : second + length] = (1 << 40) + np.arange(second, second + length, dtype=np.uint64)
    return found


def _stream(readings: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All readings one after another, each ended by a code of its own, with each code's line and place in it."""
    parts = [np.append(to_codes(reading).astype(np.uint64), np.uint64((1 << 32) + n)) for n, reading in enumerate(readings)]
    sizes = np.array([part.size for part in parts], dtype=np.int64)
    codes = np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)
    starts = np.cumsum(sizes) - sizes
    return codes, np.repeat(np.arange(len(parts)), sizes), np.arange(codes.size) - np.repeat(starts, sizes)


def _windows(codes: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.uint64]:
    """A hash of every run of `size` codes."""
    hashes = np.zeros(max(codes.size - size + 1, 0), dtype=np.uint64)
    for offset in range(size):
        hashes = hashes * _BASE + codes[offset : offset + hashes.size]
    return hashes ^ (hashes >> np.uint64(29))


def _longest(codes: npt.NDArray[np.uint64], document_of: npt.NDArray[np.int64], limit: int) -> tuple[int, int, int]:
    """Length and two places of the longest run in two documents; binary search, as every shorter length has one too."""
    power = np.full(codes.size, _BASE, dtype=np.uint64)
    if power.size:
        power[0] = 1
    power = np.cumprod(power, dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(codes * power, dtype=np.uint64)])
    low, high, best = 0, min(limit, codes.size), (0, 0, 0)
    while low < high:
        length = (low + high + 1) // 2
        pair = _twice(sums, power, document_of, length)
        if pair is None:
            high = length - 1
        else:
            low, best = length, (length, *pair)
    return best


def _twice(
    sums: npt.NDArray[np.uint64], power: npt.NDArray[np.uint64], document_of: npt.NDArray[np.int64], length: int
) -> tuple[int, int] | None:
    """Two places in different documents where the same run of `length` codes stands."""
    count = power.size - length + 1
    # A run's hash times its place's power: brought to the last place's power, so that equal runs are equal.
    hashes = (sums[length:] - sums[:-length]) * power[::-1][length - 1 : length - 1 + count]
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    apart = same[document_of[order[same]] != document_of[order[same + 1]]]
    if not apart.size:
        return None
    return int(order[apart[0]]), int(order[apart[0] + 1])
