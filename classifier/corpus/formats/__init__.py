"""Labelled documents in the formats of labelling tools and tables, there and back without loss.

Every format is a module with `write(documents, path)` and `read(path)`; `read` raises CorpusError with
file, place and fault. Fields of a document that this package does not know (`extra`) travel along.
"""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from classifier.corpus.documents import CorpusError, LabelledDocument
from classifier.corpus.suggested import FIELD

FORMATS = {
    "doccano": "doccano_spans",
    "doccano-lines": "doccano_lines",
    "label-studio": "label_studio",
    "csv": "table",
    "text": "plain",
    "datasets": "folder",
}
"""Names of the formats and their modules. `doccano` is a document a record, its lines as spans (sequence
labelling); `doccano-lines` a line a record (text classification)."""


def export_documents(documents: Sequence[LabelledDocument], form: str, path: Path) -> None:
    """Write `documents` to `path` in the format `form`; ValueError when there is none of that name.

    Raises CorpusError where two documents have one name, or the path cannot be written.
    """
    twice = [name for name, count in Counter(document.doc for document in documents).items() if count > 1]
    if twice:
        raise CorpusError(f"two documents have the name {twice[0]!r}; give one of them another")
    try:
        _module(form).write(documents, path)
    except UnicodeEncodeError as error:
        raise CorpusError(f"{path}: a lone surrogate, {error.object[error.start]!r}, cannot be written as UTF-8") from None
    except OSError as error:
        raise CorpusError(f"{path}: cannot be written: {error.strerror}") from None


def import_documents(path: Path, form: str) -> list[LabelledDocument]:
    """The labelled documents of `path` in the format `form`; CorpusError names what is wrong and where.

    What a model had said of their lines is left behind: in a file that comes back, labels are people's.
    """
    try:
        documents: list[LabelledDocument] = _module(form).read(path)
    except FileNotFoundError:
        raise CorpusError(f"{path}: there is no such file") from None
    except (UnicodeDecodeError, OSError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 text of the format {form}: {error}") from None
    if not documents:
        raise CorpusError(f"{path}: no labelled documents in it")
    return [_without_suggestions(document) for document in documents]


def _without_suggestions(document: LabelledDocument) -> LabelledDocument:
    extra = {key: value for key, value in document.extra.items() if key != FIELD}
    return replace(document, extra=extra)


def _module(form: str) -> Any:
    if form not in FORMATS:
        raise ValueError(f"unknown format {form!r}; the formats are {', '.join(FORMATS)}")
    return importlib.import_module(f"classifier.corpus.formats.{FORMATS[form]}")
