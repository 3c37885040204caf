"""A trained model beside the model before it, on documents that neither had seen.

A model is saved with its cross-fitted probabilities (`HELD_OUT_FILE`), known by a hash of each
document's texts. So a later training can ask what the model before says of a document of its own
corpus as if it had not learnt it; of any other document it is asked outright.
"""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.compact import CompactModel
from classifier.corpus import LabelledDocument, corpus_hash
from classifier.evaluation.compare import Comparison, compare
from classifier.evaluation.predictions import Doubles, beside, predict
from classifier.labels import LABELS
from classifier.manifest import COMPACT_FILE, Manifest
from classifier.model import Model

HELD_OUT_FILE = "held-out.npz"

_STEPS = 65535
"""Probabilities are kept as 16-bit whole numbers: rounding by 1e-5 turns no comparison."""


class CannotCompareError(ValueError):
    """There is no document on which the two models can be compared fairly; the message says why."""


@dataclass(frozen=True)
class Before:
    """The model before, and the probabilities that it gave to documents of its corpus held out; None where it kept none."""

    model: Model
    held_out: Mapping[str, Doubles] | None


def text_hash(document: LabelledDocument) -> str:
    """Hash of a document's texts, whatever its name and labels."""
    return hashlib.sha256("\n".join(line.text for line in document.lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def save_held_out(folder: Path, documents: Sequence[LabelledDocument], probabilities: Doubles, manifest: Manifest) -> None:
    """Write the cross-fitted probabilities of a model's own documents beside it."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        compact=np.array(manifest.files[COMPACT_FILE]),
        documents=np.array([text_hash(document) for document in documents]),
        sizes=np.array([len(document.lines) for document in documents]),
        probabilities=np.round(probabilities * _STEPS).astype(np.uint16),
    )
    temporary = folder / f".{HELD_OUT_FILE}.{os.getpid()}.tmp"
    temporary.write_bytes(buffer.getvalue())
    temporary.replace(folder / HELD_OUT_FILE)


def read_before(model: Model) -> Before:
    """The model with its held-out probabilities, where it kept them and they are its own."""
    try:
        with np.load(model.folder / HELD_OUT_FILE, allow_pickle=False) as archive:
            if str(archive["compact"]) != model.manifest.files[COMPACT_FILE]:
                return Before(model, None)
            rows = archive["probabilities"].astype(np.float64) / _STEPS
            ends = np.cumsum(archive["sizes"])
            names = [str(name) for name in archive["documents"]]
    except (OSError, KeyError, ValueError, EOFError):
        return Before(model, None)
    if rows.shape != (int(ends[-1]), len(LABELS)) or len(names) != len(ends):
        return Before(model, None)
    return Before(model, dict(zip(names, np.split(rows, ends[:-1]), strict=True)))


def trained_on(model: Model, documents: Sequence[LabelledDocument]) -> int:
    """How many of `documents` the model has learnt, by their texts; 0 where it kept no record of its corpus."""
    known = read_before(model).held_out or {}
    return sum(text_hash(document) in known for document in documents)


def compare_with_before(
    documents: Sequence[LabelledDocument],
    probabilities: Doubles,
    before: Before,
    base: Sequence[LabelledDocument],
    noise: Sequence[tuple[str, str]],
) -> Comparison:
    """Compare cross-fitted `probabilities` of `documents` with what the model before says of them unseen.

    `base` are the documents without those added this time: where the model before kept no held-out
    probabilities but its corpus hash is theirs, the added ones alone are compared. Raises
    CannotCompareError where it cannot be told which documents the model before has not seen.
    """
    known = before.held_out
    if known is not None:
        chosen = list(documents)
    elif before.model.manifest.corpus.get("sha256") == corpus_hash(base, noise):
        seen = {text_hash(document) for document in base}
        chosen = [document for document in documents if text_hash(document) not in seen]
        known = {}
    else:
        raise CannotCompareError(
            f"the model in {before.model.folder} keeps no {HELD_OUT_FILE} and was trained on another corpus, so nobody knows "
            "which documents it has not seen; give some that neither model has seen with --held-out"
        )
    if not chosen:
        raise CannotCompareError(
            f"the model in {before.model.folder} keeps no {HELD_OUT_FILE} and has seen every document; "
            "give some that neither model has seen with --held-out"
        )
    rows = np.split(probabilities, np.cumsum([len(document.lines) for document in documents])[:-1])
    mine = {id(document): row for document, row in zip(documents, rows, strict=True)}
    new = [document for document in chosen if text_hash(document) not in known]
    fresh = _by_document(before.model.compact, new)
    old = [fresh[id(document)] if id(document) in fresh else known[text_hash(document)] for document in chosen]
    after = beside(chosen, np.concatenate([mine[id(document)] for document in chosen]))
    return compare(beside(chosen, np.concatenate(old)), after)


def compare_on_held_out(
    held_out: Sequence[LabelledDocument], after: CompactModel, learnt: Sequence[LabelledDocument], before: Before
) -> Comparison:
    """Compare two models on documents given for it; CannotCompareError where either was trained on one of them."""
    seen = {text_hash(document) for document in learnt} | set(before.held_out or {})
    known = [document.doc for document in held_out if text_hash(document) in seen]
    if known:
        raise CannotCompareError(f"--held-out: a model was trained on {known[0]!r} ({len(known)} of {len(held_out)} documents)")
    return compare(predict(before.model.compact, held_out), predict(after, held_out))


def _by_document(compact: CompactModel, documents: Sequence[LabelledDocument]) -> dict[int, Doubles]:
    if not documents:
        return {}
    rows = predict(compact, documents).probabilities
    ends = np.cumsum([len(document.lines) for document in documents])
    return {id(document): part for document, part in zip(documents, np.split(rows, ends[:-1]), strict=True)}
