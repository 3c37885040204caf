"""Marks of lists and of Markdown that lead a line: Word's bullets, stars, `#`, `**`. They say nothing of what the line tells.

Menus and lists of links have them more often than reports, so that a model that reads them takes a report's
own bulleted list for furniture, and loses it.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from classifier.normalize import Codes, Positions, is_cjk

BULLETS = "●•·・▪■□◆◇○◎★☆△▲▷▶►➢➤✓✔√※*"
"""Signs that lead an item of a list; as normalised text has them, some are one sign."""

_NORMALISED = "·▪■□◇○◎△▷▶►➢➤✓✔√*"
_MARKS_READ = 8
"""Marks and spaces taken away at most: `★★★ ` and `** ● ` are fewer; a line of ornaments keeps the rest."""
_BEYOND = 0x3000
_FEED, _SPACE, _DASH, _HASH, _STAR = (ord(one) for one in "\n -#*")


@cache
def _table() -> npt.NDArray[np.bool_]:
    table = np.zeros(_BEYOND + 1, dtype=bool)
    table[[ord(one) for one in _NORMALISED]] = True
    return table


def without_list_marks(codes: Codes, positions: Positions) -> tuple[Codes, Positions]:
    """A stream of normalised lines, each between line feeds, without the marks that lead them and without `**`.

    A line of nothing but marks keeps them. A dash counts where Chinese follows it: `——` leads sentences
    of government reports, and `- 3 -` is a page number. `#` counts where a space or another `#` follows.
    """
    begin = np.flatnonzero(codes == _FEED)[:-1] + 1
    at = begin
    keep: npt.NDArray[np.bool_] | None = None
    last = codes.size - 1
    for _ in range(_MARKS_READ):
        here = codes[at]
        mark = _table()[np.minimum(here, _BEYOND)] | (here == _DASH) | (here == _HASH) | (here == _SPACE)
        at, begin, here = at[mark], begin[mark], here[mark]
        if not at.size:
            break
        after = codes[np.minimum(at + 1, last)]
        text = is_cjk(np.where(after == _SPACE, codes[np.minimum(at + 2, last)], after))
        mark = np.where(here == _DASH, (at == begin) & text, True)
        mark &= np.where(here == _HASH, (after == _SPACE) | (after == _HASH), True)
        at, begin = at[mark], begin[mark]
        if keep is None:
            keep = np.ones(codes.size, dtype=bool)
        keep[at] = False
        at = at + 1
        only = codes[at] == _FEED
        for first, end in zip(begin[only].tolist(), at[only].tolist(), strict=True):
            keep[first:end] = True
        at, begin = at[~only], begin[~only]
    bold = _bold(codes)
    if bold.size:
        keep = np.ones(codes.size, dtype=bool) if keep is None else keep
        keep[bold] = False
    if keep is None:
        return codes, positions
    return codes[keep], positions[keep]


def _bold(codes: Codes) -> npt.NDArray[np.int64]:
    """Where the stars of Markdown's `**` stand, or those that hide a name (`**县`): two, beside a Chinese character."""
    stars = np.flatnonzero(codes == _STAR)
    if stars.size < 2:
        return stars[:0]
    first = stars[:-1][stars[1:] == stars[:-1] + 1]
    before, after = codes[first - 1], codes[first + 2]  # the stream begins and ends with a line feed
    first = first[(before != _STAR) & (after != _STAR) & (is_cjk(before) | is_cjk(after))]
    return np.concatenate([first, first + 1])
