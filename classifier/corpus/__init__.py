"""Labelled documents: reading, writing, checking, splitting, and varying them for training."""

from classifier.corpus.documents import (
    CorpusError,
    LabelledDocument,
    LabelledLine,
    corpus_hash,
    find_corpus_files,
    read_corpus,
    read_documents,
    write_documents,
)

__all__ = [
    "CorpusError",
    "LabelledDocument",
    "LabelledLine",
    "corpus_hash",
    "find_corpus_files",
    "read_corpus",
    "read_documents",
    "write_documents",
]
