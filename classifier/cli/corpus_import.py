"""`baogao corpus import`: what labelling tools, tables and editors gave back, as labelled documents."""

import argparse
import sys
from pathlib import Path

from classifier.cli.exits import OK, CommandError
from classifier.cli.inputs import refuse_own_input
from classifier.corpus.formats import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the action."""
    parser.add_argument("file", type=Path, metavar="IN", help="file to read; a folder for datasets")
    parser.add_argument("--format", choices=tuple(FORMATS), required=True, help="format to read")
    parser.add_argument("--output", type=Path, required=True, metavar="OUT.jsonl", help="labelled documents to write")


def run(options: argparse.Namespace) -> int:
    """Read the documents, write them as JSONL and say how many."""
    from classifier.corpus import CorpusError, write_documents
    from classifier.corpus.formats import import_documents

    refuse_own_input(options.output, [options.file])
    try:
        documents = import_documents(options.file, options.format)
        write_documents(documents, options.output)
    except CorpusError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{options.output}: cannot be written: {error.strerror}") from None
    lines = sum(len(document.lines) for document in documents)
    print(f"{len(documents)} documents, {lines} lines to {options.output}", file=sys.stderr)
    return OK
