"""Plain text and Markdown: one document a file; of a very large one, one document a window of lines."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from classifier.cleaning.bytelines import SAMPLE, LineDecoder, byte_lines
from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.formats.base import Format, Item, Start, encoded
from classifier.cleaning.streams import BrokenStreamError, ByteStream

WINDOW_CHARACTERS = 200_000
"""Characters after which a text is cut at a line end: twice an annual report, and flat memory for a file of any size."""

_MARKS = {
    "utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE,
}  # fmt: skip


class TextFormat(Format):
    """`.txt`, `.md`. With `output_encoding` source, lines that stay are the source's very bytes."""

    name = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".md", ".text")

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """A document for each window of lines; an overlong line is a failed item between two."""
        decoder = LineDecoder(stream.peek(SAMPLE), self.options.encoding)
        self.state.encoding, self.state.guessed, self.state.other = decoder.encoding, decoder.guessed, decoder.used
        self.state.facts["bom"] = decoder.bom > 0
        number, first, line = start.number, start.line, start.line
        stream.skip_to(max(start.offset, decoder.bom))
        raw: list[bytes] = []
        texts: list[str] = []
        size, end = 0, stream.position
        keep_bytes = self.options.output_encoding == "source"

        def window() -> Item:
            return Item(number, "".join(texts), first, end, line, list(raw) if keep_bytes else None)

        broken = ""
        lines = byte_lines(stream, self.options.limits.line_bytes, unit=decoder.unit, big=decoder.big)
        while True:
            try:
                one = next(lines, None)
            except BrokenStreamError as error:
                broken, one = str(error), None
            if one is None:
                break
            if one.overlong or size >= WINDOW_CHARACTERS:
                if texts:
                    number += 1
                    yield window()
                raw, texts, size, first = [], [], 0, line
            line += 1
            end = one.end
            if one.overlong:
                number += 1
                reason = f"the line has {one.size} bytes, over the limit of {self.options.limits.line_bytes} (--max-line-bytes)"
                yield Item(number, "", first, end, line, failure=reason)
                first = line
                continue
            text = decoder.decode(one.data)
            self.state.replaced = decoder.replaced
            texts.append(text)
            size += len(text)
            if keep_bytes:
                raw.append(one.data)
        if texts:
            number += 1
            yield window()
        if broken:
            yield Item(number + 1, "", line, end, line + 1, failure=broken)

    def head(self) -> bytes:
        """The byte-order mark, where the source had one and its encoding is kept."""
        if self.options.output_encoding == "source" and self.state.facts.get("bom"):
            return _MARKS.get(self.state.encoding, b"")
        return b""

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """The text that stays."""
        # Repaired text has no bytes of its own, nor have lines that an exotic codec ends elsewhere.
        lines = cleaned.lines[-1].line if cleaned.lines else 0
        if item.carry is None or lines != len(item.carry) or "".join(_physical(cleaned)) != cleaned.text:
            return encoded(cleaned.text, self.output_codec)
        return b"".join(self._line(raw, text) for raw, text in zip(item.carry, _by_raw(item, cleaned), strict=True))

    def _line(self, raw: bytes, kept: "str | None") -> bytes:
        return raw if kept is None else encoded(kept, self.output_codec)


def _physical(cleaned: CleanedDocument) -> Iterator[str]:
    """The parts of the source that stay, as long as no repair touched them."""
    yield from (text for _, _, text in cleaned.kept_spans())


def _by_raw(item: Item, cleaned: CleanedDocument) -> Iterator["str | None"]:
    """For each raw line, None where it stays whole, else what stays of it."""
    whole: dict[int, list[bool]] = {}
    for line in cleaned.lines:
        whole.setdefault(line.line, []).append(not line.removed)
    kept: dict[int, str] = {}
    for at, _, text in cleaned.kept_spans():
        kept[at] = kept.get(at, "") + text
    for number in range(1, len(item.carry) + 1):
        yield None if all(whole.get(number, [True])) else kept.get(number, "")
