"""What a line's surroundings say: its shape, its place, its headings, its neighbours' scores, as columns.

All in numpy over many documents at once, so that the cost is a few array operations a batch.
Source of the idea: sequential sentence classification gains most from neighbours and headings
(Jin and Szolovits, EMNLP 2018); here their first-pass opinions stand for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from classifier.document import Document
from classifier.ngrams import EncodedLines
from classifier.scoring import Floats, LineScores, in_steps

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NUMBERINGS = (
    "part", "piece", "chinese", "chinese-bracket", "ordinal", "one-is", "dotted", "digit", "digit-bracket", "circled",
)  # fmt: skip
_OFFSETS = (-2, -1, 1, 2)
"""Neighbours whose opinions are told one by one; the third on either side only taught the corpus by heart."""
_WINDOW = 8
"""Lines on either side whose mean opinion tells the region: a list of spam titles, a section."""
_EXACT = 2.0**20


@dataclass(frozen=True)
class Layout:
    """Where the lines of a batch of documents stand; every array has one entry a line.

    `document` numbers the documents from 0; `index` and `count` are the place in the document and its
    size; `heading` marks candidate headings; `parents` holds the nearest two headings over a line
    as row numbers of the batch, -1 where there is none; `numbering` indexes NUMBERINGS, -1 for none.
    """

    document: Ints
    index: Ints
    count: Ints
    heading: Bools
    parents: Ints
    numbering: Ints


def layout(documents: Sequence[Document]) -> Layout:
    """Lay out the lines of `documents` one after another."""
    sizes = np.array([len(document.lines) for document in documents], dtype=np.int64)
    total = int(sizes.sum())
    offsets = np.cumsum(sizes) - sizes
    document = np.repeat(np.arange(len(documents)), sizes)
    heading = np.zeros(total, dtype=bool)
    numbering = np.full(total, -1, dtype=np.int64)
    parents = np.full((total, 2), -1, dtype=np.int64)
    styles = {"": -1, **{style: number for number, style in enumerate(NUMBERINGS)}}
    row = 0
    for offset, one in zip(offsets.tolist(), documents, strict=True):
        heading[row : row + len(one.lines)] = [line.heading for line in one.lines]
        numbering[row : row + len(one.lines)] = [styles[line.numbering] for line in one.lines]
        for at, line in enumerate(one.lines, row):
            if line.path:
                parents[at, 0] = offset + line.path[-1]
                if len(line.path) > 1:
                    parents[at, 1] = offset + line.path[-2]
        row += len(one.lines)
    index = np.arange(total) - np.repeat(offsets, sizes)
    return Layout(document, index, np.repeat(sizes, sizes), heading, parents, numbering)


def log_softmax(scores: Floats) -> Floats:
    """Log-probabilities of rows of scores."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def softmax(scores: Floats) -> Floats:
    """Probabilities of rows of scores."""
    result: Floats = np.exp(log_softmax(scores))
    return result


_BEYOND = 0x10000
"""Stands for every code point from here on."""

_KINDS = (
    "cjk", "feed", "digit", "latin", "space", "colon", "stop", "comma", "bracket", "separator",
    "wide_stop", "wide_comma", "wide_bracket", "wide_separator", "ascii", "other",
)  # fmt: skip


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """The kind of every code point: one look-up tells what a dozen comparisons would."""
    table = np.full(_BEYOND + 1, _KINDS.index("other"), dtype=np.uint8)
    table[:0x80] = _KINDS.index("ascii")
    table[0x4E00:0xA000] = _KINDS.index("cjk")
    table[0x61:0x7B] = _KINDS.index("latin")
    for kind, marks in (
        ("feed", "\n"), ("digit", "0"), ("space", " "), ("colon", ":"), ("stop", ";!?"), ("comma", ","), ("bracket", "()[]"),
        ("separator", "-_|>/\\*=~#<{}"), ("wide_stop", "。"), ("wide_comma", "、"), ("wide_bracket", "《》"),
        ("wide_separator", "·"),
    ):  # fmt: skip
        table[[ord(mark) for mark in marks]] = _KINDS.index(kind)
    return table


_ENDS = {"stop": "。!?;", "colon": ":", "comma": ",、", "bracket": ")]》", "digit": "0"}


@cache
def _ends() -> npt.NDArray[np.uint8]:
    """For every code point, which of _ENDS it is; their number for none."""
    table = np.full(_BEYOND + 1, len(_ENDS), dtype=np.uint8)
    for number, marks in enumerate(_ENDS.values()):
        table[[ord(mark) for mark in marks]] = number
    return table


def shape_columns(encoded: EncodedLines) -> tuple[Floats, list[str]]:
    """How a line looks: length, kinds of characters, its end."""
    codes, lines = encoded.codes, encoded.line_count
    kinds = _kinds().take(np.minimum(codes, _BEYOND))
    counts = np.bincount(encoded.line_of * np.int64(len(_KINDS)) + kinds, minlength=lines * len(_KINDS)).reshape(lines, -1)
    length = (counts.sum(axis=1) - counts[:, _KINDS.index("feed")]).astype(np.float32)
    divisor = np.maximum(length, 1)

    def share(*of: str) -> Floats:
        counted = np.add.reduce([counts[:, _KINDS.index(kind)] for kind in of])
        result: Floats = (counted / divisor).astype(np.float32)
        return result

    last = np.flatnonzero(codes == 0x0A)[1:] - 1
    end = codes[last]
    columns: dict[str, Floats] = {
        "log_length": (np.log1p(length) / 6).astype(np.float32),
        "short": (length <= 12).astype(np.float32),
        "heading_length": (length <= 30).astype(np.float32),
        "long": (length >= 120).astype(np.float32),
        "digit_share": share("digit"),
        "latin_share": share("latin"),
        "other_share": share("other", "wide_stop", "wide_comma", "wide_bracket", "wide_separator"),
        "stop_count": np.log1p(share("stop", "wide_stop") * divisor).astype(np.float32),
        "comma_count": np.log1p(share("comma", "wide_comma") * divisor).astype(np.float32),
        "separator_share": share("separator", "wide_separator"),
        "bracket_share": share("bracket", "wide_bracket"),
        "space_share": share("space"),
        "colon_share": share("colon"),
    }
    ending = _ends().take(np.minimum(end, _BEYOND))
    for number, name in enumerate(_ENDS):
        columns[f"ends_{name}"] = (ending == number).astype(np.float32)
    return np.stack(list(columns.values()), axis=1), list(columns)


