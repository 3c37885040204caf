"""The account of a source or of a run: every line is kept, removed or failed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.formats.base import Item
from classifier.cleaning.formats.records import shown
from classifier.labels import LABELS, Label

BINS = 20
"""Columns of the histogram of the probability of `unrelated`."""
FAILURES = 20
"""Failures of one source that are told one by one; the rest is counted."""
SAMPLES = 3
"""Lines of each kind kept as samples of a source: enough for a page over many sources."""
_SAMPLE_CHARACTERS = 120
_UNRELATED = LABELS.index(Label.UNRELATED)


@dataclass
class Account:
    """Counts of documents and lines; `read` is always the sum of the others.

    `by_label` and `by_reason` count removed lines, `labels` kept ones (blank ones as `blank`), `drops`
    dropped documents by reason; `histogram` counts lines by their probability of `unrelated`; `removed`
    and `uncertain` hold samples, the latter the least certain.
    """

    documents: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    by_label: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    drops: Counter[str] = field(default_factory=Counter)
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)
    failures: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    uncertain: list[dict[str, Any]] = field(default_factory=list)

    def add_failure(self, item: Item) -> None:
        """Count an item that failed."""
        self.documents["read"] += 1
        self.documents["failed"] += 1
        self.lines["read"] += item.failed_lines
        self.lines["failed"] += item.failed_lines
        if len(self.failures) < FAILURES:
            self.failures.append({"line": item.line, "reason": item.failure})

    def add(self, item: Item, cleaned: CleanedDocument) -> None:
        """Count a document."""
        self.documents["read"] += 1
        self.documents["dropped" if cleaned.dropped else "kept"] += 1
        if cleaned.dropped:
            self.drops[cleaned.dropped] += 1
        self.lines["read"] += len(cleaned.lines)
        for line in cleaned.lines:
            name = line.label.value if line.label else "blank"
            if line.removed:
                self.lines["removed"] += 1
                self.by_label[name] += 1
                self.by_reason[line.removed] += 1
            else:
                self.lines["kept"] += 1
                self.labels[name] += 1
            if line.label:
                self.histogram[min(BINS - 1, int(line.scores[_UNRELATED] * BINS))] += 1
                self._sample(item, cleaned, line.line, line.start, line.end, line.score, line.removed, name)

    def _sample(
        self, item: Item, cleaned: CleanedDocument, line: int, start: int, end: int, score: float, removed: str, label: str
    ) -> None:
        wanted = removed and len(self.removed) < SAMPLES
        unsure = len(self.uncertain) < SAMPLES or score < self.uncertain[-1]["score"]
        if not wanted and not unsure:
            return
        text = shown(cleaned.source[start:end].strip(), _SAMPLE_CHARACTERS)
        sample = {"document": item.number, "line": line, "label": label, "score": score, "removed": removed, "text": text}
        if wanted:
            self.removed.append(sample)
        if unsure:
            self.uncertain = sorted([*self.uncertain, sample], key=lambda one: one["score"])[:SAMPLES]

    def merge(self, other: "Account") -> None:
        """Add the counts of another part of the same source; samples and failures as far as there is room."""
        for name in ("documents", "lines", "by_label", "by_reason", "labels", "drops"):
            getattr(self, name).update(getattr(other, name))
        self.histogram = [a + b for a, b in zip(self.histogram, other.histogram, strict=True)]
        self.failures = (self.failures + other.failures)[:FAILURES]
        self.removed = (self.removed + other.removed)[:SAMPLES]
        self.uncertain = sorted(self.uncertain + other.uncertain, key=lambda one: one["score"])[:SAMPLES]

    def fail_all(self, reason: str) -> None:
        """The source failed as a whole: none of its lines counts as kept or removed."""
        for counts in (self.documents, self.lines):
            read = counts["read"]
            counts.clear()
            counts.update({"read": read, "failed": read})
        for one in (self.by_label, self.by_reason, self.labels, self.drops):
            one.clear()
        self.histogram = [0] * BINS
        self.removed, self.uncertain = [], []
        self.failures.insert(0, {"line": 0, "reason": reason})
        del self.failures[FAILURES:]

    @property
    def balanced(self) -> bool:
        """Whether read = kept + removed + failed (documents: dropped)."""
        lines, documents = self.lines, self.documents
        return (
            lines["read"] == lines["kept"] + lines["removed"] + lines["failed"]
            and documents["read"] == documents["kept"] + documents["dropped"] + documents["failed"]
        )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, in a fixed order."""
        return {
            "documents": {name: self.documents[name] for name in ("read", "kept", "dropped", "failed")},
            "lines": {name: self.lines[name] for name in ("read", "kept", "removed", "failed")},
            "removed_by_label": _ordered(self.by_label),
            "removed_by_reason": _ordered(self.by_reason),
            "kept_by_label": _ordered(self.labels),
            "dropped": _ordered(self.drops),
            "failures": self.failures,
            "histogram": self.histogram,
            "samples_removed": self.removed,
            "samples_uncertain": self.uncertain,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Account":
        """What `as_json` gave."""
        return cls(
            documents=Counter(values["documents"]),
            lines=Counter(values["lines"]),
            by_label=Counter(values["removed_by_label"]),
            by_reason=Counter(values["removed_by_reason"]),
            labels=Counter(values["kept_by_label"]),
            drops=Counter(values["dropped"]),
            histogram=list(values["histogram"]),
            failures=list(values["failures"]),
            removed=list(values["samples_removed"]),
            uncertain=list(values["samples_uncertain"]),
        )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts) if counts[name]}
