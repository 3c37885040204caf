"""`baogao train`: build a model from labelled documents, and compare it with the one it would replace."""

import argparse
import os
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.exits import FAILED, OK, CommandError
from classifier.cli.inputs import check_writable_folder
from classifier.cli.values import positive

if TYPE_CHECKING:
    from classifier.corpus import LabelledDocument
    from classifier.evaluation.compare import Comparison
    from classifier.evaluation.held_out import Before
    from classifier.training import Noise, Progress, Trained


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "--corpus", type=Path, nargs="+", default=[Path("corpus")], metavar="DIR", help="folders of *.jsonl (default: corpus)"
    )
    parser.add_argument(
        "--add", "--with", type=Path, nargs="+", default=[], dest="added", metavar="FILE.jsonl",
        help="labelled documents or corrections on top; one of the same lines takes the place of the corpus's",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, default=Path("models/baogao"), metavar="DIR", help="folder of the model (default: models/baogao)"
    )
    parser.add_argument(
        "--before", metavar="DIR", help="model to compare with (default: the one in --output, else the shipped one)"
    )
    parser.add_argument(
        "--held-out",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE.jsonl",
        help="compare on these documents, not cross-fitted",
    )
    parser.add_argument("--replace-better", action="store_true", help="save even where the model in --output is better")
    parser.add_argument(
        "--search", type=positive, metavar="MINUTES", help="try the settings that matter for so long, keep the best"
    )
    parser.add_argument("--quick", action="store_true", help="a rough model in a fraction of the time, for trying things out")
    parser.add_argument("--jobs", type=positive, default=2, metavar="N", help="processes (default: 2)")


def run(options: argparse.Namespace) -> int:
    """Train, compare with the model before, save unless that one is better; the scores go to stdout."""
    from classifier.corpus import CorpusError, read_documents
    from classifier.corpus.corrections import read_corrections
    from classifier.corpus.joined import read_folders, with_added
    from classifier.evaluation.corrected import as_corrected
    from classifier.evaluation.held_out import save_held_out
    from classifier.training import save

    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {message}", file=sys.stderr)

    check_writable_folder(options.output, "--output")
    before = _before(options)
    try:
        base, noise = read_folders(options.corpus)
        said = [read_corrections(path) for path in options.added]
        documents = with_added(base, [document for one in said for document in one.documents])
        held_out = [document for path in options.held_out for document in read_documents(path)]
        for path, one in zip(options.added, said, strict=True):
            progress(f"{path}: {one.as_text()}")
        if said:
            progress(f"{len(documents) - len(base)} documents added to the {len(base)} of the corpus")
        trained = _train(options, documents, noise, progress)
    except CorpusError as error:
        raise CommandError(str(error)) from None
    except ValueError as error:
        raise CommandError(f"{', '.join(map(str, options.corpus))}: {error}") from None
    print("cross-fitted by document, on the lines as written:")
    print(trained.scores.as_text())
    if said:
        print(as_corrected(documents, trained.probabilities, said).as_text())
    comparison = _compare(trained, documents, base, noise, held_out, before) if before else None
    replaced = before is not None and before.model.folder == options.output
    if comparison and comparison.worse and replaced and not options.replace_better:
        print(f"baogao: {options.output} is left as it was; --replace-better would replace it all the same", file=sys.stderr)
        return FAILED
    manifest = save(trained, options.output)
    save_held_out(options.output, documents, trained.probabilities, manifest)
    progress(f"saved model {manifest.version} in {options.output}")
    return OK


def _train(options: argparse.Namespace, documents: "list[LabelledDocument]", noise: "Noise", progress: "Progress") -> "Trained":
    from sklearn.exceptions import ConvergenceWarning

    from classifier.search import described, search
    from classifier.training import QUICK, Settings, train

    # The numbers of iterations are settings: that a fit could still move is no news.
    warnings.simplefilter("ignore", ConvergenceWarning)
    # The processes that fit the first pass read their filters from here.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:lbfgs failed to converge")
    settings = QUICK if options.quick else Settings()
    if not options.search:
        return train(documents, noise, settings, jobs=options.jobs, progress=progress)
    trained, trials = search(documents, noise, options.search * 60, settings, jobs=options.jobs, progress=progress)
    progress(f"best of {len(trials)} trials: {described(trained.settings)}")
    return trained


def _before(options: argparse.Namespace) -> "Before | None":
    """The model to compare with; a broken one under --output is told of and replaced."""
    from classifier.evaluation.held_out import read_before
    from classifier.manifest import MANIFEST_FILE
    from classifier.model import ModelError, load_model

    here = (options.output / MANIFEST_FILE).is_file()
    folder = options.before or (options.output if here else None)
    try:
        return read_before(load_model(folder))
    except ModelError as error:
        if options.before:
            raise CommandError(f"--before: {error}") from None
        print(f"baogao: no model to compare with: {error}", file=sys.stderr)
        return None


def _compare(
    trained: "Trained",
    documents: "list[LabelledDocument]",
    base: "list[LabelledDocument]",
    noise: "Noise",
    held_out: "list[LabelledDocument]",
    before: "Before",
) -> "Comparison | None":
    from classifier.evaluation.held_out import CannotCompareError, compare_on_held_out, compare_with_before

    try:
        if held_out:
            found = compare_on_held_out(held_out, trained.compact, documents, before)
        else:
            found = compare_with_before(documents, trained.probabilities, before, base, noise)
    except CannotCompareError as error:
        if held_out:
            raise CommandError(str(error)) from None
        print(f"baogao: not compared: {error}", file=sys.stderr)
        return None
    way = "given for it" if held_out else "neither had seen"
    print(
        f"\nthe model before ({before.model.manifest.version}, {before.model.folder}) and this one "
        f"on {found.documents} documents {way}, {found.lines} lines:"
    )
    print(found.as_text())
    return found
