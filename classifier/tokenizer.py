"""jieba's words: by `rjieba` (Rust) where it is installed, by `jieba` where it is not, the same either way.

The two differ only on ASCII runs and on characters outside jieba's dictionary range, so only runs of
U+4E00 to U+9FD5 are given to them; digits, letters and marks are cut here, by class.
"""

import functools
import importlib.metadata
import importlib.util
import logging
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.normalize import Codes, from_codes, is_cjk, normalize_with_positions, to_codes

BACKEND_VARIABLE = "BAOGAO_TOKENIZER"
"""Environment variable that chooses the backend, `rjieba` or `jieba`; the first installed when unset."""

_SPACE = 0x20
_MARK = "|"
"""What stands between joined tokens: any character but those that are cut, Chinese and the space."""


def backend_name() -> str:
    """`rjieba` or `jieba`: what cuts the words in this process.

    Raises ValueError when the environment variable BAOGAO_TOKENIZER names neither.
    """
    wanted = os.environ.get(BACKEND_VARIABLE, "")
    if wanted in ("rjieba", "jieba"):
        return wanted
    if wanted:
        raise ValueError(f"{BACKEND_VARIABLE} is {wanted!r}; it must be 'rjieba' or 'jieba'")
    return "rjieba" if importlib.util.find_spec("rjieba") else "jieba"


def backend_version() -> str:
    """Name and version of the word cutter, as in `rjieba 0.2.2`."""
    name = backend_name()
    return f"{name} {importlib.metadata.version(name)}"


@functools.cache
def _cutter(name: str) -> Callable[[str], list[str]]:
    if name == "rjieba":
        import rjieba

        cut: Callable[[str], list[str]] = rjieba.cut
        return cut
    with warnings.catch_warnings():
        # jieba 0.42.1 warns about its own regular expressions and pkg_resources on new Pythons.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    words = jieba.Tokenizer()
    words.tmp_dir = str(_cache_folder())
    words.initialize()
    lcut: Callable[[str], list[str]] = words.lcut
    return lcut


def _cache_folder() -> Path:
    """A folder of this user's own: jieba's default, the shared temporary folder, clashes between users."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    folder = Path(base) / "baogao"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        import tempfile

        return Path(tempfile.mkdtemp(prefix="baogao-"))
    return folder


def warm_up() -> None:
    """Load the dictionary now rather than at the first text."""
    _cutter(backend_name())("报告")


def token_starts(codes: Codes) -> npt.NDArray[np.bool_]:
    """For each of the normalised `codes`, whether a token starts there.

    Runs of digits and runs of Latin letters are one token each, every other character outside
    jieba's range is a token of its own.
    """
    size = codes.size
    starts = np.ones(size, dtype=bool)
    if not size:
        return starts
    chinese = is_cjk(codes)
    kind = np.zeros(size, dtype=np.uint8)
    kind[(codes >= 0x30) & (codes <= 0x39)] = 1
    kind[(codes >= 0x61) & (codes <= 0x7A)] = 2
    same_run = (kind[1:] == kind[:-1]) & (kind[1:] != 0)
    starts[1:] = ~same_run
    if chinese.any():
        readable = from_codes(np.where(chinese, codes, np.uint32(_SPACE)))
        tokens = _cutter(backend_name())(readable)
        # Joined by a mark and looked for as codes: cheaper than asking every token for its length.
        marks = np.flatnonzero(to_codes(_MARK.join(tokens)) == ord(_MARK))
        inner = marks - np.arange(marks.size)
        word_starts = np.zeros(size, dtype=bool)
        word_starts[0] = True
        word_starts[inner] = True
        starts[chinese] = word_starts[chinese]
    return starts


def tokenize(text: str) -> list[str]:
    """The tokens of `text` as the model reads them: normalised, spaces left out."""
    codes, _ = normalize_with_positions(text)
    starts = np.flatnonzero(token_starts(codes))
    normalised = from_codes(codes)
    ends = [*starts[1:].tolist(), codes.size] if codes.size else []
    words = (normalised[start:end] for start, end in zip(starts.tolist(), ends, strict=True))
    return [word for word in words if word not in (" ", "\n")]
