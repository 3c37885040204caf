"""Reads what the command line names: files, or standard input."""

import os
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


def check_writable_file(path: Path, option: str) -> None:
    """CommandError where no file can be written to `path`: better told before the work than after it."""
    if path.is_dir():
        raise CommandError(f"{option} {path}: this is a folder; name a file")
    if not path.parent.is_dir():
        raise CommandError(f"{option} {path}: there is no folder {path.parent}; make it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{option} {path}: cannot be written: permission denied")


def check_writable_folder(path: Path, option: str) -> None:
    """CommandError where no folder can be made at `path`, or nothing written into the one that is there."""
    there = path
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        raise CommandError(f"{option} {path}: {there} is a file; name a folder")
    if not os.access(there, os.W_OK):
        raise CommandError(f"{option} {path}: cannot be written: permission denied in {there}")


def refuse_own_input(output: Path, inputs: Sequence[Path]) -> None:
    """CommandError where the output would take the place of an input."""
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise CommandError(f"--output {output}: this is what is read, and would be lost; name another file")


def failure_code(failed: int, total: int) -> int:
    """2 when every input was wrong, 1 when some were, 0 when none was."""
    if not failed:
        return 0
    return WRONG_USE if failed == total else FAILED
