"""`baogao classify`: label every line of reports."""

import argparse
import os
import sys

from classifier.cli.exits import CommandError
from classifier.cli.inputs import failure_code, open_model, read_texts
from classifier.cli.values import encoding, label, share
from classifier.labels import Label
from classifier.render import FORMATS, View, render
from classifier.report import ClassifiedReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="text files; standard input when none is given, or for -")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--three", action="store_true", help="no background: each line of the report is 成绩, 措施 or 问题")
    parser.add_argument("--zh", action="store_true", help="Chinese names for the labels in every format")
    parser.add_argument(
        "--only", action="append", type=label, default=[], metavar="LABEL", help="show these labels alone; may be repeated"
    )
    unrelated = parser.add_mutually_exclusive_group()
    unrelated.add_argument(
        "--keep-unrelated", dest="keep", action="store_true", default=True, help="show unrelated lines (default)"
    )
    unrelated.add_argument("--drop-unrelated", dest="keep", action="store_false", help="leave unrelated lines out")
    parser.add_argument(
        "--min-confidence", type=share, default=0.0, metavar="P", help="mark lines below this confidence as uncertain"
    )
    parser.add_argument("--encoding", type=encoding, help="encoding of the input; found out by itself when not given")
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours in text (default: on a terminal)"
    )


def run(options: argparse.Namespace) -> int:
    """Classify the inputs and print the answer; bad inputs are told on stderr and the others still done."""
    if options.three and Label.BACKGROUND in options.only:
        raise CommandError("--three leaves no background in the answer, so --only background would show nothing")
    view = View(
        only=frozenset(options.only),
        keep_unrelated=options.keep,
        min_confidence=options.min_confidence,
        three=options.three,
        chinese=options.zh,
        colour=_wants_colour(options.color),
    )
    model = open_model(options.model)
    reports: list[tuple[str, ClassifiedReport]] = []
    failed = 0
    for name, text in read_texts(options.files, options.encoding):
        if isinstance(text, CommandError):
            print(f"baogao: {text}", file=sys.stderr)
            failed += 1
        else:
            reports.append((name, model.classify(text)))
    if reports:
        for piece in render(reports, options.format, view):
            sys.stdout.write(piece)
    return failure_code(failed, failed + len(reports))


def _wants_colour(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    # https://no-color.org: any value of NO_COLOR turns colours off.
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
