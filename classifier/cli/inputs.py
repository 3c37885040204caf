"""Reads what the command line names: files, or standard input."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from classifier.cli.exits import FAILED, WRONG_USE, CommandError
from classifier.encoding import BinaryInputError, decode
from classifier.model import Model, ModelError, load_model

STANDARD_INPUT = "-"


def read_texts(names: Sequence[str], encoding: str | None = None) -> Iterator[tuple[str, str | CommandError]]:
    """(name, text) of each input, or the error in the place of the text; no name means standard input."""
    for name in names or [STANDARD_INPUT]:
        try:
            yield name, _read(name, encoding)
        except CommandError as error:
            yield name, error


def _read(name: str, encoding: str | None) -> str:
    shown = "standard input" if name == STANDARD_INPUT else name
    try:
        data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except FileNotFoundError:
        raise CommandError(f"{shown}: there is no such file") from None
    except IsADirectoryError:
        raise CommandError(f"{shown}: this is a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        raise CommandError(f"{shown}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        decoded = decode(data, encoding=encoding)
    except BinaryInputError as error:
        raise CommandError(f"{shown}: {error}; save the report as plain text first") from None
    except LookupError:
        raise CommandError(
            f"--encoding {encoding}: Python knows no encoding of this name; try utf-8, gb18030, big5 or utf-16"
        ) from None
    if decoded.replaced_lines:
        lines = ", ".join(map(str, decoded.replaced_lines[:5])) + (" …" if len(decoded.replaced_lines) > 5 else "")
        print(f"baogao: {shown}: bytes that fit no encoding were replaced by U+FFFD in line {lines}", file=sys.stderr)
    if not decoded.text.strip("\0\ufeff \t\r\n\u3000\xa0\u200b"):
        raise CommandError(
            f"{shown}: there is no text in it, only {len(data)} bytes of blank" if data else f"{shown}: it is empty"
        )
    return decoded.text


def open_model(folder: str | None) -> Model:
    """The model of a folder, or the shipped one; what is wrong with it as a command error."""
    try:
        return load_model(folder)
    except ModelError as error:
        raise CommandError(str(error)) from None


def failure_code(failed: int, total: int) -> int:
    """2 when every input was wrong, 1 when some were, 0 when none was."""
    if not failed:
        return 0
    return WRONG_USE if failed == total else FAILED
