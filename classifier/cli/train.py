"""`baogao train`: build a model from labelled documents."""

import argparse
import sys
import time
from pathlib import Path

from classifier.cli.exits import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "--corpus", type=Path, default=Path("corpus"), metavar="DIR", help="folder of labelled *.jsonl (default: corpus)"
    )
    parser.add_argument(
        "--add", "--with", type=Path, nargs="+", default=[], dest="added", metavar="FILE.jsonl",
        help="labelled documents or corrections on top; one of the same lines takes the place of the corpus's",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, default=Path("models/baogao"), metavar="DIR", help="folder of the model (default: models/baogao)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")


def run(options: argparse.Namespace) -> int:
    """Train, save, and say on stdout how good the model is."""
    from classifier.corpus import CorpusError, read_corpus
    from classifier.corpus.corrections import read_corrections, with_corrected
    from classifier.corpus.documents import read_noise
    from classifier.evaluation.corrected import as_corrected
    from classifier.training import save, train

    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {message}", file=sys.stderr)

    try:
        documents = read_corpus(options.corpus)
        said = [read_corrections(path) for path in options.added]
        for path, corrected in zip(options.added, said, strict=True):
            documents = with_corrected(documents, corrected)
            progress(f"{path}: {corrected.as_text()}")
        trained = train(documents, read_noise(options.corpus), jobs=options.jobs, progress=progress)
    except CorpusError as error:
        raise CommandError(str(error)) from None
    except ValueError as error:
        raise CommandError(f"{options.corpus}: {error}") from None
    manifest = save(trained, options.output)
    progress(f"saved model {manifest.version} in {options.output}")
    print("cross-fitted by document, on the lines as written:")
    print(trained.scores.as_text())
    if said:
        print(as_corrected(documents, trained.probabilities, said).as_text())
    return 0
