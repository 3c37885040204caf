"""`baogao suggest`: the lines of unlabelled documents that are most worth labelling."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.exits import CommandError
from classifier.cli.inputs import check_writable_file, failure_code, open_model, read_texts
from classifier.cli.values import encoding, positive

if TYPE_CHECKING:
    from classifier.report import ClassifiedReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("paths", nargs="+", metavar="DIR", help="folders of *.txt (and their subfolders), or single text files")
    parser.add_argument("--budget", type=positive, default=200, metavar="N", help="lines to suggest at most (default: 200)")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="OUT.jsonl", help="documents with the suggested lines marked"
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="folders of labelled documents: nothing like theirs is asked",
    )
    parser.add_argument("--encoding", type=encoding, help="encoding of the input; found out by itself when not given")
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")


def run(options: argparse.Namespace) -> int:
    """Classify the documents, choose lines, write their documents, and say how many."""
    from classifier.corpus import CorpusError, write_documents
    from classifier.corpus.joined import read_folders
    from classifier.corpus.suggest import suggest

    check_writable_file(options.output, "--output")
    try:
        known = [line.text for one in read_folders(options.corpus)[0] for line in one.lines]
    except CorpusError as error:
        raise CommandError(str(error)) from None
    model = open_model(options.model)
    names = _files(options.paths)
    reports: list[tuple[str, ClassifiedReport]] = []
    failed = 0
    for name, text in read_texts(names, options.encoding):
        if isinstance(text, CommandError):
            print(f"baogao: {text}", file=sys.stderr)
            failed += 1
        else:
            reports.append((name, model.classify(text)))
    found = suggest(reports, model.manifest.version, options.budget, known)
    if failed < len(names):
        try:
            write_documents(found.documents, options.output)
        except OSError as error:
            raise CommandError(f"{options.output}: cannot be written: {error.strerror or error}") from None
        print(
            f"{found.asked} lines in {len(found.documents)} documents to {options.output}, "
            f"out of {found.lines_read} lines in {found.documents_read} documents",
            file=sys.stderr,
        )
    return failure_code(failed, len(names))


def _files(paths: Sequence[str]) -> list[str]:
    names: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            inside = sorted(str(file) for file in Path(path).rglob("*.txt") if file.is_file())
            if not inside:
                raise CommandError(f"{path}: there are no *.txt files in this folder")
            names += inside
        else:
            names.append(path)
    return names
