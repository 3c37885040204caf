"""The text of an HTML page as it is seen, a line for each block. Nothing of the page is left out but what nobody sees."""

import re

HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
"""How the bytes of a page begin."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea"))
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span strong sub "
        "sup time tt u var wbr",
    )
)


class PageError(ValueError):
    """The page cannot be parsed: it is empty, or nested deeper than libxml2's limit (some 250 elements)."""


def declared_charset(data: bytes) -> str | None:
    """The charset that the head of a page declares in a `meta` element."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def page_lines(source: str) -> list[str]:
    """The visible text, a line for each block; table cells are parted by tabs. PageError where there is no page."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # NUL ends a page for libxml2, and nobody sees it.
        root = html.document_fromstring(source.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise PageError(str(error)) from None
    for entry in parser.error_log:
        # libxml2 stops there and gives what came before: a part that passes for the whole.
        if "depth" in entry.message.lower() or entry.level_name == "FATAL":
            raise PageError(f"line {entry.line}: {entry.message.strip()}")
    lines: list[str] = []
    current: list[str] = []
    hidden = 0

    def flush() -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(current)).strip(" ")
        if line:
            lines.append(line)
        current.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "head"
        if event == "start":
            hidden += tag in _UNSEEN
            if not hidden:
                current.append("\t" if tag in ("td", "th") and current else "")
                if tag not in _INLINE and tag not in ("td", "th"):
                    flush()
                current.append(element.text or "")
            continue
        if not hidden and tag not in _INLINE and tag not in ("td", "th"):
            flush()
        hidden -= tag in _UNSEEN
        if not hidden:
            current.append(element.tail or "")
    flush()
    return lines
