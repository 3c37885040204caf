"""Plain text with a label before each line, for editors: a document's head, then `label`, a tab, the line.

=== {"doc": "name", "genre": "school"}     (`=== name | school` is read too)
background#<TAB>学校工作总结                (# marks a heading)
措施<TAB>召开家长会三次。                    (Chinese names and a single space are read too)
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, parse_document, parse_line
from classifier.corpus.formats.rows import parse_extra
from classifier.document import is_blank

_LINE = re.compile(r"([A-Za-z\u4e00-\u9fff]+)(#?)[\t ](.*)", re.DOTALL)


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write the documents one after another, an empty line between two."""
    blocks = []
    for document in documents:
        head = json.dumps({"doc": document.doc, "genre": document.genre, **document.extra}, ensure_ascii=False)
        rows = [f"{line.label.value}{'#' if line.heading else ''}\t{line.text}\n" for line in document.lines]
        blocks.append(f"=== {head}\n" + "".join(rows))
    path.write_text("\n".join(blocks), "utf-8", newline="\n")


def read(path: Path) -> list[LabelledDocument]:
    """The documents of such a text; lines before any head belong to a document of the file's name."""
    heads: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = []
    for number, row in enumerate(path.read_bytes().decode("utf-8-sig").split("\n"), 1):
        where = f"{path}:{number}"
        row = row.removesuffix("\r")
        if row.startswith("==="):
            heads.append((where, _head(row[3:].strip(), where), []))
        elif not is_blank(row):
            if not heads:
                heads.append((where, {"doc": path.stem}, []))
            match = _LINE.fullmatch(row)
            if not match:
                raise CorpusError(f"{where}: expected a label, a tab and the line's text, got {row[:40]!r}")
            label, mark, text = match.groups()
            value = {"text": text, "label": label, "heading": bool(mark)}
            parse_line(value, where)
            heads[-1][2].append(value)
    return [parse_document({**head, "lines": lines}, where) for where, head, lines in heads]


def _head(text: str, where: str) -> dict[str, Any]:
    if not text.startswith("{"):
        doc, _, genre = text.partition("|")
        return {"doc": doc.strip(), **({"genre": genre.strip()} if genre.strip() else {})}
    try:
        head = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: the document's head is not JSON: {error.msg}") from None
    return {"doc": head.get("doc"), "genre": head.get("genre", "unknown"), **parse_extra(head, where)}
