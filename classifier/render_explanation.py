"""Explanations as text, JSON or one self-contained HTML page. Strings out; nothing is printed here."""

import html
import json
from collections.abc import Iterator, Sequence
from typing import Any

from classifier.explain import Explanation, Part
from classifier.render import printable

EXPLANATION_FORMATS = ("text", "json", "html")
LANGUAGES = ("zh", "en")

_WORDS = {
    "zh": {
        "words": "词", "characters": "字", "no_words": "字词以外", "shape": "形状", "place": "位置",
        "heading": "标题", "neighbour": "邻行", "document": "全文与前后区域", "other": "其他",
        "base": "起点（平均行）", "score": "得分", "line": "行", "probability": "概率", "title": "逐行依据",
        "more": "另外 {count} 项合计", "for": "支持", "against": "反对",
        "lead": "每行得分 = 起点 + 各项依据之和。得分是所选标签与其余标签平均输出之差（softmax 之前，各网络取平均）；"
        "绿色支持所选标签，红色反对。¶ 表示行首或行尾。",
    },
    "en": {
        "words": "words", "characters": "characters", "no_words": "apart from words", "shape": "shape", "place": "place",
        "heading": "heading", "neighbour": "neighbour", "document": "document and region", "other": "other",
        "base": "base (average line)", "score": "score", "line": "line", "probability": "probability",
        "title": "Why each line got its label", "more": "{count} more together", "for": "for", "against": "against",
        "lead": "A line's score = base + all contributions. It is the label's output less the mean of the others', before "
        "the softmax, averaged over the networks. Green speaks for the label, red against it. ¶ is a line's edge.",
    },
}  # fmt: skip


def render_explanations(
    answers: Sequence[tuple[str, Sequence[Explanation]]], form: str, *, language: str = "zh", top: int = 8
) -> Iterator[str]:
    """Pieces of the output for (source name, explanations) pairs.

    Text and HTML show the `top` weightiest parts of a line and the sum of the others; JSON has all.
    ValueError for a form that is not one of EXPLANATION_FORMATS.
    """
    words = _WORDS[language]
    if form == "json":
        objects = [{"source": name, "lines": [record(one) for one in lines]} for name, lines in answers]
        yield json.dumps(objects if len(objects) > 1 else objects[0], ensure_ascii=False, indent=1) + "\n"
    elif form == "text":
        for name, lines in answers:
            if len(answers) > 1:
                yield f"== {name} ==\n"
            for one in lines:
                yield from _text(one, words, language, top)
    elif form == "html":
        yield from _page(answers, words, language, top)
    else:
        raise ValueError(f"unknown format {form!r}; the formats are {', '.join(EXPLANATION_FORMATS)}")


def record(one: Explanation) -> dict[str, Any]:
    """One line's explanation as plain JSON values, unrounded: `score` is `base` plus the values of `parts`."""
    parts: list[dict[str, Any]] = []
    for part in one.parts:
        values: dict[str, Any] = {"group": part.group, "value": part.value}
        if part.line:
            values |= {"text": part.text, "line": part.line}
        if part.group in ("words", "characters"):
            values |= {"start": part.start, "end": part.end}
        parts.append(values)
    return {
        "line": one.number,
        "text": one.text,
        "label": one.label.value,
        "chosen": one.chosen,
        "probability": one.probability,
        "score": one.score,
        "base": one.base,
        "groups": one.by_group(),
        "parts": parts,
    }


def _name(one: Explanation, language: str) -> str:
    return one.label.chinese if language == "zh" else one.label.value


def _told(part: Part, words: dict[str, str]) -> str:
    """A part in words: its group, and what or which line it is about."""
    if part.group in ("words", "characters"):
        return f"{words[part.group]} “{part.text}”"
    if part.line:
        text = part.text if len(part.text) <= 24 else part.text[:24] + "…"
        return f"{words[part.group]} {words['line']} {part.line} “{text}”"
    return words[part.group]


