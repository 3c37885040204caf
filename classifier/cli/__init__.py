"""The command `baogao`: one module a verb, each with `add_arguments` and `run`. It knows no rule of the domain."""

from classifier.cli.main import main

__all__ = ["main"]
