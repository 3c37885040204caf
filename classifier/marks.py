"""Marks around a line: bullets, pictures, Markdown (`#`, `>`, `|`, `**`) and `【】`. They say nothing of what the line tells.

Menus and lists of links have them more often than reports, so that a model that reads them takes a report's
own bulleted list for furniture, and loses it: with `| … |` around the lines of held-out documents 43 % of a report
were lost, and 1.4 % since the marks are left out (`python -m tests.benchmarks.quality robustness`).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from classifier.normalize import Codes, Positions, is_cjk

Indices = npt.NDArray[np.int64]

BULLETS = "●•·・▪■□◆◇○◎★☆▲△▷▶►➢➤✓✔√✅※*"
"""Signs that lead an item of a list, as they stand in a source."""

_MARKS = "·√*#>|"
_SIGNS = ((0x25A0, 0x2776), (0x2794, 0x2C00))
"""Shapes, signs and dingbats, but for numbers in circles."""
_PICTURES = (0x1F000, 0x1FB00)
_MARKS_READ = 8
"""Marks taken from the head of a line at most; `★★★` and `**● ` are fewer, and a line of ornaments keeps the rest."""
_BEYOND = 0x3000
_FEED, _SPACE, _DASH, _STAR, _PIPE, _OPEN, _CLOSE = (ord(one) for one in "\n -*|[]")


@cache
def _table() -> npt.NDArray[np.bool_]:
    table = np.zeros(_BEYOND + 1, dtype=bool)
    table[[ord(one) for one in _MARKS]] = True
    for first, end in _SIGNS:
        table[first:end] = True
    return table


def without_marks(codes: Codes, positions: Positions) -> tuple[Codes, Positions]:
    """A stream of normalised lines, each between line feeds, without the marks around them; `positions` go along.

    A line of nothing but marks keeps them. A dash is one where Chinese follows it, for `——` leads sentences of
    government reports, and `-3-` is a page number.
    """
    feeds = np.flatnonzero(codes == _FEED)
    begin, end = feeds[:-1] + 1, feeds[1:]
    taken = np.concatenate([_lead(codes, begin), _bold(codes), _wrapping(codes, begin, end)])
    if not taken.size:
        return codes, positions
    keep = np.ones(codes.size, dtype=bool)
    keep[taken] = False
    kept = np.concatenate([[0], np.cumsum(keep)])
    for row in np.flatnonzero(kept[end] == kept[begin]).tolist():
        keep[begin[row] : end[row]] = True
    return codes[keep], positions[keep]


def _lead(codes: Codes, at: Indices) -> Indices:
    """Where the marks stand that lead lines, which begin `at`."""
    found = [at[:0]]
    first, last = at, codes.size - 1
    for _ in range(_MARKS_READ):
        here = codes[at]
        mark = _table()[np.minimum(here, _BEYOND)] | ((here >= _PICTURES[0]) & (here < _PICTURES[1]))
        mark |= (here == _SPACE) & (at != first)
        after = codes[np.minimum(at + 1, last)]
        after = np.where(after == _SPACE, codes[np.minimum(at + 2, last)], after)
        mark |= (here == _DASH) & (at == first) & is_cjk(after)
        at, first = at[mark], first[mark]
        if not at.size:
            break
        found.append(at)
        at = at + 1
    return np.concatenate(found)


def _bold(codes: Codes) -> Indices:
    """Where the stars of Markdown's `**` stand, or those that hide a name (`**县`): two, beside a Chinese character."""
    stars = np.flatnonzero(codes == _STAR)
    first = stars[:-1][stars[1:] == stars[:-1] + 1]
    before, after = codes[first - 1], codes[first + 2]  # the stream begins and ends with a line feed
    first = first[(before != _STAR) & (after != _STAR) & (is_cjk(before) | is_cjk(after))]
    return np.concatenate([first, first + 1])


def _wrapping(codes: Codes, begin: Indices, end: Indices) -> Indices:
    """Where the brackets stand that hold a whole line (`【存在问题】`), and the `|` that closes a row of a table."""
    long = end - begin > 2
    begin, end = begin[long], end[long]
    first, last = codes[begin], codes[end - 1]
    row = (first == _PIPE) & (last == _PIPE)
    held = (first == _OPEN) & (last == _CLOSE)
    if held.any():
        closing = np.concatenate([[0], np.cumsum(codes == _CLOSE)])
        held &= closing[end] - closing[begin] == 1
    close = end[row] - 1
    space = close[codes[close - 1] == _SPACE] - 1
    return np.concatenate([begin[held], end[held] - 1, close, space])
