"""Exit codes, and the error that carries one."""

OK = 0
FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


class CommandError(Exception):
    """Ends the command with a message on stderr and an exit code."""

    def __init__(self, message: str, code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.code = code
