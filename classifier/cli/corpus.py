"""`baogao corpus`: check labelled documents, and carry them to labelling tools and back."""

import argparse
import importlib
from typing import Any

ACTIONS = {
    "check": "say what is wrong with labelled documents, each fault with file, document and line",
    "export": "write labelled documents for a labelling tool, a table or an editor",
    "import": "read what a labelling tool, a table or an editor gave back",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: those of its actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    for name, help_text in ACTIONS.items():
        one = actions.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        _module(name).add_arguments(one)


def run(options: argparse.Namespace) -> int:
    """Hand over to the action."""
    code: int = _module(options.action).run(options)
    return code


def _module(action: str) -> Any:
    return importlib.import_module(f"classifier.cli.corpus_{action}")
