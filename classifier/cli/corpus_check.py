"""`baogao corpus check`: what is wrong with labelled documents, and what they hold."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from classifier.cli.exits import FAILED, OK, CommandError
from classifier.cli.values import share

SHOWN = 20
"""Findings of one kind that text output shows before it only counts them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the action."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="folders of labelled *.jsonl with their noise.jsonl, or single files",
    )
    parser.add_argument("--against", type=Path, metavar="FILE.jsonl", help="say how many words of these documents are new here")
    parser.add_argument(
        "--near", type=share, default=None, metavar="P", help="share of its pieces that makes a near-duplicate (default: 0.6)"
    )
    parser.add_argument(
        "--improbable", action="store_true", help="cross-validate a model and list labels it finds wrong (cleanlab; minutes)"
    )
    parser.add_argument("--all", action="store_true", help=f"show every finding, not only {SHOWN} of a kind")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: argparse.Namespace) -> int:
    """Print findings and counts; 1 where there are errors."""
    from classifier.corpus import CorpusError
    from classifier.corpus.check import NEAR, check_corpus
    from classifier.corpus.improbable import MissingLibraryError

    try:
        checked = check_corpus(options.paths, near=options.near or NEAR)
        unseen = _unseen(options.against, checked) if options.against else None
        improbable = _improbable(options.paths, checked) if options.improbable else None
    except (CorpusError, MissingLibraryError) as error:
        raise CommandError(str(error)) from None
    if options.format == "json":
        print(json.dumps(_as_json(checked, unseen, improbable), ensure_ascii=False, indent=1))
    else:
        _print(checked, unseen, improbable, options.all)
    wrong = len(checked.findings) if options.strict else checked.errors
    return FAILED if wrong else OK


def _unseen(path: Path, checked: Any) -> Any:
    from classifier.corpus import read_documents
    from classifier.corpus.coverage import unseen

    asked = [line.text for document in read_documents(path) for line in document.lines]
    return unseen(asked, (line.text for document in checked.readable for line in document.lines))


def _improbable(paths: list[Path], checked: Any) -> list[Any]:
    from classifier.corpus.documents import read_noise
    from classifier.corpus.improbable import cross_validated, improbable_labels

    noise = [pair for path in paths if path.is_dir() for pair in read_noise(path)]
    try:
        chances = cross_validated(checked.readable, noise, lambda message: print(message, file=sys.stderr))
    except ValueError as error:
        raise CommandError(f"--improbable: {error}") from None
    return improbable_labels(checked.readable, chances)


def _lines(checked: Any) -> list[Any]:
    return [line for document in checked.readable for line in document.lines]


def _as_json(checked: Any, unseen: Any, improbable: list[Any] | None) -> dict[str, Any]:
    def place(at: Any) -> dict[str, Any] | None:
        return None if at is None else {"file": at.file, "row": at.row, "doc": at.doc, "line": at.line}

    values: dict[str, Any] = {
        "findings": [
            {"severity": f.severity, "kind": f.kind, **(place(f.place) or {}), "other": place(f.other), "message": f.message}
            for f in checked.findings
        ],
        "documents": checked.documents,
        "lines": {genre: {label.value: n for label, n in counts.items()} for genre, counts in checked.counts.items()},
        "noise": checked.noise,
        "phrases": [{"text": text, "places": [place(a), place(b)]} for text, a, b in checked.phrases],
    }
    if unseen is not None:
        values["unseen"] = {"words": round(unseen.share, 4), "different_words": round(unseen.share_different, 4)}
    if improbable is not None:
        lines = _lines(checked)
        values["improbable"] = [
            {
                **(place(checked.places[one.line]) or {}),
                "label": one.label.value,
                "model_says": one.model_says.value,
                "probability": round(one.probability, 4),
                "text": lines[one.line].text,
            }
            for one in improbable
        ]
    return values


def _print(checked: Any, unseen: Any, improbable: list[Any] | None, everything: bool) -> None:
    shown: Counter[str] = Counter()
    for finding in checked.findings:
        shown[finding.kind] += 1
        if everything or shown[finding.kind] <= SHOWN:
            other = f" ({finding.other})" if finding.other else ""
            where = f"{finding.place}" if finding.place.row else finding.place.file
            print(f"{finding.severity}: {where}: {finding.message}{other}")
    for kind, count in shown.items():
        if not everything and count > SHOWN:
            print(f"… {count - SHOWN} more of {kind}; --all shows them")
    for one in improbable or []:
        text = _lines(checked)[one.line].text.strip()
        print(
            f"look again: {checked.places[one.line]}: labelled {one.label.value} ({one.probability:.0%}), "
            f"the model says {one.model_says.value}: {text[:40]}"
        )
    print("\n".join(_counts(checked)))
    if unseen is not None:
        print(
            f"never seen here: {unseen.share:.1%} of the {unseen.words} words of the file given, "
            f"{unseen.share_different:.1%} of its {unseen.different} different words"
        )
    warnings = len(checked.findings) - checked.errors
    print(f"{checked.errors} errors, {warnings} warnings" + (f", {len(improbable)} improbable labels" if improbable else ""))


def _counts(checked: Any) -> list[str]:
    from classifier.labels import LABELS

    total: Counter[Any] = Counter()
    rows = ["", f"{'genre':<20}{'documents':>10}" + "".join(f"{label.value:>13}" for label in LABELS) + f"{'lines':>8}"]
    for genre, counts in checked.counts.items():
        total.update(counts)
        cells = "".join(f"{counts[label]:>13}" for label in LABELS)
        rows.append(f"{genre:<20}{checked.documents[genre]:>10}{cells}{counts.total():>8}")
    cells = "".join(f"{total[label]:>13}" for label in LABELS)
    rows.append(f"{'all':<20}{sum(checked.documents.values()):>10}{cells}{total.total():>8}")
    if checked.noise:
        rows.append(f"noise: {sum(checked.noise.values())} lines in {len(checked.noise)} families")
    rows.append("longest phrases that stand in two documents:" if checked.phrases else "no phrase stands in two documents")
    rows += [f"  {len(text):>3} {text[:60]} ({first}; {second})" for text, first, second in checked.phrases]
    return rows
