"""The one door: load a model and classify reports with it."""

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.compact import CompactModel
from classifier.document import Document
from classifier.labels import LABELS, Label
from classifier.manifest import (
    COMPACT_FILE,
    PIPELINE_FILE,
    Manifest,
    ModelError,
    check_pipeline_versions,
    checked_bytes,
    read_manifest,
)
from classifier.readings import LineMemory
from classifier.report import ClassifiedLine, ClassifiedReport

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MODEL_VARIABLE = "BAOGAO_MODEL"
"""Environment variable that names the folder of the model to use instead of the shipped one."""

_BATCH_CHARACTERS = 30_000
"""Characters worked on at once: arrays of this size stay in the processor's cache (of 10 to 100 thousand, 20 to 40
were fastest: 0.87 of the time of 100), and a batch's hundreds of calls of numpy are a small part of it."""


def shipped_model_folder() -> Path:
    """Folder of the model that comes with the package, in an installed copy or a checkout."""
    installed = Path(__file__).with_name("shipped_model")
    return installed if installed.is_dir() else Path(__file__).parent.parent / "models" / "baogao"


@dataclass(frozen=True)
class Model:
    """A loaded model. Use `load_model`."""

    folder: Path
    manifest: Manifest
    compact: CompactModel

    def classify(self, text: str) -> ClassifiedReport:
        """Label every non-blank line of `text`.

        Raises TypeError where `text` is not a string. An empty text has no lines.
        """
        return self.classify_many([text])[0]

    def classify_many(self, texts: Iterable[str]) -> list[ClassifiedReport]:
        """Label the lines of many texts, in order; the same answers as `classify` one by one."""
        return list(self.classify_iter(texts))

    def classify_iter(self, texts: Iterable[str]) -> Iterator[ClassifiedReport]:
        """`classify_many`, lazily: memory stays flat whatever the number of texts."""
        source = iter(texts)
        memory = LineMemory(self.compact.scorer)
        while batch := list(_up_to(source, _BATCH_CHARACTERS)):
            yield from self._classify_batch(batch, memory)

    @cached_property
    def pipeline(self) -> "Pipeline":
        """The scikit-learn pipeline behind the compact form.

        Raises ModelError where its file is missing, altered or of another scikit-learn. The file's
        hash is checked before it is unpickled.
        """
        data = checked_bytes(self.folder, PIPELINE_FILE, self.manifest)
        check_pipeline_versions(self.manifest, self.folder)
        import joblib

        pipeline: Pipeline = joblib.load(io.BytesIO(data))
        return pipeline

    def _classify_batch(self, texts: list[str], memory: LineMemory) -> list[ClassifiedReport]:
        documents = [Document.from_text(text) for text in texts]
        rows = self.compact.probabilities(documents, memory)
        best = rows.argmax(axis=1).tolist() if len(rows) else []
        values = rows.tolist()
        reports: list[ClassifiedReport] = []
        row = 0
        for document in documents:
            end = row + len(document.lines)
            reports.append(_report(document, values[row:end], best[row:end]))
            row = end
        return reports


def _up_to(texts: Iterator[str], characters: int) -> Iterator[str]:
    """At least one text, and more while they stay within `characters` together."""
    taken = 0
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"expected the text of a report as a string, got {type(text).__name__}")
        yield text
        taken += len(text)
        if taken >= characters:
            return


def _report(document: Document, probabilities: list[list[float]], best: list[int]) -> ClassifiedReport:
    unrelated = Label.UNRELATED
    labels = [LABELS[index] for index in best]
    stripped: dict[tuple[int, ...], tuple[str, ...]] = {(): ()}
    lines: list[ClassifiedLine] = []
    for line, row, label, index in zip(document.lines, probabilities, labels, best, strict=True):
        inside = line.path if label is not unrelated else ()
        path = stripped.get(inside)
        if path is None:
            path = tuple(document.lines[at].text.strip() for at in inside if labels[at] is not unrelated)
            stripped[inside] = path
        lines.append(ClassifiedLine.of(line, label, row, row[index], path))
    return ClassifiedReport(document.source, tuple(lines))


def load_model(folder: str | os.PathLike[str] | None = None) -> Model:
    """Load a model folder: the given one, else that of the variable BAOGAO_MODEL, else the shipped one.

    Raises ModelError, in one sentence with the command that mends it, where the model is missing,
    altered or of another format. Nothing is unpickled.
    """
    path = Path(folder or os.environ.get(MODEL_VARIABLE) or shipped_model_folder())
    manifest = read_manifest(path)
    if manifest.labels != tuple(label.value for label in LABELS):
        raise ModelError(f"{path} has the labels {manifest.labels}, and this version of baogao knows {tuple(LABELS)}.")
    data = checked_bytes(path, COMPACT_FILE, manifest)
    try:
        return Model(path, manifest, CompactModel.from_bytes(data))
    except ValueError as error:
        raise ModelError(f"{path / COMPACT_FILE}: {error}; rebuild the model with `baogao train --output {path}`.") from None


__all__ = ["Model", "ModelError", "load_model", "shipped_model_folder"]
