"""`baogao evaluate`: score a model on labelled documents."""

import argparse
import json
from pathlib import Path

from classifier.cli.exits import CommandError
from classifier.cli.inputs import open_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl", help="labelled documents")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")


def run(options: argparse.Namespace) -> int:
    """Print the scores over all files together."""
    from classifier.corpus import CorpusError, read_documents
    from classifier.evaluation.evaluate import evaluate

    model = open_model(options.model)
    try:
        documents = [document for path in options.files for document in read_documents(path)]
    except CorpusError as error:
        raise CommandError(str(error)) from None
    if not documents:
        raise CommandError(f"{', '.join(map(str, options.files))}: no labelled documents in it")
    scores = evaluate(model, documents)
    if options.format == "json":
        print(json.dumps({"model": model.manifest.version, "documents": len(documents), **scores.as_json()}, indent=2))
    else:
        print(f"model {model.manifest.version}, {len(documents)} documents\n{scores.as_text()}")
    return 0
