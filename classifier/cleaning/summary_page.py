"""The page that a person opens after a run: one file, nothing loaded from elsewhere."""

import html
from typing import Any

from classifier.cleaning.account import BINS
from classifier.cleaning.ledger import FAILED, SKIPPED
from classifier.cleaning.summary import Summary
from classifier.labels import Label

_STYLE = """
:root{--ink:#1f2328;--soft:#57606a;--line:#d0d7de;--kept:#1a7f37;--removed:#9a6700;--failed:#b42318;--paper:#fff;--wash:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#3d444d;--kept:#3fb950;--removed:#d29922;
--failed:#ff7b72;--paper:#0d1117;--wash:#161b22}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:24px 16px 64px;color:var(--ink);background:var(--paper);
font:15px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 8px}p{margin:4px 0 12px;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0}
.card{border:1px solid var(--line);border-radius:8px;padding:12px 14px;background:var(--wash)}
.card b{display:block;font-size:22px;font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:13px}
.bar{display:flex;height:14px;border-radius:7px;overflow:hidden;background:var(--line)}.bar i{display:block}
.kept{background:var(--kept)}.removed{background:var(--removed)}.failed{background:var(--failed)}
.sum{font-variant-numeric:tabular-nums;color:var(--ink)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.name{overflow-wrap:anywhere;min-width:14em}td.text{min-width:20em}td .bar{height:8px;width:90px;margin-top:8px}
.bad{color:var(--failed)}.quiet{color:var(--soft)}svg{width:100%;height:auto;display:block}
"""


