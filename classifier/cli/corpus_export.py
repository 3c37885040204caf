"""`baogao corpus export`: labelled documents for labelling tools, tables and editors."""

import argparse
import sys
from pathlib import Path

from classifier.cli.exits import OK, CommandError
from classifier.cli.inputs import refuse_own_input
from classifier.corpus.formats import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the action."""
    parser.add_argument("files", nargs="+", type=Path, metavar="IN.jsonl", help="labelled documents, or folders of them")
    parser.add_argument("--format", choices=tuple(FORMATS), required=True, help="format to write")
    parser.add_argument("--output", type=Path, required=True, metavar="OUT", help="file to write; a folder for datasets")


def run(options: argparse.Namespace) -> int:
    """Write the documents and say how many."""
    from classifier.corpus import CorpusError, read_corpus, read_documents
    from classifier.corpus.formats import export_documents

    refuse_own_input(options.output, options.files)
    try:
        documents = [
            document for path in options.files for document in (read_corpus(path) if path.is_dir() else read_documents(path))
        ]
        if not documents:
            raise CorpusError(f"{', '.join(map(str, options.files))}: no labelled documents in it")
        export_documents(documents, options.format, options.output)
    except CorpusError as error:
        raise CommandError(str(error)) from None
    lines = sum(len(document.lines) for document in documents)
    print(f"{len(documents)} documents, {lines} lines to {options.output} ({options.format})", file=sys.stderr)
    if options.format == "label-studio":
        from classifier.corpus.formats.label_studio import config_path

        print(f"the labelling interface that fits them is {config_path(options.output)}", file=sys.stderr)
    return OK
