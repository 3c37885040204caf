"""What JSONL, CSV and the like share: a line too long, a record that is none, a text that is missing."""

from classifier.cleaning.options import FileOptions


def overlong(size: int, options: FileOptions) -> str:
    """The reason for a record that is over the limit."""
    return f"the record has {size} bytes, over the limit of {options.limits.line_bytes} (--max-line-bytes)"


def shown(text: str, length: int = 60) -> str:
    """The beginning of a text, for messages."""
    return text[:length] + ("…" if len(text) > length else "")
