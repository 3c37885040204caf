"""A report with some lines' labels put right by hand."""

from collections.abc import Mapping
from dataclasses import replace

from classifier.labels import Label
from classifier.report import ClassifiedLine, ClassifiedReport


def relabel(report: ClassifiedReport, labels: Mapping[int, Label]) -> ClassifiedReport:
    """`report` with `labels` (line number to label) in the place of the model's.

    Headings and heading paths follow, since an unrelated line is no heading; probabilities stay the
    model's, so that `confidence` is what the model thought of the label.
    """
    if not labels:
        return report
    split = report.document().lines
    final = [labels.get(line.number, line.label) for line in report.lines]
    lines: list[ClassifiedLine] = []
    for line, found, label in zip(split, report.lines, final, strict=True):
        inside = line.path if label is not Label.UNRELATED else ()
        lines.append(
            replace(
                found,
                label=label,
                heading=line.heading and label is not Label.UNRELATED,
                confidence=found.probabilities[label],
                heading_path=tuple(split[at].text.strip() for at in inside if final[at] is not Label.UNRELATED),
            )
        )
    return replace(report, lines=tuple(lines))
