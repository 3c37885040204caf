"""JSON Lines: one document a line, in a field. Everything else of a record stays as it was written, to the byte."""

import json
import json.decoder
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from classifier.cleaning.bytelines import SAMPLE, LineDecoder, byte_lines
from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import SourceError
from classifier.cleaning.formats.base import Format, Item, Start, encoded
from classifier.cleaning.formats.records import overlong, shown
from classifier.cleaning.streams import BrokenStreamError, ByteStream

_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Number(str):
    """A number as it was written: it is passed on, never reckoned with, whatever its size."""


_decode_value = json.JSONDecoder(parse_int=_Number, parse_float=_Number).raw_decode
_decode_string = json.decoder.scanstring  # type: ignore[attr-defined]


class JsonlFormat(Format):
    """`.jsonl`, `.ndjson`. A line that is no object with the text field is a failed item; the others go on."""

    name = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """A document for each line that is not blank."""
        decoder = LineDecoder(stream.peek(SAMPLE), self.options.encoding)
        self.state.encoding, self.state.guessed, self.state.other = decoder.encoding, decoder.guessed, decoder.used
        stream.skip_to(max(start.offset, decoder.bom))
        number, line, end = start.number, start.line, stream.position
        limit = self.options.limits.line_bytes
        lines = byte_lines(stream, limit, unit=decoder.unit, big=decoder.big, carriage=False)
        while True:
            try:
                raw = next(lines, None)
            except BrokenStreamError as error:
                yield Item(number + 1, "", line, end, line + 1, failure=str(error))
                return
            if raw is None:
                return
            number, line, end = number + 1, line + 1, raw.end
            if raw.overlong:
                yield Item(number, "", line - 1, end, line, failure=overlong(raw.size, self.options))
                continue
            text = decoder.decode(raw.data)
            self.state.replaced = decoder.replaced
            if not text.strip():
                number -= 1
                continue
            yield replace(self._item(text), number=number, line=line - 1, end=end, next_line=line)

    def _item(self, source: str) -> Item:
        try:
            found = _fields(source, (self.options.text_field, self.options.id_field))
            text, begin, end = found[self.options.text_field]
            if text is None:
                text = ""
            if not isinstance(text, str) or isinstance(text, _Number):
                raise SourceError(f"field {self.options.text_field!r} holds no text but {shown(json.dumps(text), 40)}")
        except KeyError:
            names = ", ".join(_names(source)[:12])
            reason = f"there is no field {self.options.text_field!r} in the record; it has {names} (--text-field names another)"
            return Item(0, "", 0, 0, 0, failure=reason, failed_text=source)
        except (ValueError, SourceError) as error:
            return Item(0, "", 0, 0, 0, failure=str(error), failed_text=source)
        except RecursionError:
            return Item(0, "", 0, 0, 0, failure="the record is nested too deeply", failed_text=source)
        identity = found.get(self.options.id_field or "", (None, 0, 0))[0]
        return Item(0, text, 0, 0, 0, [source, begin, end], None if identity is None else str(identity))

    def fields(self, item: Item) -> str:
        """The record as it was written, with null in the place of its text."""
        source, begin, end = item.carry
        return f"{source[:begin]}null{source[end:]}".strip()

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """The record with its text replaced."""
        source, begin, end = item.carry
        if cleaned.text != cleaned.source:
            ascii_only = source[begin:end].isascii() or bool(_SURROGATE.search(cleaned.text))
            source = source[:begin] + json.dumps(cleaned.text, ensure_ascii=ascii_only) + source[end:]
        return encoded(source if source.endswith("\n") else source + "\n", self.output_codec)


def _fields(source: str, wanted: tuple[str | None, ...]) -> dict[str, tuple[Any, int, int]]:
    """Of a JSON object: the wanted fields that it has, with their values' places. ValueError says where it is none."""
    found: dict[str, tuple[Any, int, int]] = {}
    for name, value, begin, end in members(source):
        if name in wanted:
            found[name] = (value, begin, end)
    return found


def _names(source: str) -> list[str]:
    return [name for name, _, _, _ in members(source)]


def members(source: str) -> Iterator[tuple[str, Any, int, int]]:
    """(name, value, begin, end) of each member of a JSON object, where `source[begin:end]` is the value as it was written.

    ValueError says where it is none.
    """

    def skip(at: int) -> int:
        match = _SPACE.match(source, at)
        return match.end() if match else at

    def expect(at: int, marks: str) -> str:
        mark = source[at : at + 1]
        if not mark or mark not in marks:
            wanted = " or ".join(repr(one) for one in marks)
            raise ValueError(f"not JSON: {wanted} expected at column {at + 1}, found {shown(source[at:], 20)!r}")
        return mark

    at = skip(0)
    if source[at : at + 1] != "{":
        try:
            value, end = _decode_value(source, at)
        except ValueError as error:
            raise ValueError(f"not JSON: {error}") from None
        raise ValueError(f"a JSON object expected, found {type(value).__name__}")
    at = skip(at + 1)
    if source[at : at + 1] == "}":
        at = skip(at + 1)
    else:
        while True:
            expect(at, '"')
            try:
                name, at = _decode_string(source, at + 1, False)
                at = skip(at)
                expect(at, ":")
                begin = skip(at + 1)
                value, end = _decode_value(source, begin)
            except json.JSONDecodeError as error:
                raise ValueError(f"not JSON: {error.msg} at column {error.pos + 1}") from None
            yield name, value, begin, end
            at = skip(end)
            mark = expect(at, ",}")
            at = skip(at + 1)
            if mark == "}":
                break
    if at != len(source):
        raise ValueError(f"not JSON: more behind the object, at column {at + 1}")
