"""One run at a time in an output folder. The system lets go of the lock when the process ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classifier.cleaning.errors import UsageError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock; UsageError where another run has it. On systems without `flock` there is none."""
    try:
        import fcntl
    except ModuleNotFoundError:
        yield
        return
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{path.parent.parent}: another baogao clean writes into this folder; wait for it") from None
        yield
