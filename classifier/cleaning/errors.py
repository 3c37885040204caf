"""What can go wrong while cleaning.

CleaningError            everything below
├── UsageError           wrong options: nothing was done
├── SourceError          one source cannot be read or written: it is recorded as failed, the others go on
│   └── LimitError       a source went over one of its limits
└── MissingLibraryError  an optional library is not installed; the message has the pip command
"""


class CleaningError(Exception):
    """Something about the cleaning is wrong; the message says what, where, and what to do."""


class UsageError(CleaningError, ValueError):
    """The options or the names given cannot be meant."""


class SourceError(CleaningError):
    """One source cannot be read or written."""


class LimitError(SourceError):
    """A source went over a limit that keeps a runaway document from taking the machine."""


class MissingLibraryError(SourceError):
    """A reader wants a library that is not installed."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(f"{what} needs {library}, which is not installed: pip install 'baogao[{extra}]'")
