"""What a saved model says of itself: the manifest beside it, checked before anything is read."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from classifier import tokenizer
from classifier.compact import sha256

FORMAT = 2
"""Raised when a saved model's layout or its features change, so that an old file is told apart."""

MANIFEST_FILE = "manifest.json"
COMPACT_FILE = "compact.npz"
PIPELINE_FILE = "pipeline.joblib"
CARD_FILE = "README.md"

REBUILD = "baogao train"


class ModelError(RuntimeError):
    """A saved model cannot be used; the message says why and which command mends it."""


@dataclass(frozen=True)
class Manifest:
    """Facts of a saved model. `files` maps file names to SHA-256; `scores` are cross-validated figures."""

    version: str
    created: str
    labels: tuple[str, ...]
    files: Mapping[str, str]
    versions: Mapping[str, str]
    corpus: Mapping[str, Any]
    settings: Mapping[str, Any]
    scores: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        """The manifest as JSON for people and programs."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that a model's numbers depend on."""
    names = ("scikit-learn", "numpy", "jieba", "joblib")
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    versions["tokenizer"] = tokenizer.backend_version()
    return versions


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder; ModelError in one sentence when it is missing, damaged or of another format."""
    path = folder / MANIFEST_FILE
    try:
        record = json.loads(path.read_text("utf-8"))
        manifest = Manifest(**{**record, "labels": tuple(record["labels"])})
    except FileNotFoundError:
        raise ModelError(
            f"{path} is missing: there is no model in this folder; build one with `{REBUILD} --output {folder}`."
        ) from None
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise ModelError(
            f"{path} is not a model's manifest ({error}); rebuild the model with `{REBUILD} --output {folder}`."
        ) from None
    if manifest.format != FORMAT:
        raise ModelError(
            f"{folder} holds a model of format {manifest.format}, and this version of baogao reads format {FORMAT}; "
            f"rebuild it with `{REBUILD} --output {folder}`."
        )
    return manifest


def checked_bytes(folder: Path, name: str, manifest: Manifest) -> bytes:
    """The bytes of one of the model's files, after comparing their hash with the manifest's."""
    path = folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}); rebuild the model with `{REBUILD} --output {folder}`."
        ) from None
    expected = manifest.files.get(name)
    if sha256(data) != expected:
        raise ModelError(
            f"{path} is not the file its manifest describes (SHA-256 {sha256(data)[:12]}…, expected {str(expected)[:12]}…); "
            f"nothing was loaded: restore it or rebuild the model with `{REBUILD} --output {folder}`."
        )
    return data


def check_pipeline_versions(manifest: Manifest, folder: Path) -> None:
    """ModelError where the pickled pipeline was made by another scikit-learn than this one."""
    made, here = manifest.versions.get("scikit-learn"), library_versions()["scikit-learn"]
    if made != here:
        raise ModelError(
            f"the pipeline in {folder} was saved by scikit-learn {made} and this is {here}; "
            f"rebuild it with `{REBUILD} --output {folder}`."
        )
