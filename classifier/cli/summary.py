"""`baogao summary`: the summaries of cleaning runs."""

import argparse
import json
import sys
from pathlib import Path

from classifier.cli.exits import FAILED, OK, CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: those of its actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    text = "one ledger and summary out of those of several runs, as of the shards of `baogao clean --shard`"
    merge = actions.add_parser("merge", help=text, description=text[0].upper() + text[1:] + ".")
    merge.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="output folders of finished runs")
    merge.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of the ledger and summary over all")


def run(options: argparse.Namespace) -> int:
    """Merge, and print the sums on stdout; 1 where a source of any run failed."""
    from classifier.cleaning.errors import UsageError
    from classifier.cleaning.shards import merge

    try:
        total = merge(options.folders, options.output)
    except UsageError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", FAILED) from None
    lines = total.lines
    print(
        f"{lines['read']} lines read = {lines['kept']} kept + {lines['removed']} removed + {lines['failed']} failed, "
        f"in {total.sources.total()} sources of {len(options.folders)} runs; see {options.output / 'summary.html'}",
        file=sys.stderr,
    )
    print(json.dumps(total.as_json(), ensure_ascii=False))
    return FAILED if total.failed else OK
