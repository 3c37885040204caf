"""Parses the command line and hands over to the verb's module, which is imported only then."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from classifier.cli.exits import FAILED, INTERRUPTED, OK, WRONG_USE, CommandError

VERBS = {
    "classify": "label every line of reports",
    "clean": "take the unrelated lines out of folders of documents, and account for every line",
    "summary": "add up the summaries of cleaning runs",
    "explain": "say what decided about every line",
    "train": "build a model from labelled documents",
    "evaluate": "score a model on labelled documents",
    "suggest": "choose the lines of unlabelled documents that are most worth labelling",
    "corpus": "check labelled documents, carry them to labelling tools and back",
    "serve": "a page on this machine to paste reports into, and to put labels right",
}


def build_parser(verb: str | None = None) -> argparse.ArgumentParser:
    """The parser; only the arguments of `verb` are added, so that the others' modules stay unread."""
    parser = argparse.ArgumentParser(
        prog="baogao",
        description="Reads Chinese work reports line by line: 成绩, 措施, 问题, 背景, and what does not belong (无关).",
        epilog="Exit codes: 0 all well, 1 part of the input failed, 2 wrong use. `baogao VERB --help` tells more.",
    )
    parser.add_argument("--version", action="store_true", help="versions of baogao, its model and the libraries behind it")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, help_text in VERBS.items():
        one = verbs.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        if name == verb:
            _module(name).add_arguments(one)
    return parser


def _module(verb: str) -> Any:
    return importlib.import_module(f"classifier.cli.{verb.replace('-', '_')}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned, never raised but for argparse's own."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    verb = next((word for word in given if not word.startswith("-")), None)
    _use_utf8()
    parser = build_parser(verb if verb in VERBS else None)
    options = parser.parse_args(given)
    try:
        if options.version:
            from classifier.cli.version import version_text

            print(version_text())
            return OK
        if options.verb is None:
            parser.print_help(sys.stderr)
            return WRONG_USE
        code: int = _module(options.verb).run(options)
        sys.stdout.flush()
        return code
    except CommandError as error:
        print(f"baogao: {error}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): no news, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("baogao: interrupted", file=sys.stderr)
        return INTERRUPTED


def _use_utf8() -> None:
    """Output is UTF-8 whatever the locale; a lone surrogate is written as its escape, which is right in JSON too."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
