"""baogao: labels every line of a Chinese work report.

from classifier import load_model
report = load_model().classify(text)
"""

from importlib import metadata
from typing import TYPE_CHECKING, Any

from classifier.labels import Label

if TYPE_CHECKING:
    from classifier.manifest import ModelError
    from classifier.model import Model, load_model
    from classifier.report import ClassifiedLine, ClassifiedReport

__all__ = ["ClassifiedLine", "ClassifiedReport", "Label", "Model", "ModelError", "load_model"]

_HOME = {
    "ClassifiedLine": "classifier.report",
    "ClassifiedReport": "classifier.report",
    "Model": "classifier.model",
    "ModelError": "classifier.manifest",
    "load_model": "classifier.model",
}


def __getattr__(name: str) -> Any:
    """Names are fetched when first used: `baogao --help` should not wait for numpy."""
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    if name == "__version__":
        return metadata.version("baogao")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
