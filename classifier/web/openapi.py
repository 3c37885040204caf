"""The OpenAPI description of the HTTP face, as the server gives it at /openapi.json."""

from importlib import metadata
from typing import Any

from classifier.labels import LABELS
from classifier.web.exports import EXPORTS
from classifier.web.settings import Settings

NAME_LIMIT = 200
"""Characters of a document's name or title."""

Schema = dict[str, Any]


_LABEL: Schema = {"type": "string", "enum": [label.value for label in LABELS]}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_NAME: Schema = {"type": "string", "maxLength": NAME_LIMIT}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *, open_: bool = False) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": open_}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


_ANSWER_LABEL: Schema = {"type": "string", "enum": [*(label.value for label in LABELS), *(label.chinese for label in LABELS)]}
_PROBABILITIES: Schema = {"type": "object", "additionalProperties": _SHARE}
_NUMBER: Schema = {"type": "integer", "minimum": 1}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_PUSH = _object({"start": _COUNT, "end": _COUNT, "text": {"type": "string"}, "push": {"type": "number"}})

SCHEMAS: dict[str, Schema] = {
    "Problem": _object({"error": {"type": "string"}, "message": {"type": "string"}}),
    "Record": _object(
        {
            "line": _NUMBER,
            "text": {"type": "string"},
            "label": _ANSWER_LABEL,
            "heading": {"type": "boolean"},
            "confidence": _SHARE,
            "probabilities": _PROBABILITIES,
            "heading_path": _list({"type": "string"}),
        },
        {"uncertain": {"type": "boolean"}},
    ),
    "Classified": _object(
        {
            "model": {"type": "string"},
            "doc": {"type": "string"},
            "counts": {"type": "object", "additionalProperties": _COUNT},
            "lines": _list({"$ref": "#/components/schemas/Record"}),
            "corrections": _list(_object({"line": _NUMBER, "label": _ANSWER_LABEL})),
        }
    ),
    "Evidence": _object({"label": _LABEL, "alone": _PROBABILITIES, "words": _list(_PUSH), "sentences": _list(_PUSH)}),
    "File": _object(
        {
            "text": {"type": "string"},
            "kind": {"type": "string", "enum": ["docx", "html", "text"]},
            "encoding": {"type": "string"},
            "replaced_lines": _list(_NUMBER),
        }
    ),
    "Saved": _object({"saved": {"type": "boolean"}, "time": {"type": "string"}, "file": {"type": "string"}}),
    "Model": _object(
        {
            "version": {"type": "string"},
            "created": {"type": "string"},
            "labels": _list(_object({"name": _LABEL, "chinese": {"type": "string"}, "colour": {"type": "string"}})),
            "corpus": {"type": "object"},
            "versions": {"type": "object"},
            "scores": {"type": "object"},
            "limits": _object({"body": _COUNT, "lines": _COUNT}),
            "corrections": {"type": "string"},
            "review": {"type": ["string", "null"], "description": "the file whose lines wait for a label"},
        }
    ),
    "Review": _object(
        {
            "file": {"type": "string"},
            "lines": _list(
                _object({"number": _NUMBER, "doc": _NAME, "line": _NUMBER, "label": {"enum": [*_LABEL["enum"], None]}})
            ),
        }
    ),
    "Asked": _object({"number": _NUMBER, "doc": _NAME, "line": _NUMBER, "text": {"type": "string"}}),
    "Health": _object({"status": {"type": "string"}, "model": {"type": "string"}, "working": _COUNT}),
    "ToClassify": _object(
        {"text": {"type": "string"}},
        {"doc": _NAME, "three": {"type": "boolean"}, "zh": {"type": "boolean"}, "min_confidence": _SHARE},
    ),
    "ToExplain": _object({"text": {"type": "string", "maxLength": 20_000}, "label": _LABEL}),
    "ToExport": _object(
        {"text": {"type": "string"}, "format": {"type": "string", "enum": list(EXPORTS)}},
        {
            "title": _NAME,
            "labels": {"type": "object", "additionalProperties": _LABEL, "propertyNames": {"pattern": "^[0-9]{1,8}$"}},
        },
    ),
    "Correction": _object(
        {
            "doc": {"type": "string", "minLength": 1, "maxLength": NAME_LIMIT},
            "line": {**_NUMBER, "description": "counts `lines` from 1"},
            "old": _LABEL,
            "new": {**_LABEL, "description": "also the label of that line in `lines`"},
            "lines": _list(
                _object({"text": {"type": "string", "minLength": 1}, "label": _LABEL}, {"heading": {"type": "boolean"}}),
                minItems=1,
            ),
        },
        {"source": _NAME},
    ),
}


