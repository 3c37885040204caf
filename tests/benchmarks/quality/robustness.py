"""The same reports as other hands would have left them: bulleted, in Markdown, with tags, spaced out, unpunctuated."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from classifier.corpus import LabelledDocument
from classifier.labels import Label
from classifier.normalize import traditional_to_simplified

Change = Callable[[LabelledDocument], LabelledDocument]

_NUMBER = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．)）])\s*")
_TRADITIONAL = {simple: traditional for traditional, simple in traditional_to_simplified().items()}
_HALF_WIDTH = str.maketrans("，。；：（）！？", ",.;:()!?")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _every(change: Callable[[str], str], *, of_report: bool = False) -> Change:
    """`change` made to every line, or only to the report's own; a line that it would empty stays as it is."""

    def changed(document: LabelledDocument) -> LabelledDocument:
        lines = []
        for line in document.lines:
            text = line.text if of_report and line.label is Label.UNRELATED else change(line.text)
            lines.append(replace(line, text=text if text.strip() else line.text))
        return replace(document, lines=tuple(lines))

    return changed


def shuffled(document: LabelledDocument) -> LabelledDocument:
    """The same lines in another order, always the same."""
    lines = list(document.lines)
    random.Random(document.doc).shuffle(lines)
    return replace(document, lines=tuple(lines))


CHANGES: dict[str, Change] = {
    "as written": lambda document: document,
    "bullets for numbers": _every(lambda text: _NUMBER.sub("● ", text), of_report=True),
    "a bullet before every line": _every(lambda text: f"● {text}", of_report=True),
    "numbers taken away": _every(lambda text: _NUMBER.sub("", text), of_report=True),
    "Markdown quotes (`> `)": _every(lambda text: f"> {text}"),
    "rows of a table (`| … |`)": _every(lambda text: f"| {text} |"),
    "tags (`<p>…</p>`)": _every(lambda text: f"<p>{text}</p>"),
    "short lines in 【】": _every(lambda text: f"【{_NUMBER.sub('', text)}】" if len(text) < 25 else text, of_report=True),
    "half-width punctuation": _every(lambda text: text.translate(_HALF_WIDTH)),
    "full-width letters and digits": _every(lambda text: text.translate(_FULL_WIDTH)),
    "traditional characters": _every(lambda text: text.translate(_TRADITIONAL)),
    "a space between all characters": _every(" ".join),
    "no stop at the end": _every(lambda text: text.rstrip("。；;.")),
    "spaces for punctuation": _every(lambda text: re.sub("[，。；：、]", " ", text)),
    "numbers masked (XX)": _every(lambda text: re.sub(r"\d+(?:\.\d+)?", "XX", text)),
    "footnote marks": _every(lambda text: f"{text}[1]"),
    "lines shuffled": shuffled,
}