def _split(one: Explanation, top: int) -> tuple[list[Part], int, float]:
    return list(one.parts[:top]), len(one.parts[top:]), sum(part.value for part in one.parts[top:])


def _text(one: Explanation, words: dict[str, str], language: str, top: int) -> Iterator[str]:
    yield f"{words['line']} {one.number}  {_name(one, language)} {one.probability:.0%} │ {printable(one.text.strip())}\n"
    groups = " ".join(f"{words[group]} {value:+.2f}" for group, value in one.by_group().items())
    yield f"  {words['score']} {one.score:.2f} = {words['base']} {one.base:+.2f} {groups}\n"
    parts, more, rest = _split(one, top)
    for part in parts:
        yield f"    {part.value:+.2f}  {printable(_told(part, words))}\n"
    if more:
        yield f"    {rest:+.2f}  {words['more'].format(count=more)}\n"


_STYLE = """
:root { color-scheme: light }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; color: #1f2328; background: #fff }
section { border-top: 1px solid #d0d7de; padding: .6rem 0; break-inside: avoid }
.text { margin: 0; overflow-wrap: anywhere }
.label { color: #fff; border-radius: .3rem; padding: 0 .4rem; margin-right: .5rem; white-space: nowrap }
.sum { color: #57606a; font-size: .85rem; margin: .2rem 0 }
summary { cursor: pointer; font-size: .9rem }
table { border-collapse: collapse; font-size: .9rem; margin: .4rem 0 }
td { padding: .05rem .6rem; vertical-align: top } td:first-child { text-align: right; font-variant-numeric: tabular-nums }
@media print { body { margin: 0; max-width: none } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


def _page(
    answers: Sequence[tuple[str, Sequence[Explanation]]], words: dict[str, str], language: str, top: int
) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{words['title']}</title>\n<style>{_STYLE}</style>\n<h1>{words['title']}</h1>\n<p>{words['lead']}</p>\n"
    for name, lines in answers:
        yield f"<h2>{html.escape(name)}</h2>\n"
        for one in lines:
            yield from _section(one, words, language, top)
    yield "</html>\n"


def _section(one: Explanation, words: dict[str, str], language: str, top: int) -> Iterator[str]:
    yield f'<section><p class="text"><span class="label" style="background:{one.label.colour}">'
    yield f"{_name(one, language)} {one.probability:.0%}</span>{_highlighted(one)}</p>\n"
    groups = " ".join(f"{words[group]}&nbsp;{value:+.2f}" for group, value in one.by_group().items())
    yield f'<p class="sum">{words["score"]} {one.score:.2f} = {words["base"]} {one.base:+.2f} {groups}</p>\n'
    parts, more, rest = _split(one, top)
    rows = [(part.value, _told(part, words)) for part in parts]
    if more:
        rows.append((rest, words["more"].format(count=more)))
    cells = "".join(
        f'<tr><td style="color:{"#1a7f37" if value >= 0 else "#b42318"}">{value:+.2f}<td>{html.escape(printable(told))}'
        for value, told in rows
    )
    yield f"<table>{cells}</table></section>\n"


def _highlighted(one: Explanation) -> str:
    """The line with each character as green or red as the n-grams over it speak for or against the label."""
    weights = [0.0] * len(one.text)
    for part in one.parts:
        if part.group in ("words", "characters"):
            width = max(part.end - part.start, 1)
            for at in range(part.start - one.start, part.end - one.start):
                weights[at] += part.value / width
    strongest = max(map(abs, weights), default=0.0) or 1.0
    pieces: list[str] = []
    shown = one.text.rstrip()
    for at in range(len(shown) - len(shown.lstrip()), len(shown)):
        # At most a third of full colour, so that black text keeps its contrast.
        share = round(abs(weights[at]) / strongest * 0.35, 2)
        colour = "26,127,55" if weights[at] >= 0 else "180,35,24"
        text = html.escape(printable(shown[at]))
        pieces.append(f'<span style="background:rgba({colour},{share})">{text}</span>' if share >= 0.02 else text)
    return "".join(pieces)