def summary_page(total: Summary) -> str:
    """The page as HTML."""
    lines = total.lines
    cards = [
        (f"{lines['read']:,}", "lines read 读入行"),
        (f"{lines['kept']:,}", "lines kept 保留"),
        (f"{lines['removed']:,}", f"lines removed 删除 · {total.share_removed:.1%}"),
        (f"{lines['failed']:,}", "lines failed 失败"),
        (f"{total.documents['read']:,}", f"documents 文档 · {total.documents['dropped']:,} dropped 整篇删除"),
        (f"{total.sources.total():,}", f"sources 来源 · {total.sources[FAILED]} failed · {total.sources[SKIPPED]} skipped"),
    ]
    shown = "".join(f'<div class="card"><b>{value}</b><span>{name}</span></div>' for value, name in cards)
    parts = [
        f"<h1>baogao clean</h1><p>model {_text(total.model)} · {total.bytes / 1e6:,.1f} MB of sources</p>",
        f'<div class="cards">{shown}</div>',
        _bar(lines["kept"], lines["removed"], lines["failed"], lines["read"]),
        f'<p class="sum">read {lines["read"]:,} = kept {lines["kept"]:,} + removed {lines["removed"]:,} '
        f"+ failed {lines['failed']:,}</p>",
        _counts(total),
        "<h2>Probability of being unrelated 无关概率</h2><p>All lines by the model's probability; the count is drawn "
        "in square root, so that small columns show.</p>" + _histogram(total.histogram),
        _sources(total),
        _samples("Least certain 最没把握的行", "Look at these first: the model was torn.", total.samples_uncertain),
        _samples("Removed 删除的行（样本）", "A sample; --removed DIR writes them all.", total.samples_removed),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>baogao clean: {lines['removed']:,} of {lines['read']:,} lines removed</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _text(value: Any) -> str:
    return html.escape(str(value))


def _bar(kept: int, removed: int, failed: int, read: int) -> str:
    pieces = "".join(
        f'<i class="{name}" style="width:{100 * count / read:.2f}%"></i>'
        for name, count in (("kept", kept), ("removed", removed), ("failed", failed))
        if read and count
    )
    return f'<div class="bar" role="img" aria-label="kept {kept}, removed {removed}, failed {failed}">{pieces}</div>'


def _name(label: str) -> str:
    return f"{label} {Label(label).chinese}" if label in {one.value for one in Label} else label


def _counts(total: Summary) -> str:
    names = sorted({*total.kept_by_label, *total.removed_by_label})
    rows = "".join(
        f'<tr><td>{_text(_name(name))}</td><td class="n">{total.kept_by_label[name]:,}</td>'
        f'<td class="n">{total.removed_by_label[name]:,}</td></tr>'
        for name in names
    )
    reasons = ", ".join(f"{_text(_name(name))} {count:,}" for name, count in total.removed_by_reason.most_common())
    drops = ", ".join(f"{_text(name)} {count:,}" for name, count in total.dropped.most_common())
    encodings = ", ".join(f"{_text(name)} {count:,}" for name, count in total.encodings.most_common())
    return (
        "<h2>By label 按标签</h2><div class=wide><table><tr><th>label</th><th class=n>kept</th><th class=n>removed</th></tr>"
        f"{rows}</table></div><p>Reasons for removal: {reasons or 'none'}. Documents dropped: {drops or 'none'}. "
        f"Encodings: {encodings or 'none'}; {total.lines_replaced:,} lines had bytes that fit no encoding.</p>"
    )


def _histogram(counts: list[int]) -> str:
    top = max(counts) ** 0.5 or 1.0
    width, height = 1000, 180
    step = width / BINS
    columns = "".join(
        f'<rect x="{number * step + 2:.1f}" y="{height - height * count**0.5 / top:.1f}" width="{step - 4:.1f}" '
        f'height="{height * count**0.5 / top:.1f}" fill="var(--{"removed" if number >= BINS // 2 else "kept"})">'
        f"<title>{number / BINS:.2f} to {(number + 1) / BINS:.2f}: {count:,} lines</title></rect>"
        for number, count in enumerate(counts)
    )
    ticks = "".join(
        f'<text x="{min(max(share * width, 12), width - 12):.0f}" y="{height + 20}" font-size="14" text-anchor="middle" '
        f'fill="var(--soft)">{share:g}</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    return f'<svg viewBox="0 0 {width} {height + 28}" role="img" aria-label="histogram">{columns}{ticks}</svg>'


def _sources(total: Summary) -> str:
    rows = []
    for row in total.rows:
        lines = row["lines"]
        share = f"{lines['removed'] / lines['read']:.0%}" if lines["read"] else "–"
        reason = row["reason"] or "; ".join(f"line {one['line']}: {one['reason']}" for one in row["failures"][:2])
        note = f'<div class="{"quiet" if row["status"] != FAILED else "bad"}">{_text(reason)}</div>' if reason else ""
        status = f'<span class="bad">{row["status"]}</span>' if row["status"] == FAILED else _text(row["status"])
        rows.append(
            f'<tr><td class="name">{_text(row["source"])}{note}</td><td>{status}</td><td>{_text(row["encoding"])}</td>'
            + "".join(f'<td class="n">{lines[name]:,}</td>' for name in ("read", "kept", "removed", "failed"))
            + f'<td class="n">{share}</td><td>{_bar(lines["kept"], lines["removed"], lines["failed"], lines["read"])}</td></tr>'
        )
    hidden = total.sources.total() - len(total.rows)
    more = f"<p>{hidden:,} more sources are in ledger.jsonl.</p>" if hidden else ""
    return (
        "<h2>Sources 来源</h2><p>Failed ones first, then by lines removed.</p><div class=wide><table>"
        "<tr><th>source</th><th>status</th><th>encoding</th><th class=n>read</th><th class=n>kept</th><th class=n>removed</th>"
        f"<th class=n>failed</th><th class=n>share</th><th></th></tr>{''.join(rows)}</table></div>{more}"
    )


def _samples(title: str, note: str, samples: list[dict[str, Any]]) -> str:
    if not samples:
        return ""
    rows = "".join(
        f'<tr><td class="text">{_text(one["text"])}</td><td>{_text(_name(one["label"]))}</td>'
        f'<td class="n">{one["score"]:.2f}</td>'
        f"<td>{_text(_name(one['removed'])) if one['removed'] else 'kept'}</td>"
        f'<td class="name quiet">{_text(one["source"])}:{one["document"]}:{one["line"]}</td></tr>'
        for one in samples
    )
    return (
        f"<h2>{title}</h2><p>{note}</p><div class=wide><table><tr><th>line</th><th>label</th><th class=n>score</th>"
        f"<th>removed as</th><th>source:document:line</th></tr>{rows}</table></div>"
    )
