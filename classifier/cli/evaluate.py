"""`baogao evaluate`: score a model on labelled documents."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.exits import CommandError
from classifier.cli.inputs import check_writable_file, open_model

if TYPE_CHECKING:
    from classifier.evaluation.compare import Comparison
    from classifier.evaluation.predictions import Predictions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl", help="labelled documents")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")
    parser.add_argument("--against", metavar="DIR", help="folder of a second model to compare with on the same lines")
    parser.add_argument("--report", type=Path, metavar="PAGE.html", help="write a page with everything, plots and worst errors")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the page (default: zh)")


def run(options: argparse.Namespace) -> int:
    """Print the scores over all files together; write the page where one is asked for."""
    from classifier.corpus import CorpusError, read_documents
    from classifier.evaluation.held_out import trained_on
    from classifier.evaluation.predictions import predict

    if options.report:
        check_writable_file(options.report, "--report")
    model = open_model(options.model)
    against = open_model(options.against) if options.against else None
    try:
        documents = [document for path in options.files for document in read_documents(path)]
    except CorpusError as error:
        raise CommandError(str(error)) from None
    if not documents:
        raise CommandError(f"{', '.join(map(str, options.files))}: no labelled documents in it")
    for one in (model, *([against] if against else [])):
        if known := trained_on(one, documents):
            print(
                f"baogao: {known} of {len(documents)} documents are among those that {one.folder} was trained on: "
                "scores on them flatter it",
                file=sys.stderr,
            )
    found = predict(model.compact, documents)
    comparison = None
    if against:
        from classifier.evaluation.compare import compare

        comparison = compare(predict(against.compact, documents), found)
    if options.report:
        name = f"{model.manifest.version} ({model.folder.name})"
        other = f"{against.manifest.version} ({against.folder.name})" if against else ""
        _write_page(options, found, name, comparison, other)
    scores = found.scores()
    if options.format == "json":
        beside = {"against": comparison.as_json()} if comparison else {}
        head = {"model": model.manifest.version, "documents": len(documents)}
        print(json.dumps({**head, **scores.as_json(), **beside}, indent=2))
    else:
        print(f"model {model.manifest.version}, {len(documents)} documents\n{scores.as_text()}")
        if comparison and against:
            print(f"\nbefore: {against.manifest.version} ({against.folder}); after: {model.manifest.version} ({model.folder})")
            print(comparison.as_text())
    return 0


def _write_page(
    options: argparse.Namespace, found: "Predictions", name: str, comparison: "Comparison | None", other: str
) -> None:
    try:
        from classifier.evaluation.font import find_font
        from classifier.evaluation.page import evaluation_page

        page = evaluation_page(found, name, comparison=comparison, against=other, language=options.lang)
    except ImportError as error:
        raise CommandError(f"--report needs {error.name}; `pip install 'baogao[learn]'` brings it") from None
    try:
        options.report.write_text(page, "utf-8", errors="replace")
    except OSError as error:
        raise CommandError(f"--report {options.report}: cannot be written: {error.strerror}") from None
    print(f"the page is {options.report}", file=sys.stderr)
    if find_font() is None:
        print(
            "baogao: no free Chinese font was found, so none is in the page: machines without one will show boxes; "
            "`pip install mplfonts` brings one",
            file=sys.stderr,
        )
