"""Mixed documents with known truth: reports of the corpus, noise lines between, in every format and five encodings."""

import csv
import gzip
import html
import io
import json
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.corpus import LabelledDocument, read_corpus
from classifier.corpus.documents import read_noise
from classifier.document import is_blank
from classifier.labels import Label

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16")
KINDS = ("txt", "html", "docx", "jsonl", "csv", "txt.gz", "md", "zip", "warc", "parquet")
NOISE_SHARE = 0.35
"""Noise lines mixed in, per report line: what scraped pages of report sites have."""
HELD_OUT = 5
"""One document in so many is kept from training."""


@dataclass(frozen=True)
class Mixed:
    """A document's file, the name that tells it from others in a record file, and the truth of its lines."""

    file: str
    lines: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(text for text, _ in self.lines) + "\n"


def split(corpus: Path) -> tuple[list[LabelledDocument], list[LabelledDocument], list[tuple[str, str]], list[str]]:
    """(documents to train on, held out, noise to train on, noise held out), by position, the same every time."""
    documents = sorted(read_corpus(corpus), key=lambda one: one.doc)
    noise = read_noise(corpus)
    train = [one for number, one in enumerate(documents) if number % HELD_OUT]
    held = [one for number, one in enumerate(documents) if not number % HELD_OUT]
    return (
        train,
        held,
        [one for number, one in enumerate(noise) if number % HELD_OUT],
        [text for number, (_, text) in enumerate(noise) if not number % HELD_OUT],
    )


def mix(documents: Sequence[LabelledDocument], noise: Sequence[str], count: int, seed: int = 4) -> list[Mixed]:
    """`count` documents: the reports in turn, each time with other noise between their lines."""
    chance = random.Random(seed)
    reports = [one for one in documents if sum(line.label is not Label.UNRELATED for line in one.lines) >= 5]
    mixed: list[Mixed] = []
    for number in range(count):
        document = reports[number % len(reports)]
        lines: list[tuple[str, bool]] = []
        for line in document.lines:
            if chance.random() < NOISE_SHARE:
                lines += [(text, False) for text in chance.sample(list(noise), chance.choice((1, 1, 2, 3)))]
            lines.append((line.text.strip(), line.label is not Label.UNRELATED))
        lines += [(text, False) for text in chance.sample(list(noise), 2)]
        clean = tuple((text.strip(), report) for text, report in lines if not is_blank(text) and "\n" not in text)
        mixed.append(Mixed(f"{number:03}.{KINDS[number % len(KINDS)]}", clean))
    return mixed


def write(mixed: Sequence[Mixed], folder: Path) -> None:
    """Each document as a file of its kind; text kinds go through the encodings in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(mixed):
        kind = one.file.split(".", 1)[1]
        encoding = ENCODINGS[number // len(KINDS) % len(ENCODINGS)]
        if not _fits(one.text, encoding):
            encoding = "gb18030" if encoding == "big5" else "utf-8"
        (folder / one.file).write_bytes(_bytes(one, kind, encoding))


LAYOUTS = ("p", "div", "br", "table", "span")


def page(one: Mixed, charset: str = "utf-8") -> str:
    """The document as a page of a report site would hold it.

    By the document's number its lines are paragraphs, divs, lines of one block, table rows or spans with
    paragraphs; noise stands among them, every other time as a link.
    """
    layout = LAYOUTS[int(one.file[:3]) // len(KINDS) % len(LAYOUTS)]
    parts: list[str] = []
    for number, (text, report) in enumerate(one.lines):
        inner = html.escape(text)
        if not report and (len(text) + number) % 2:
            inner = f'<a href="/{number}.html">{inner}</a>'
        parts.append(
            {
                "p": f"<p>{inner}</p>",
                "div": f'<div class="para">{inner}</div>',
                "br": f"　　{inner}<br>",
                "table": f"<tr><td>{inner}</td></tr>",
                "span": f'<p><span style="font-size:16px">{inner}</span></p>',
            }[layout]
        )
    body = "\n".join(parts)
    body = f"<table>{body}</table>" if layout == "table" else body
    title = html.escape(one.lines[0][0])
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title></head><body>'
        f'<div id="content">{body}</div></body></html>'
    )


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _bytes(one: Mixed, kind: str, encoding: str) -> bytes:
    buffer = io.BytesIO()
    if kind in ("txt", "md"):
        return one.text.encode(encoding)
    if kind == "txt.gz":
        return gzip.compress(one.text.encode(encoding), mtime=0)
    if kind == "html":
        return page(one, "utf-8" if encoding == "utf-8-sig" else encoding).encode(encoding)
    if kind == "jsonl":
        encoding = encoding if encoding != "utf-8-sig" else "utf-8"
        return (json.dumps({"id": one.file, "text": one.text}, ensure_ascii=False) + "\n").encode(encoding)
    if kind == "csv":
        rows = io.StringIO()
        csv.writer(rows).writerows([["id", "text"], [one.file, one.text]])
        return rows.getvalue().encode(encoding)
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("正文.txt", one.text.encode(encoding))
    elif kind == "docx":
        import docx

        document = docx.Document()
        for text, _ in one.lines:
            document.add_paragraph("".join(c for c in text if c >= " "))
        document.save(buffer)
    elif kind == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table({"id": [one.file], "text": [one.text]}), buffer)
    elif kind == "warc":
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter

        writer = WARCWriter(buffer, gzip=False)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        payload = io.BytesIO(page(one).encode())
        writer.write_record(
            writer.create_warc_record(f"http://a.example/{one.file}", "response", payload, http_headers=headers)
        )
    return buffer.getvalue()
