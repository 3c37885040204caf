"""Shows how far a run is: a bar on a terminal, a JSON line every few seconds, or nothing. All of it on stderr."""

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.cleaning.run import Progress

EVERY = 3.0
"""Seconds between two JSON lines, or two plain lines where there is no terminal."""


class ProgressLine:
    """Takes a run's progress. `style` is `bar`, `json` or `none`."""

    def __init__(self, style: str) -> None:
        self._style = style
        self._last = time.monotonic()
        self._bar: Any = None
        if style == "bar":
            try:
                from tqdm import tqdm
            except ModuleNotFoundError:
                self._style = "plain"
                return
            form = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"
            self._bar = tqdm(total=0, unit="B", unit_scale=True, bar_format=form, leave=False, dynamic_ncols=True)

    def __call__(self, progress: "Progress") -> None:
        """Show it, where it is time."""
        if self._bar is not None:
            self._bar.total = max(progress.total_bytes, progress.bytes)
            removed = progress.removed / progress.lines if progress.lines else 0.0
            self._bar.set_postfix_str(f"{progress.documents} documents, {removed:.1%} removed", refresh=False)
            self._bar.update(progress.bytes - self._bar.n)
        elif self._style in ("json", "plain") and time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            self._write(progress)

    def _write(self, progress: "Progress") -> None:
        share = progress.removed / progress.lines if progress.lines else 0.0
        speed = progress.bytes / progress.seconds / 1e6 if progress.seconds else 0.0
        left = (progress.total_bytes - progress.bytes) / 1e6 / speed if speed else None
        if self._style == "json":
            values = {
                "seconds": round(progress.seconds, 1), "sources": progress.sources, "sources_total": progress.total_sources,
                "bytes": progress.bytes, "bytes_total": progress.total_bytes, "documents": progress.documents,
                "lines": progress.lines, "share_removed": round(share, 4), "lines_failed": progress.failed,
                "mb_per_second": round(speed, 3), "seconds_left": None if left is None else round(left, 1),
            }  # fmt: skip
            print(json.dumps(values), file=sys.stderr, flush=True)
        else:
            print(f"baogao: {progress.documents} documents, {speed:.1f} MB/s, {share:.1%} removed", file=sys.stderr, flush=True)

    def say(self, message: str) -> None:
        """A sentence that does not tear the bar."""
        if self._bar is not None:
            self._bar.clear()
        print(f"baogao: {message}", file=sys.stderr, flush=True)

    def close(self, progress: "Progress | None" = None) -> None:
        """The end."""
        if self._bar is not None:
            self._bar.close()
        elif self._style == "json" and progress is not None:
            self._write(progress)
