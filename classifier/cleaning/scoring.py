"""Batches of texts through the model, here or in worker processes; the order of the answers is that of the batches."""

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from classifier.cleaning.documents import Scores, score_texts
from classifier.cleaning.errors import SourceError
from classifier.model import Model, load_model

Answer = list[Scores] | str
"""Scores of a text's paragraphs, or why there are none."""
Payload = TypeVar("Payload")
Scorer = Callable[[list[str]], list[Answer]]


@dataclass(frozen=True)
class Batch(Generic[Payload]):
    """Texts to score and whatever travels along with them."""

    texts: list[str]
    payload: Payload


def in_order(batches: Iterator[Batch[Payload]], model: Model, jobs: int) -> Iterator[tuple[Payload, list[Answer]]]:
    """The batches' payloads with their answers, in order. No more than two batches a worker are under way."""
    if jobs == 1:
        for batch in batches:
            yield batch.payload, scored(model, batch.texts)
        return
    pool = _Pool(str(model.folder), jobs)
    waiting: deque[tuple[Batch[Payload], Future[list[Answer]]]] = deque()
    try:
        for batch in batches:
            waiting.append((batch, pool.submit(batch.texts)))
            while len(waiting) >= 2 * jobs:
                yield _next(pool, waiting)
        while waiting:
            yield _next(pool, waiting)
    finally:
        pool.close()


def scored(model: Model, texts: list[str]) -> list[Answer]:
    """The answers of one batch. Where the batch fails, each text is tried alone, so that one bad text costs one."""
    try:
        return list(score_texts(model, texts))
    except Exception as error:
        if len(texts) == 1:
            return [f"the model failed on it: {type(error).__name__}: {error}"]
    return [answer for text in texts for answer in scored(model, [text])]


def _next(pool: "_Pool", waiting: "deque[tuple[Batch[Payload], Future[list[Answer]]]]") -> tuple[Payload, list[Answer]]:
    batch, future = waiting.popleft()
    try:
        return batch.payload, future.result()
    except Exception as error:
        if not _died(error):
            raise
    # A worker died (out of memory, killed from outside): everything under way is lost with it, and done again.
    pool.restart()
    answers = pool.alone(batch.texts)
    again = [(one, pool.submit(one.texts)) for one, _ in waiting]
    waiting.clear()
    waiting.extend(again)
    return batch.payload, answers


def _died(error: BaseException) -> bool:
    from concurrent.futures.process import BrokenProcessPool

    return isinstance(error, BrokenProcessPool)


class _Pool:
    """joblib's process pool (loky), each worker with its own model."""

    def __init__(self, folder: str, jobs: int) -> None:
        self._folder = folder
        self._jobs = jobs
        self._executor = self._start()

    def _start(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor

        # One thread a worker: the workers are as many as the processors that they were given.
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
        return ProcessPoolExecutor(self._jobs, initializer=_load, initargs=(self._folder,), env=threads)

    def submit(self, texts: list[str]) -> "Future[list[Answer]]":
        """Give a batch to the next free worker."""
        future: Future[list[Answer]] = self._executor.submit(_score_here, texts)
        return future

    def alone(self, texts: list[str]) -> list[Answer]:
        """Answers of a batch on which a worker died: again as a whole, then text by text; the one that kills fails."""
        try:
            return self.submit(texts).result()
        except Exception as error:
            if not _died(error):
                raise
        self.restart()
        if len(texts) == 1:
            return ["the worker process died on it, twice (out of memory?)"]
        middle = len(texts) // 2
        return self.alone(texts[:middle]) + self.alone(texts[middle:])

    def restart(self) -> None:
        """New workers."""
        self.close()
        self._executor = self._start()

    def close(self) -> None:
        """End the workers."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._executor.shutdown(wait=True, kill_workers=True)


_model: Model | None = None


def _load(folder: str) -> None:
    global _model
    os.environ["PYTHONWARNINGS"] = "ignore"
    _model = load_model(folder)


def _score_here(texts: list[str]) -> list[Answer]:
    if _model is None:
        raise SourceError("this worker has no model")
    return scored(_model, texts)
