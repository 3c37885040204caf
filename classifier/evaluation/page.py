"""The evaluation page: one HTML file that needs nothing else, for the screen and for print."""

import html
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from classifier.evaluation.compare import Comparison, Interval, f1_intervals
from classifier.evaluation.font import embedded, find_font
from classifier.evaluation.page_words import WORDS
from classifier.evaluation.plots import precision_recall, reliability, threshold
from classifier.evaluation.predictions import Predictions
from classifier.labels import LABELS, Label
from classifier.render import printable

ERRORS = 40
"""Errors shown: what a person reads in one sitting."""

_THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_STYLE = """
:root { color-scheme: light }
body { font: 15px/1.6 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; background: #fff }
h2 { margin: 2rem 0 .4rem; border-top: 1px solid #d0d7de; padding-top: .8rem }
table { border-collapse: collapse; margin: .4rem 0 } th, td { padding: .15rem .7rem; text-align: right; vertical-align: top }
th:first-child, td:first-child, td.text { text-align: left } thead th { border-bottom: 1px solid #57606a; font-weight: 600 }
td { font-variant-numeric: tabular-nums } .note, .around { color: #57606a; font-size: .9em } .around { display: block }
.plots { display: flex; flex-wrap: wrap; gap: 1rem } svg { max-width: 100%; height: auto }
.errors td { border-bottom: 1px solid #eaeef2; overflow-wrap: anywhere }
.errors td:first-child { white-space: nowrap } .scroll { overflow-x: auto }
@media print { body { max-width: none; margin: 0; font-size: 10pt } tr, figure, svg { break-inside: avoid }
  h2 { break-after: avoid } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


def evaluation_page(
    predictions: Predictions,
    model: str,
    *,
    comparison: Comparison | None = None,
    against: str = "",
    language: str = "zh",
) -> str:
    """The page for a model (named `model`) and what it says of labelled documents.

    `comparison` has the figures beside those of the model named `against`. A Chinese font is embedded
    where one is found (the package mplfonts brings it); the page's words are `language`, zh or en.
    """
    words = WORDS[language]
    names = {label.value: label.chinese if language == "zh" else label.value for label in Label}
    font = find_font()
    parts = [
        *_head(predictions, model, words),
        *_classes(predictions, names, words),
        *(_comparison(comparison, against, names, words) if comparison else ()),
        *_genres(predictions, words),
        *_confusion(predictions, names, words),
        f"<h2>{words['reliability']}</h2><p class=note>{words['reliability_note']}</p>",
        reliability(predictions, words, font),
        f"<h2>{words['threshold']}</h2><p class=note>{words['threshold_note']}</p><div class=plots>",
        threshold(predictions, words, font),
        *_thresholds(predictions, words),
        f"</div><p class=note>{words['class_note']}</p>",
        precision_recall(predictions, names, words, font),
        *_errors(predictions, names, words),
    ]
    body = "\n".join(parts)
    face = embedded(font, body + words["title"]) if font else ""
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words['title']}</title>\n<style>{face}{_STYLE}</style>\n{body}\n</html>\n"
    )


def _told(interval: Interval, sign: bool = False) -> str:
    form = "+.3f" if sign else ".3f"
    return f"{interval.value:{form}} <span class=note>{interval.low:{form}} – {interval.high:{form}}</span>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{one}" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
    return f"<div class=scroll><table><thead><tr>{head}<tbody>{body}</table></div>"


def _head(predictions: Predictions, model: str, words: Mapping[str, str]) -> Iterator[str]:
    scores = predictions.scores()
    yield f"<h1>{words['title']}</h1>"
    counts = f"{len(predictions.documents)} {words['documents']} · {scores.lines} {words['lines']}"
    yield f"<p>{words['model']} {html.escape(model)} · {counts}</p>"
    whole = f1_intervals(predictions)[0]
    error = f"{scores.calibration_error:.3f}" if scores.calibration_error is not None else "–"
    yield (
        f"<p><b>{words['macro']} {_told(whole)}</b> · {words['accuracy']} {scores.accuracy:.3f} · "
        f"{words['calibration']} {error}</p><p class=note>{words['interval_note']}</p>"
    )


def _classes(predictions: Predictions, names: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    _, intervals = f1_intervals(predictions)
    rows = [
        (names[label], f"{one.precision:.3f}", f"{one.recall:.3f}", _told(intervals[label]), str(one.support))
        for label, one in predictions.scores().classes.items()
        if label in intervals
    ]
    yield f"<h2>{words['classes']}</h2>"
    yield _table([words[key] for key in ("label", "precision", "recall", "f1", "support")], rows)


def _comparison(found: Comparison, against: str, names: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    rows = [
        (names[label], f"{before:.3f}", f"{after:.3f}", _told(change, True))
        for label, (before, after, change) in found.labels.items()
    ]
    rows.append((words["macro"], f"{found.before:.3f}", f"{found.after:.3f}", _told(found.difference, True)))
    yield f"<h2>{words['comparison']}</h2><p>{words['before']}: {html.escape(against)}</p>"
    yield _table([words[key] for key in ("label", "before", "after", "difference")], rows)
    verdict = words["worse" if found.worse else "better" if found.better else "same"]
    yield f"<p>{words['gained'].format(gained=found.gained, lost=found.lost, p=found.p)} {verdict}</p>"


def _genres(predictions: Predictions, words: Mapping[str, str]) -> Iterator[str]:
    genre_of = np.array([document.genre for document in predictions.documents])
    rows = []
    for genre in sorted(set(genre_of.tolist())):
        part = predictions.of_documents(np.flatnonzero(genre_of == genre))
        interval = f1_intervals(part)[0]
        rows.append((html.escape(genre), str(len(part.documents)), str(part.truth.size), _told(interval)))
    yield f"<h2>{words['genres']}</h2>"
    yield _table([words["genre"], words["documents"], words["lines"], words["macro"]], rows)


def _confusion(predictions: Predictions, names: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    counts = predictions.confusions().sum(axis=0).astype(int)
    rows = []
    for number, label in enumerate(LABELS):
        total = max(int(counts[number].sum()), 1)
        cells = []
        for other in range(len(LABELS)):
            share = counts[number, other] / total
            colour = "26,127,55" if other == number else "180,35,24"
            # Not above four tenths of full colour: the numbers must stay readable, in grey print too.
            cells.append(f'<td style="background:rgba({colour},{0.4 * share:.2f})">{counts[number, other]}')
        rows.append(f"<tr><th>{names[label]}" + "".join(cells))
    heads = "".join(f"<th>{names[label]}" for label in LABELS)
    yield f"<h2>{words['confusion']}</h2><p class=note>{words['confusion_note']}</p>"
    yield f"<div class=scroll><table><thead><tr><th>{heads}<tbody>{''.join(rows)}</table></div>"


def _thresholds(predictions: Predictions, words: Mapping[str, str]) -> Iterator[str]:
    confidence = predictions.probabilities.max(axis=1)
    rows = []
    for step in _THRESHOLDS:
        kept = confidence >= step
        right = f"{predictions.right[kept].mean():.1%}" if kept.any() else "–"
        rows.append((f"{step:.2f}", f"{kept.mean():.1%}", right, str(int((kept & ~predictions.right).sum()))))
    yield _table([words[key] for key in ("min_confidence", "kept", "kept_right", "wrong_left")], rows)


def _errors(predictions: Predictions, names: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    yield f"<h2>{words['errors']}</h2>"
    wrong = np.flatnonzero(~predictions.right)
    if not wrong.size:
        yield f"<p>{words['none']}</p>"
        return
    confidence = predictions.probabilities.max(axis=1)
    first = np.searchsorted(predictions.owner, predictions.owner)
    yield f"<p class=note>{words['errors_note']}</p><table class=errors>"
    for row in wrong[np.argsort(-confidence[wrong], kind="stable")][:ERRORS].tolist():
        document = predictions.documents[predictions.owner[row]]
        index = row - int(first[row])
        before, here, after = (
            _shown(document.lines[at].text) if 0 <= at < len(document.lines) else "" for at in (index - 1, index, index + 1)
        )
        truth, given = names[LABELS[predictions.truth[row]]], names[LABELS[predictions.predicted[row]]]
        yield (
            f"<tr><td>{words['truth']} <b>{truth}</b><br>{words['given']} {given} {confidence[row]:.0%}"
            f"<td class=text><span class=around>{before}</span>{here}<span class=around>{after}</span>"
            f"<span class=around>{html.escape(document.doc)} · {words['lines']} {index + 1}</span>"
        )
    yield "</table>"


def _shown(text: str, limit: int = 240) -> str:
    text = text.strip()
    return html.escape(printable(text if len(text) <= limit else text[:limit] + "…"))
