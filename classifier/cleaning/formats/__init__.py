"""The formats that cleaning reads and writes, by name and by suffix."""

from classifier.cleaning.errors import SourceError
from classifier.cleaning.formats.base import Format, Item, Start, State
from classifier.cleaning.formats.jsonl import JsonlFormat
from classifier.cleaning.formats.page import HtmlFormat
from classifier.cleaning.formats.parquet import ParquetFormat
from classifier.cleaning.formats.table import CsvFormat, TsvFormat
from classifier.cleaning.formats.text import TextFormat
from classifier.cleaning.formats.warc import WarcFormat
from classifier.cleaning.formats.word import WordFormat

FORMATS: dict[str, type[Format]] = {
    one.name: one for one in (TextFormat, HtmlFormat, WordFormat, JsonlFormat, CsvFormat, TsvFormat, ParquetFormat, WarcFormat)
}
"""Every format by its name."""

COMPRESSIONS = ("gz", "zst")
ARCHIVE = "zip"


def recognise(name: str) -> tuple[str, str]:
    """(format, compression) of a file by its name; (`zip`, ``) for an archive, empty where no format has the suffix."""
    lower = name.lower()
    compression = next((one for one in COMPRESSIONS if lower.endswith("." + one)), "")
    if compression:
        lower = lower[: -len(compression) - 1]
    if lower.endswith(".zip"):
        return (ARCHIVE, "") if not compression else ("", "")
    for format in FORMATS.values():
        if lower.endswith(format.suffixes):
            return (format.name, compression) if format.packs or not compression else ("", "")
    return "", ""


def format_named(name: str) -> type[Format]:
    """The format of a name; SourceError lists what there is."""
    if name not in FORMATS:
        raise SourceError(f"no format is called {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[name]


__all__ = ["ARCHIVE", "COMPRESSIONS", "FORMATS", "Format", "Item", "Start", "State", "format_named", "recognise"]