def place_columns(where: Layout) -> tuple[Floats, list[str]]:
    """Where a line stands in its document, its number, whether it looks like a heading, how far its heading is."""
    # Not told: how far a line is from its document's ends. Reports come whole, cut and pasted in pieces, and
    # what the second pass made of the distance held for our own documents only (macro-F1 in windows of 12
    # lines without it, genres held out: government 0.875 -> 0.889, companies 0.705 -> 0.716).
    rows = np.arange(where.index.size)
    parent = where.parents[:, 0]
    columns = {
        "single": (where.count == 1).astype(np.float32),
        "under_heading": (parent >= 0).astype(np.float32),
        "heading_distance": np.where(parent >= 0, 1 / np.maximum(rows - parent, 1), 0).astype(np.float32),
        "under_two": (where.parents[:, 1] >= 0).astype(np.float32),
    }
    for number, style in enumerate(NUMBERINGS):
        columns[f"numbering_{style}"] = (where.numbering == number).astype(np.float32)
    columns["numbered"] = (where.numbering >= 0).astype(np.float32)
    columns["heading_like"] = where.heading.astype(np.float32)
    bare = where.heading & (where.numbering < 0)
    columns["bare_heading_like"] = bare.astype(np.float32)
    # The one thing of the ends that holds for pasted pieces too: what stands first and looks like a title.
    columns["title_like"] = (bare & (where.index == 0) & (where.count > 1)).astype(np.float32)
    return np.stack([column.astype(np.float32) for column in columns.values()], axis=1), list(columns)


def shift(values: Floats, offset: int, where: Layout, missing: float = 0.0) -> Floats:
    """Rows of the line `offset` further on in the same document; `missing` beyond its ends."""
    shifted = np.full_like(values, missing)
    place = where.index + offset
    inside = np.flatnonzero((place >= 0) & (place < where.count))
    shifted[inside] = values[inside + offset]
    return shifted


def sentence_columns(scores: LineScores) -> tuple[Floats, list[str]]:
    """Share of a line's text by its sentences' likeliest labels, their strongest, and the first and last."""
    classes = scores.lines.shape[1]
    chance = in_steps(softmax(scores.sentences), _EXACT).astype(np.float64)
    weight = scores.sentence_length[:, None]
    first = np.flatnonzero(np.diff(scores.sentence_line, prepend=-1))
    last = np.append(first[1:], scores.sentence_line.size) - 1
    mean = np.add.reduceat(chance * weight, first, axis=0) / np.add.reduceat(weight, first, axis=0)
    strongest = np.maximum.reduceat(chance, first, axis=0)
    columns = np.concatenate([mean, strongest, chance[first], chance[last]], axis=1).astype(np.float32)
    return columns, [f"sentence_{kind}_{c}" for kind in ("share", "strongest", "first", "last") for c in range(classes)]


def neighbour_columns(opinion: Floats, where: Layout, name: str) -> tuple[Floats, list[str]]:
    """Opinions (probabilities) of the neighbours and the headings above, and how unrelated the region is.

    The last column of `opinion` is the probability of `unrelated`.
    """
    classes = opinion.shape[1]
    parts: list[Floats] = []
    names: list[str] = []

    def add(kind: str, values: Floats) -> None:
        parts.append(values)
        names.extend(f"{name}_{kind}_{c}" for c in range(classes))

    for offset in _OFFSETS:
        add(f"at{offset:+d}", shift(opinion, offset, where))
    for depth, kind in enumerate(("heading", "outer_heading")):
        parent = where.parents[:, depth]
        add(kind, np.where(parent[:, None] >= 0, opinion[np.maximum(parent, 0)], 0).astype(np.float32))
    # Of the region only how unrelated it is: with all labels' shares there, the second pass carried a
    # first pass's mistakes on a new genre through the whole document (macro-F1 0.869 -> 0.874 on
    # government reports held out as a genre, 0.809 -> 0.816 on inspections, in windows of 12 lines).
    # Whole numbers of 2^-20 add up exactly, so a line's sums do not depend on the batch before it.
    totals = np.zeros(opinion.shape[0] + 1)
    np.cumsum(in_steps(opinion[:, -1], _EXACT), out=totals[1:], dtype=np.float64)
    rows = np.arange(opinion.shape[0])
    start, end = rows - where.index, rows - where.index + where.count
    for kind, low, high in (
        ("document", start, end),
        ("before", np.maximum(start, rows - _WINDOW), rows),
        ("after", rows + 1, np.minimum(end, rows + 1 + _WINDOW)),
        ("ahead", start, rows),
        ("rest", rows + 1, end),
    ):
        parts.append(((totals[high] - totals[low]) / np.maximum(high - low, 1)).astype(np.float32)[:, None])
        names.append(f"{name}_{kind}_unrelated")
    return np.concatenate(parts, axis=1), names
