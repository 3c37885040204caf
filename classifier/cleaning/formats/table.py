"""CSV and TSV with a header: one document a row, in a column. Rows whose text stays whole keep their very spelling."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from classifier.cleaning.bytelines import SAMPLE, LineDecoder, RawLine, byte_lines
from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import SourceError
from classifier.cleaning.formats.base import Format, Item, Start, encoded
from classifier.cleaning.formats.records import overlong
from classifier.cleaning.streams import BrokenStreamError, ByteStream


class CsvFormat(Format):
    """`.csv`: commas, or semicolons where the header has more of them."""

    name = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    delimiter: ClassVar[str] = ""

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """A document for each row; the header must have the text column."""
        # The module's own limit would cut a long text; ours bounds the row.
        csv.field_size_limit(self.options.limits.line_bytes + 1)
        decoder = LineDecoder(stream.peek(SAMPLE), self.options.encoding)
        self.state.encoding, self.state.guessed, self.state.other = decoder.encoding, decoder.guessed, decoder.used
        stream.skip_to(decoder.bom)
        rows = self._rows(stream, decoder, 1)
        source, header, end, line = next(rows, ("", [], 0, 1))
        if isinstance(header, str):
            raise SourceError(f"the header cannot be read: {header}")
        if not header:
            return
        column = self._column(header, self.options.text_field)
        identity = self._column(header, self.options.id_field) if self.options.id_field else None
        self.state.facts["header"] = source
        number = start.number
        if start.offset:
            stream.skip_to(start.offset)
            rows = self._rows(stream, decoder, start.line)
            line = start.line
        for source, row, end, next_line in rows:
            number += 1
            if isinstance(row, str):
                lines = next_line - line
                yield Item(number, "", line, end, next_line, failure=row, failed_lines=lines, failed_text=source)
            elif not row:
                number -= 1
            elif len(row) <= column:
                reason = f"the row has {len(row)} fields and the text is in column {column + 1}"
                yield Item(number, "", line, end, next_line, failure=reason, failed_text=source)
            else:
                name = row[identity] if identity is not None and identity < len(row) else None
                yield Item(number, row[column], line, end, next_line, [source, row, column], name)
            line = next_line
            self.state.replaced = decoder.replaced

    def _column(self, header: list[str], name: str) -> int:
        if name in header:
            return header.index(name)
        raise SourceError(f"there is no column {name!r}; the header has {', '.join(header[:12])} (--text-field names another)")

    def _rows(self, stream: ByteStream, decoder: LineDecoder, line: int) -> Iterator[tuple[str, list[str] | str, int, int]]:
        """(source, fields or what is wrong, end, next line) of each row."""
        limit = self.options.limits.line_bytes
        raws = byte_lines(stream, limit, unit=decoder.unit, big=decoder.big)
        taken: list[str] = []
        failure = ""
        at = RawLine(b"", stream.position, 0)
        size = 0

        def feed() -> Iterator[str]:
            nonlocal at, failure, size
            while True:
                try:
                    raw = next(raws, None)
                except BrokenStreamError as error:
                    failure = str(error)
                    return
                if raw is None:
                    return
                at = raw
                size += raw.size
                if raw.overlong or size > limit:
                    failure = overlong(size, self.options) + ("" if raw.overlong else "; is a quotation mark missing?")
                    taken.append("")
                    return
                text = decoder.decode(raw.data)
                taken.append(text)
                yield text

        while True:
            taken, failure, size = [], "", 0
            row: list[str] | str | None
            try:
                row = next(csv.reader(feed(), delimiter=self._delimiter()), None)
            except csv.Error as error:
                row = f"no row of a table: {error}"
            if failure:
                row = failure
            if row is None and not taken:
                return
            if not self.state.facts.get("delimiter") and taken:
                semicolons = taken[0].count(";") > taken[0].count(",")
                self.state.facts["delimiter"] = self.delimiter or (";" if semicolons else ",")
                row = next(csv.reader(iter(taken), delimiter=self._delimiter()), None)
            count = max(1, len(taken))
            line += count
            yield "".join(taken), row if row is not None else [], at.end, line
            if failure and not taken:
                return  # the stream is broken

    def _delimiter(self) -> str:
        return str(self.state.facts.get("delimiter") or self.delimiter or ",")

    def head(self) -> bytes:
        """The header as it was."""
        header = str(self.state.facts.get("header", ""))
        return encoded(header if header.endswith(("\n", "\r")) or not header else header + "\n", self.output_codec)

    def fields(self, item: Item) -> str:
        """The row by the names of its header, null in the place of its text."""
        _, row, column = item.carry
        header = next(csv.reader([str(self.state.facts["header"])], delimiter=self._delimiter()), [])
        values: dict[str, str | None] = dict(zip(header, row, strict=False))
        return json.dumps(values | {header[column]: None}, ensure_ascii=False)

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """The row; written anew only where its text changed."""
        source, row, column = item.carry
        if cleaned.text != cleaned.source:
            buffer = io.StringIO()
            row = [*row[:column], cleaned.text, *row[column + 1 :]]
            ending = "\r\n" if source.endswith("\r\n") else "\n"
            csv.writer(buffer, delimiter=self._delimiter(), lineterminator=ending).writerow(row)
            source = buffer.getvalue()
        return encoded(source if source.endswith(("\n", "\r")) else source + "\n", self.output_codec)


class TsvFormat(CsvFormat):
    """`.tsv`: tabs."""

    name = "tsv"
    suffixes: ClassVar[tuple[str, ...]] = (".tsv", ".tab")
    delimiter = "\t"
