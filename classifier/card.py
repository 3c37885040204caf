"""The model card: the manifest's facts for people, in Markdown that model hubs render."""

from collections.abc import Mapping
from typing import Any

from classifier.card_plot import FILE as PICTURE
from classifier.manifest import Manifest

_HEAD = """---
language: zh
license: mit
library_name: scikit-learn
pipeline_tag: text-classification
tags: [baogao, chinese, work-report, document-cleaning]
---
"""


def render_card(manifest: Manifest) -> str:
    """The card of a model, from its manifest alone."""
    scores: Mapping[str, Any] = manifest.scores.get("cross_fitted", {})
    parts = [
        _HEAD,
        f"# {manifest.settings.get('name', 'baogao')} {manifest.version}\n",
        "Labels every line of a Chinese work report as achievement (成绩), measure (措施), problem (问题), "
        "background (背景) or unrelated (无关: what scrapers bring home besides the report).\n",
        _data(manifest),
    ]
    if manifest.settings.get("note"):
        parts.append(f"{manifest.settings['note']}\n")
    if scores:
        parts.append(_scores(scores))
    if manifest.scores.get("genres"):
        parts.append(_genres(manifest.scores["genres"]))
    parts.append(_LIMITS)
    parts.append("## How it was built\n")
    parts.append("| setting | value |\n| --- | --- |")
    parts += [f"| {key} | {value} |" for key, value in manifest.settings.items() if key not in ("name", "note")]
    parts.append("\n| made with | version |\n| --- | --- |")
    parts += [f"| {key} | {value} |" for key, value in manifest.versions.items()]
    parts.append(
        "\nRebuild it with `baogao train --corpus corpus --output models/baogao`: the same corpus and versions give "
        "the same predictions. `compact.npz` holds arrays only; `pipeline.joblib` is a pickle, read only on request "
        "and only after its SHA-256 agreed with the manifest.\n"
    )
    return "\n".join(parts)


def _data(manifest: Manifest) -> str:
    corpus = manifest.corpus
    return (
        f"Trained on {manifest.created[:10]} on {corpus['documents']} labelled documents, {corpus['lines']} lines "
        f"(corpus SHA-256 `{corpus['sha256'][:16]}…`), all written for this project; the data sheet is `corpus/README.md`.\n"
    )


def _scores(scores: Mapping[str, Any]) -> str:
    rows = [
        "## Scores\n",
        f"Cross-fitted by document on the {scores['lines']} lines as written, by `baogao train`: macro-F1 "
        f"{scores['macro_f1']:.3f}, accuracy {scores['accuracy']:.3f}, expected calibration error "
        f"{scores['calibration_error']:.3f}.\n",
        "| label | precision | recall | F1 | lines |\n| --- | --- | --- | --- | --- |",
    ]
    for label, one in scores["labels"].items():
        rows.append(f"| {label} | {one['precision']:.3f} | {one['recall']:.3f} | {one['f1']:.3f} | {one['support']} |")
    if scores.get("reliability"):
        rows.append(
            "\nHow far its confidence can be believed: each dot holds the lines of one confidence, the larger the more; on the "
            f"line, the model is right as often as it says.\n\n![Reliability of the cross-fitted probabilities]({PICTURE})"
        )
    return "\n".join(rows) + "\n"


def _genres(genres: Mapping[str, float]) -> str:
    rows = ["| genre | macro-F1 |\n| --- | --- |"]
    rows += [f"| {genre} | {value:.3f} |" for genre, value in genres.items()]
    return "\n".join(rows) + "\n"


_LIMITS = """## Limits

- Lines are labelled by what they mainly say; a paragraph that mixes actions and results gets one label.
- Long review paragraphs of government reports sit on the border of achievement and measure more often than others.
- Titles of other reports between true lines are told from the report's own title by their surroundings only.
- Written for mainland work reports in standard written Chinese; other genres come out as unrelated, not always.
"""