def _ref(name: str) -> Schema:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _answers(content: Schema, *problems: int, status: int = 200, told: str = "the answer") -> Schema:
    reasons = {
        400: "not JSON",
        403: "asked by another site",
        404: "there is no such line, or the server was started without --review",
        408: "the body paused too long",
        413: "over the limit of size or lines",
        415: "another Content-Type",
        421: "asked under a name that is not this server's",
        422: "not of the described shape, or no text",
        503: "too much is waiting already",
        507: "the correction could not be written",
    }
    answers: Schema = {str(status): {"description": told, "content": content}}
    for problem in (403, 421, *problems):
        answers[str(problem)] = {"description": reasons[problem], "content": {"application/json": _ref("Problem")}}
    return answers


def _post(operation: str, summary: str, body: Schema, answers: Schema) -> Schema:
    told = {"operationId": operation, "summary": summary, "responses": answers}
    return {"post": {**told, "requestBody": {"required": True, "content": body}}}


def _get(operation: str, summary: str, answer: str, *problems: int, numbered: bool = False) -> Schema:
    answers = _answers({"application/json": _ref(answer)}, *problems)
    told: Schema = {"operationId": operation, "summary": summary, "responses": answers}
    if numbered:
        told["parameters"] = [{"name": "number", "in": "path", "required": True, "schema": _NUMBER}]
    return {"get": told}


def description(settings: Settings) -> Schema:
    """The description as JSON values."""
    taken = (400, 408, 413, 415, 422, 503)
    files = {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in {one.media_type.split(";")[0]: None for one in EXPORTS.values()}
    }
    any_file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "baogao",
            "version": metadata.version("baogao"),
            "description": f"Labels every line of a Chinese work report. Bodies may have {settings.body_limit} bytes.",
        },
        "paths": {
            "/api/classify": _post(
                "classify",
                "Label every line of a text",
                {"application/json": _ref("ToClassify"), "text/plain": {"schema": {"type": "string"}}},
                _answers({"application/json": _ref("Classified")}, *taken),
            ),
            "/api/explain": _post(
                "explain",
                "The words and sentences of one line that speak for and against a label",
                {"application/json": _ref("ToExplain")},
                _answers({"application/json": _ref("Evidence")}, *taken),
            ),
            "/api/read": _post(
                "read",
                "The text of a file (TXT, DOCX, HTML)",
                any_file,
                _answers({"application/json": _ref("File")}, 408, 413, 422, 503),
            ),
            "/api/export": _post(
                "export",
                "A report as a file, with labels put right by line number",
                {"application/json": _ref("ToExport")},
                _answers(files, *taken),
            ),
            "/api/corrections": _post(
                "correct",
                "Keep a correction",
                {"application/json": _ref("Correction")},
                _answers({"application/json": _ref("Saved")}, *taken, 507, status=201),
            ),
            "/api/model": _get("model", "The model that answers", "Model"),
            "/api/review": _get("review", "The lines that wait for a label (`baogao serve --review`)", "Review", 404),
            "/api/review/{number}": _get(
                "asked", "One of those lines, with its document around it", "Asked", 404, numbered=True
            ),
            "/health": _get("health", "Whether the server is well", "Health"),
        },
        "components": {"schemas": SCHEMAS},
    }
