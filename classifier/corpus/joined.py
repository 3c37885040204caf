"""Several corpora as one: folders of labelled documents, and files added to them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from classifier.corpus.documents import CorpusError, LabelledDocument, read_corpus, read_noise


def read_folders(folders: Sequence[Path]) -> tuple[list[LabelledDocument], list[tuple[str, str]]]:
    """All documents and noise lines of corpus folders; CorpusError where a name stands in two of them."""
    documents: list[LabelledDocument] = []
    seen: dict[str, Path] = {}
    for folder in folders:
        for document in read_corpus(folder):
            if document.doc in seen:
                raise CorpusError(f"{folder}: document {document.doc!r} is also in {seen[document.doc]}; give it another name")
            seen[document.doc] = folder
            documents.append(document)
    return documents, [pair for folder in folders for pair in read_noise(folder)]


def with_added(base: Sequence[LabelledDocument], added: Sequence[LabelledDocument]) -> list[LabelledDocument]:
    """`base` with `added` documents: one of the same lines takes the place of what stood there, the last one holds.

    So a file of corrections, which names a document anew at every correction, adds it once. A document
    of other lines under a name that is taken gets a number behind its name.
    """
    by_text = {_texts(document): document for document in base}
    for document in added:
        key = _texts(document)
        if key in by_text:
            document = replace(document, doc=by_text[key].doc, genre=by_text[key].genre)
        else:
            names = {one.doc for one in by_text.values()}
            number = 2
            name = document.doc
            while name in names:
                name, number = f"{document.doc}-{number}", number + 1
            document = replace(document, doc=name)
        by_text[key] = document
    return list(by_text.values())


def _texts(document: LabelledDocument) -> tuple[str, ...]:
    return tuple(line.text for line in document.lines)
