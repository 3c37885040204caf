"""The sums over a ledger: `summary.json` for programs, `summary.html` for people."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.cleaning.account import BINS
from classifier.cleaning.files import write_whole
from classifier.cleaning.ledger import DONE, FAILED, SKIPPED, read_ledger

SHOWN = 200
"""Sources that the page lists, those with most lines removed or failed first; the ledger has them all."""
SAMPLES = 30
"""Samples of a kind on the page: as many as a person reads."""


@dataclass
class Summary:
    """What a run did. `lines` and `documents` hold the sums of the ledger; `rows` and samples are for the page."""

    model: str = ""
    sources: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    bytes_failed: int = 0
    documents: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    removed_by_label: Counter[str] = field(default_factory=Counter)
    removed_by_reason: Counter[str] = field(default_factory=Counter)
    kept_by_label: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    lines_replaced: int = 0
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)
    seconds: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)
    samples_removed: list[dict[str, Any]] = field(default_factory=list)
    samples_uncertain: list[dict[str, Any]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any source failed, whole or in part."""
        return bool(self.sources[FAILED])

    @property
    def share_removed(self) -> float:
        """Removed lines out of those read."""
        return self.lines["removed"] / self.lines["read"] if self.lines["read"] else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `summary.json` holds them."""
        return {
            "model": self.model,
            "sources": {name: self.sources[name] for name in (DONE, FAILED, SKIPPED)},
            "bytes": self.bytes,
            "bytes_failed": self.bytes_failed,
            "documents": {name: self.documents[name] for name in ("read", "kept", "dropped", "failed")},
            "lines": {name: self.lines[name] for name in ("read", "kept", "removed", "failed")},
            "removed_by_label": dict(sorted(self.removed_by_label.items())),
            "removed_by_reason": dict(sorted(self.removed_by_reason.items())),
            "kept_by_label": dict(sorted(self.kept_by_label.items())),
            "dropped": dict(sorted(self.dropped.items())),
            "encodings": dict(sorted(self.encodings.items())),
            "lines_replaced": self.lines_replaced,
            "histogram_unrelated": self.histogram,
            "seconds": round(self.seconds, 3),
        }


def summarise(records: Iterable[dict[str, Any]], model: str) -> Summary:
    """The sums of a ledger's records."""
    total = Summary(model=model)
    for record in records:
        total.sources[record["status"]] += 1
        total.bytes += record["bytes"]
        total.bytes_failed += record["bytes"] if record["reason"] and record["status"] == FAILED else 0
        for name in ("documents", "lines", "removed_by_label", "removed_by_reason", "kept_by_label", "dropped"):
            getattr(total, name).update(record[name])
        if record["encoding"]:
            total.encodings[record["encoding"]] += 1
        total.lines_replaced += record["lines_replaced"]
        total.histogram = [a + b for a, b in zip(total.histogram, record["histogram"], strict=True)]
        total.seconds += record["seconds"]
        row = {
            key: record[key] for key in ("source", "status", "reason", "lines", "documents", "failures", "encoding", "format")
        }
        total.rows.append(row)
        if len(total.rows) > 4 * SHOWN:
            total.rows = _notable(total.rows)
        removed = [{"source": record["source"], **one} for one in record["samples_removed"]]
        # One sample a source while there are many sources, all of them where there are few.
        total.samples_removed = (total.samples_removed + removed)[: 4 * SAMPLES]
        uncertain = [{"source": record["source"], **one} for one in record["samples_uncertain"]]
        total.samples_uncertain = sorted(total.samples_uncertain + uncertain, key=lambda one: one["score"])[:SAMPLES]
    total.rows = _notable(total.rows)
    total.samples_removed = _spread(total.samples_removed)
    return total


def _notable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def weight(row: dict[str, Any]) -> tuple[bool, int]:
        return row["status"] != FAILED, -row["lines"]["removed"]

    return sorted(rows, key=weight)[:SHOWN]


def _spread(samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    step = max(1, len(samples) // SAMPLES)
    return samples[::step][:SAMPLES]


def write_summary(folder: Path, model: str) -> Summary:
    """Write `summary.json` and `summary.html` beside the ledger of `folder`."""
    from classifier.cleaning.summary_page import summary_page

    total = summarise(read_ledger(folder / "ledger.jsonl"), model)
    write_whole(
        folder / "summary.json", (json.dumps(total.as_json(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
    )
    write_whole(folder / "summary.html", summary_page(total).encode("utf-8", "replace"))
    return total
