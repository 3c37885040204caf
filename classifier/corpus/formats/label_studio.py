"""Label Studio's JSON: one task a document, each line a paragraph with a label.

The labelling interface that fits (`LABEL_CONFIG`) is written beside the tasks. Labels of people are
annotations; a model's are predictions, with its version and each line's score.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument, parse_document, parse_line
from classifier.corpus.formats.rows import parse_extra, with_headings
from classifier.corpus.suggested import suggested_lines
from classifier.labels import LABELS

LABEL_CONFIG = (
    "<View>\n"
    '  <ParagraphLabels name="label" toName="lines">\n'
    + "".join(f'    <Label value="{label.value}" alias="{label.value}" background="{label.colour}"/>\n' for label in LABELS)
    + "  </ParagraphLabels>\n"
    '  <Paragraphs name="lines" value="$lines" layout="dialogue" nameKey="number" textKey="text"/>\n'
    "</View>\n"
)


def config_path(path: Path) -> Path:
    """Where the labelling interface stands that belongs to the tasks of `path`."""
    return path.with_name(f"{path.stem}.label-config.xml")


def write(documents: Sequence[LabelledDocument], path: Path) -> None:
    """Write the tasks, and the labelling interface beside them.

    Documents that `baogao suggest` made carry a model's labels: those become predictions.
    """
    tasks = [_task(document) for document in documents]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", "utf-8")
    config_path(path).write_text(LABEL_CONFIG, "utf-8")


def _task(document: LabelledDocument) -> dict[str, Any]:
    asked = suggested_lines(document)
    lines = []
    for number, line in enumerate(document.lines, 1):
        mark = "★ " if asked and number in asked.ranks else ""
        lines.append({"number": f"{mark}{number}", "text": line.text, "heading": line.heading})
    data: dict[str, Any] = {"doc": document.doc, "genre": document.genre, "lines": lines}
    if document.extra:
        data["extra"] = document.extra
    regions = [_region(index, line.text, line.label.value) for index, line in enumerate(document.lines)]
    if asked is None:
        return {"data": data, "annotations": [{"result": regions}]}
    scored = [{**region, "score": score} for region, score in zip(regions, asked.confidence, strict=True)]
    score = min(asked.confidence)
    return {"data": data, "predictions": [{"model_version": asked.model, "score": score, "result": scored}]}


def _region(index: int, text: str, label: str) -> dict[str, Any]:
    return {
        "id": f"line-{index + 1}",
        "from_name": "label",
        "to_name": "lines",
        "type": "paragraphlabels",
        "value": {
            "start": str(index), "end": str(index), "startOffset": 0, "endOffset": len(text),
            "text": text, "paragraphlabels": [label],
        },
    }  # fmt: skip


def read(path: Path) -> list[LabelledDocument]:
    """The documents of Label Studio's JSON export; of several annotations the last that was not cancelled.

    A task that nobody has annotated yet is left out where others are annotated.
    """
    try:
        tasks = json.loads(path.read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}:{error.lineno}: not JSON: {error.msg}") from None
    if not isinstance(tasks, list):
        raise CorpusError(f"{path}: expected a list of tasks (export as JSON, not JSON-MIN), got {type(tasks).__name__}")
    documents = []
    for number, task in enumerate(tasks, 1):
        where = f"{path}, task {number}"
        done = [one for one in _annotations(task, where) if not one.get("was_cancelled")]
        if done:
            documents.append(_document(task["data"], done[-1].get("result", []), where, f"{path.stem}-{number}"))
    if tasks and not documents:
        raise CorpusError(f"{path}: none of its {len(tasks)} tasks has an annotation; label them first")
    return documents


def _annotations(task: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        raise CorpusError(f'{where}: expected an object with "data", got {str(task)[:60]!r}')
    found = task.get("annotations", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise CorpusError(f"{where}: expected a list of annotations, got {str(found)[:60]!r}")
    return found


def _document(data: dict[str, Any], result: Any, where: str, name: str) -> LabelledDocument:
    given = data.get("lines")
    if not isinstance(given, list) or not all(isinstance(line, dict) for line in given):
        raise CorpusError(f'{where}: expected the document\'s lines in "lines", as `baogao corpus export` writes them')
    labels: dict[int, str] = {}
    for region in result:
        value = region.get("value", {}) if isinstance(region, dict) else {}
        chosen = value.get("paragraphlabels")
        if chosen:
            for index in range(int(value.get("start", 0)), int(value.get("end", 0)) + 1):
                labels[index] = str(chosen[0])
    lines: list[dict[str, Any]] = []
    for index, line in enumerate(given):
        place = f"{where}, line {index + 1} of {data.get('doc', name)}"
        if index not in labels:
            raise CorpusError(f"{place}: no label was given to this line: {str(line.get('text'))[:30]}")
        value = {"text": line.get("text"), "label": labels[index]}
        if "heading" in line:
            value["heading"] = bool(line["heading"]) and labels[index] != "unrelated"
        parse_line(value, place)
        lines.append(value)
    extra = parse_extra(data.get("extra"), where)
    head = {"doc": data.get("doc") or name, "genre": data.get("genre") or "unknown"}
    return parse_document({**head, **extra, "lines": with_headings(lines)}, where)
