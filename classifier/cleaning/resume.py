"""What an interrupted run left behind, and where the next one goes on."""

import json
from collections.abc import Collection, Set
from dataclasses import asdict
from pathlib import Path

from classifier.cleaning.files import PART, part_path, write_whole
from classifier.cleaning.output import Checkpoint, removed_path
from classifier.cleaning.sources import STATE_FOLDER


class Resume:
    """The state of a run under way in its output folder: the checkpoint of the source being written, and a marker."""

    def __init__(self, output: Path, removed: Path | None) -> None:
        self._output = output
        self._removed = removed
        self._checkpoint = output / STATE_FOLDER / "checkpoint.json"
        self._marker = output / STATE_FOLDER / "unfinished"

    def begin(self, names: Collection[str]) -> Checkpoint | None:
        """The checkpoint to go on from, if it is one of the sources `names` and its part files are all there.

        Part files that nobody will go on with are removed.
        """
        found = self._read()
        going_on: set[Path] = set()
        if found is not None:
            paths = [(self._output / found.output, found.output_bytes)]
            if self._removed:
                paths.append((removed_path(self._removed, found.source), found.removed_bytes))
            if found.source in names and all(_at_least(part_path(path), length) for path, length in paths):
                going_on = {part_path(path) for path, _ in paths}
            else:
                found = None
        self.remove_parts(going_on)
        return found

    def unfinished(self, ledger_bytes: int) -> int:
        """Length of the ledger when the run that is gone on with began; its records stand behind it."""
        try:
            return int(self._marker.read_text("ascii"))
        except (OSError, ValueError):
            write_whole(self._marker, str(ledger_bytes).encode("ascii"))
            return ledger_bytes

    def write(self, checkpoint: Checkpoint) -> None:
        """Go on from here after this."""
        write_whole(self._checkpoint, json.dumps(asdict(checkpoint)).encode())

    def end(self) -> None:
        """The run is finished."""
        self._checkpoint.unlink(missing_ok=True)
        self._marker.unlink(missing_ok=True)

    def remove_parts(self, but: Set[Path] = frozenset()) -> None:
        """Remove part files, except for those given."""
        for folder in {self._output, *([self._removed] if self._removed else [])}:
            for path in folder.rglob(f".*{PART}"):
                if path not in but:
                    path.unlink(missing_ok=True)

    def _read(self) -> Checkpoint | None:
        try:
            values = json.loads(self._checkpoint.read_bytes())
            values["counts"] = (values["counts"][0], values["counts"][1], values["counts"][2])
            return Checkpoint(**values)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None


def _at_least(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size >= size
    except OSError:
        return False


def has_size(path: Path | None, size: int) -> bool:
    """Whether a file has this size; no path has every size."""
    try:
        return path is None or path.stat().st_size == size
    except OSError:
        return False
