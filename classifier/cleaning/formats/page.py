"""HTML pages: one document a file. The output is a plain page of the paragraphs that stay.

The model gets the whole visible text, not what an extractor leaves of it. Measured on 150 held-out
documents as pages of five layouts (`python -m tests.benchmarks.html_extraction`, 2026-11-26):
trafilatura 2.3 in recall mode took 44 % of the noise lines out beforehand, but every report that is laid
out in a table with it, 21 % of all report lines; after our model that was 7.3 against 10.1 % of noise left,
and 25 against 7 % of report lines lost. And what an extractor drops has no line in the account.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from classifier.cleaning.documents import CleanedDocument
from classifier.cleaning.errors import MissingLibraryError, SourceError
from classifier.cleaning.formats.base import Format, Item, Start, encoded
from classifier.cleaning.streams import ByteStream
from classifier.encoding import BinaryInputError, Decoded, decode

_TAG = re.compile(r"<[a-zA-Z!/?]")


class HtmlFormat(Format):
    """`.html`, `.htm`."""

    name = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")

    def items(self, stream: ByteStream, start: Start, path: Path | None) -> Iterator[Item]:
        """The page's visible text, a line a block."""
        data = stream.read_all(self.options.limits.document_bytes)
        decoded, lines = page_text(data, self.options.encoding)
        self.state.encoding, self.state.guessed = decoded.encoding, decoded.guessed
        self.state.replaced = len(decoded.replaced_lines)
        if data and start.number == 0:
            yield Item(1, "".join(line + "\n" for line in lines), 1, stream.position, len(lines) + 1)

    def encode(self, item: Item, cleaned: CleanedDocument) -> bytes:
        """A page of paragraphs."""
        codec = self.output_codec if self.output_codec != "mixed" else "utf-8"
        lines = [line.strip() for line in cleaned.text.splitlines() if line.strip()]
        title = html.escape(lines[0][:80]) if lines else ""
        body = "".join(f"<p>{html.escape(line, quote=False)}</p>\n" for line in lines)
        head = f'<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="{codec}">\n<title>{title}</title>\n</head>\n'
        return encoded(f"{head}<body>\n{body}</body>\n</html>\n", codec)


def page_text(data: bytes, encoding: str | None) -> tuple[Decoded, list[str]]:
    """A page's bytes decoded, and its visible lines. SourceError where it is no page or lxml is missing."""
    try:
        from classifier.pagetext import PageError, declared_charset, page_lines

        decoded = decode(data, encoding=encoding, declared=declared_charset(data))
        if not _TAG.search(decoded.text):
            # Text under a page's name: without tags, its line ends are all there is.
            return decoded, decoded.text.splitlines()
        return decoded, page_lines(decoded.text)
    except ModuleNotFoundError:
        raise MissingLibraryError("an HTML page", "lxml", "html") from None
    except BinaryInputError as error:
        raise SourceError(str(error)) from None
    except LookupError:
        raise SourceError(f"--encoding {encoding}: Python knows no encoding of this name; try utf-8, gb18030, big5") from None
    except PageError as error:
        raise SourceError(f"cannot be parsed as HTML: {error}") from None
