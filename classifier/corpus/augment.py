"""Variants of written documents for training: cut out, mixed with noise, masked, broken.

The written text itself comes from people's hands alone; what happens here is what scrapers, crawlers
and sharing sites do to it. Everything is seeded by the document's name, so that a variant does not
change when other documents join the corpus. Documents are dealt into partitions, and a variant takes
its noise from its own partition only: cross-fitting by partition then never sees a noise line twice.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from classifier.corpus.documents import LabelledDocument, LabelledLine
from classifier.labels import Label

PARTITIONS = 5
"""As many as the cross-fitting has folds."""

_MASKS = ("20xx", "XX", "20**", "××", "xxxx", "__")
_STRAY = ("`", "▲", "※", "*", " ", "·", "╱")
_TO_HALF = str.maketrans({"，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "！": "!", "？": "?"})


@dataclass(frozen=True)
class Variant:
    """A document as training sees it, with the partition it must be held out with."""

    partition: str
    document: LabelledDocument


def partition_of(name: str) -> int:
    """The partition that a document or noise line belongs to, from its name alone."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[0] % PARTITIONS


def variants(
    documents: Sequence[LabelledDocument], noise: Sequence[tuple[str, str]], *, copies: int, seed: int = 0
) -> Iterator[Variant]:
    """Each document as written, then `copies` variants of it; `noise` holds (family, text) lines."""
    pools: list[list[str]] = [[] for _ in range(PARTITIONS)]
    for _, text in noise:
        pools[partition_of(text)].append(text)
    titles: list[list[str]] = [[] for _ in range(PARTITIONS)]
    for document in documents:
        first = document.lines[0]
        if first.heading and first.label is Label.BACKGROUND and len(document.lines) > 1:
            titles[partition_of(document.doc)].append(first.text.strip())
    for document in documents:
        partition = partition_of(document.doc)
        name = f"partition-{partition}"
        yield Variant(name, document)
        # Pages without a report teach what is unrelated once; varied, they would make it the answer to all.
        for copy in range(copies if any(line.label is not Label.UNRELATED for line in document.lines) else 0):
            rng = random.Random(f"{seed}/{document.doc}/{copy}")
            others = [title for title in titles[partition] if title != document.lines[0].text.strip()]
            lines = _vary(list(document.lines), pools[partition], others, rng)
            if lines:
                yield Variant(name, replace(document, doc=f"{document.doc}~{copy + 1}", lines=tuple(lines)))


def _vary(lines: list[LabelledLine], noise: list[str], titles: list[str], rng: random.Random) -> list[LabelledLine]:
    if rng.random() < 0.5:
        lines = [line for line in lines if line.label is not Label.UNRELATED] or lines
    if rng.random() < 0.15:
        lines = [line for line in lines if not line.heading] or lines
    lines = _cut_out(lines, rng)
    if rng.random() < 0.3:
        lines = [_mask(line, rng) for line in lines]
    if rng.random() < 0.12:
        lines = [piece for line in lines for piece in _break(line, rng)]
    if rng.random() < 0.5 and (noise or titles):
        lines = _mix_in(lines, noise, titles, rng)
    return lines


def _cut_out(lines: list[LabelledLine], rng: random.Random) -> list[LabelledLine]:
    """All of it, a page of it, or a few lines: readers paste all three, half of them with the title left over it."""
    if lines[0].heading and lines[0].label is Label.BACKGROUND and len(lines) > 1 and rng.random() < 0.5:
        return [lines[0], *_piece(lines[1:], rng)]
    return _piece(lines, rng)


def _piece(lines: list[LabelledLine], rng: random.Random) -> list[LabelledLine]:
    draw = rng.random()
    if draw < 0.4:
        return lines
    wanted = rng.randint(8, 20) if draw < 0.75 else rng.randint(1, 5)
    if wanted >= len(lines):
        return lines
    start = rng.randint(0, len(lines) - wanted)
    return lines[start : start + wanted]


def _mask(line: LabelledLine, rng: random.Random) -> LabelledLine:
    text = line.text
    if rng.random() < 0.5:
        text = text.translate(_TO_HALF)
    if rng.random() < 0.4:
        text = re.sub(r"(?:19|20)\d\d(?=年)", rng.choice(_MASKS), text)
    if rng.random() < 0.15 and len(text) > 10:
        at = rng.randint(1, len(text) - 1)
        text = text[:at] + rng.choice(_STRAY) + text[at:]
    if rng.random() < 0.2:
        text = "\u3000\u3000" + text.lstrip()
    return replace(line, text=text)


def _break(line: LabelledLine, rng: random.Random) -> list[LabelledLine]:
    """Hard-wrapped as in text drawn from a PDF; every piece keeps the paragraph's label."""
    width = rng.randint(28, 46)
    if len(line.text) <= width or line.label is Label.UNRELATED:
        return [line]
    pieces = [line.text[at : at + width] for at in range(0, len(line.text), width)]
    return [LabelledLine(piece, line.label) for piece in pieces if piece.strip("\u3000 \xa0")]


def _mix_in(lines: list[LabelledLine], noise: list[str], titles: list[str], rng: random.Random) -> list[LabelledLine]:
    def draw(count: int) -> list[LabelledLine]:
        # A third of what sites strew between paragraphs are titles of other reports.
        pool = [
            rng.choice(titles) if titles and (not noise or rng.random() < 0.33) else rng.choice(noise) for _ in range(count)
        ]
        return [LabelledLine(text, Label.UNRELATED) for text in pool]

    lines = list(lines)
    way = rng.random()
    if way < 0.35:
        return lines + draw(rng.randint(1, max(3, len(lines))))
    if way < 0.5:
        return draw(rng.randint(1, 6)) + lines + draw(rng.randint(0, 8))
    if way < 0.8:
        at = rng.randint(0, len(lines))
        return lines[:at] + draw(rng.randint(1, 6)) + lines[at:]
    for _ in range(rng.randint(1, max(2, len(lines) // 3))):
        lines[(at := rng.randint(0, len(lines))) : at] = draw(1)
    return lines
