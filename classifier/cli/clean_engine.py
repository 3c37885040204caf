"""`baogao clean --engine ray`: the same verb on a cluster."""

import argparse
import json
import sys

from classifier.cli.clean import cleaning_options, sentence
from classifier.cli.exits import FAILED, OK, CommandError
from classifier.cli.inputs import STANDARD_INPUT, open_model

_NOT_THERE = ("annotate", "from_annotated", "removed", "dedupe")
"""Options that a run on an engine has not: its output holds every line with label, scores and reason anyway."""


def run_engine(options: argparse.Namespace) -> int:
    """Clean on Ray, and print the summary's sums on stdout."""
    from classifier.cleaning.engine.run import RayRun
    from classifier.cleaning.errors import CleaningError, MissingLibraryError, UsageError
    from classifier.cleaning.shards import parse_shard

    _refuse(options)
    model = open_model(options.model)
    try:
        judged, files = cleaning_options(options)
        shard = parse_shard(options.shard) if options.shard else None
        progress = not options.quiet and options.progress == "auto" and sys.stderr.isatty()
        done = RayRun(
            options.inputs, options.output, model, judged, files, options.address, options.jobs, shard, progress, _say
        ).execute()
    except (UsageError, MissingLibraryError) as error:
        raise CommandError(str(error)) from None
    except CleaningError as error:
        raise CommandError(str(error), FAILED) from None
    if not options.quiet:
        print(sentence(done, f"{options.output.rstrip('/')}/summary.html"), file=sys.stderr)
    print(json.dumps(done.as_json(), ensure_ascii=False))
    return FAILED if done.failed else OK


def _refuse(options: argparse.Namespace) -> None:
    for name in _NOT_THERE:
        if getattr(options, name):
            raise CommandError(
                f"--{name.replace('_', '-')} is not there with --engine: every line is in the output with label, score and "
                "reason; drop equal texts with the engine itself"
            )
    if options.output_encoding != "utf-8":
        raise CommandError("--output-encoding source is not there with --engine: Parquet and JSONL are UTF-8")
    if STANDARD_INPUT in options.inputs:
        raise CommandError("standard input cannot be read with --engine; name files, folders or addresses")


def _say(message: str) -> None:
    print(f"baogao: {message}", file=sys.stderr)
