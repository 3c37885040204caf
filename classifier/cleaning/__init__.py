"""Cleaning: documents without their unrelated lines, and an account of every line.

from classifier.cleaning import clean_documents
for document in clean_documents(texts):
    print(document.text, document.dropped, document.reasons())
"""

from classifier.cleaning.documents import CleanedDocument, CleanedLine, clean_documents
from classifier.cleaning.errors import CleaningError, LimitError, MissingLibraryError, SourceError, UsageError
from classifier.cleaning.options import CleaningOptions, FileOptions, Limits

__all__ = [
    "CleanedDocument",
    "CleanedLine",
    "CleaningError",
    "CleaningOptions",
    "FileOptions",
    "LimitError",
    "Limits",
    "MissingLibraryError",
    "SourceError",
    "UsageError",
    "clean_documents",
]
