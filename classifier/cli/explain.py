"""`baogao explain`: what decided about every line, as contributions that add up to its score."""

import argparse
import sys

from classifier.cli.exits import CommandError
from classifier.cli.inputs import failure_code, open_model, read_texts
from classifier.cli.values import encoding, label, positive
from classifier.explain import Explanation, explain
from classifier.render_explanation import EXPLANATION_FORMATS, LANGUAGES, render_explanations


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="text files; standard input when none is given, or for -")
    parser.add_argument("--format", choices=EXPLANATION_FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--line", type=positive, action="append", default=[], metavar="N", help="only this line; may be repeated"
    )
    parser.add_argument("--label", type=label, metavar="LABEL", help="why a line would get this label, not the one it got")
    parser.add_argument("--top", type=positive, default=8, metavar="N", help="contributions shown of a line (default: 8)")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of text and HTML (default: zh)")
    parser.add_argument("--encoding", type=encoding, help="encoding of the input; found out by itself when not given")
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")


def run(options: argparse.Namespace) -> int:
    """Explain the inputs; bad inputs are told on stderr and the others still done."""
    model = open_model(options.model)
    answers: list[tuple[str, list[Explanation]]] = []
    failed = 0
    for name, text in read_texts(options.files, options.encoding):
        if isinstance(text, CommandError):
            print(f"baogao: {text}", file=sys.stderr)
            failed += 1
            continue
        lines = explain(model, text, options.label)
        absent = sorted(set(options.line) - {line.number for line in lines})
        if absent:
            last = lines[-1].number
            raise CommandError(f"--line {absent[0]}: {name} has no text on that line (its last line with text is {last})")
        answers.append((name, [line for line in lines if not options.line or line.number in options.line]))
    if answers:
        for piece in render_explanations(answers, options.format, language=options.lang, top=options.top):
            sys.stdout.write(piece)
    return failure_code(failed, failed + len(answers))
