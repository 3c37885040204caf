"""Values of options, with messages that say what was expected."""

import argparse

from classifier.labels import Label


def label(name: str) -> Label:
    """A label by its English or Chinese name."""
    try:
        return Label.parse(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got {text!r}")
    return value


def encoding(name: str) -> str:
    """The name of a text encoding that Python knows."""
    try:
        "".encode(name)
    except LookupError:
        raise argparse.ArgumentTypeError(
            f"Python knows no text encoding named {name!r}; try utf-8, gb18030, big5 or utf-16"
        ) from None
    return name


def positive(text: str) -> int:
    """A whole number above 0."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return value
