"""The cleaning on Ray Data: a datasource that reads sources, a pool of actors with a model each, a datasink that writes parts.

Only what Ray documents for datasources and sinks of one's own is used. Its `read_json` and `read_parquet` are not: they
end the job at the first damaged file, where a run must tell the line and go on.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from classifier.cleaning.arrow import clean_batches, model_facts, model_of
from classifier.cleaning.engine.places import Located
from classifier.cleaning.engine.reading import source_tables
from classifier.cleaning.engine.writing import Part, PartWriter
from classifier.cleaning.errors import CleaningError, MissingLibraryError
from classifier.cleaning.options import CleaningOptions, FileOptions

try:
    import ray
    import ray.exceptions
    from ray.data import DataContext, Datasource, ReadTask
    from ray.data.block import BlockAccessor, BlockMetadata
    from ray.data.datasource import Datasink
except ModuleNotFoundError as error:
    if error.name not in ("ray", "pyarrow", "pandas", "fsspec"):
        raise
    raise MissingLibraryError("--engine ray", "Ray Data", "ray") from None

if TYPE_CHECKING:
    import pyarrow

GROUP_BYTES = 16_000_000
"""Small files are read together up to this: a task of Ray costs some 10 ms, and a page of a site is read in one."""
BLOCK_BYTES = 4_000_000
"""Ray's blocks, of which an actor takes one at a time: some seconds of its work. Sizes of 1, 4 and 16 MB cost the same within
noise (`tests.benchmarks.engines`, 2026-11-26); this one takes little memory and lets workers end together."""
PART_BYTES = 64_000_000
"""Cleaned rows in memory that are written as one file: some 15 MB packed, which object storage is made for."""
LIGHT_CPUS = 0.25
"""Share of a processor that reading and writing take: 150 ms a MB beside the 820 of cleaning, measured by the same."""


class Sources(Datasource):  # type: ignore[misc]
    """Reads sources as `source_tables` gives them."""

    def __init__(self, located: Sequence[Located], options: FileOptions) -> None:
        super().__init__()
        self._located = list(located)
        self._options = options

    def get_name(self) -> str:
        """What Ray's progress calls it."""
        return "Sources"

    def estimate_inmemory_data_size(self) -> int | None:
        """Bytes of the sources; packed ones unpack to more, which Ray's own back-pressure sees to."""
        return sum(one.source.size for one in self._located)

    def get_read_tasks(self, parallelism: int, *limits: Any, **more: Any) -> list[ReadTask]:
        """A task for every large source, and for every group of small ones."""
        return [self._task(group) for group in _groups(self._located)]

    def _task(self, group: list[Located]) -> ReadTask:
        size = sum(one.source.size for one in group)
        metadata = BlockMetadata(num_rows=None, size_bytes=size, input_files=None, exec_stats=None)
        return ReadTask(partial(_read, group, self._options), metadata)


def _groups(located: Iterable[Located]) -> Iterator[list[Located]]:
    """Sources of one schema together, up to `GROUP_BYTES`; a Parquet file has a schema of its own."""
    group: list[Located] = []
    size = 0
    for one in located:
        if one.source.format == "parquet" and not one.source.failed:
            yield [one]
            continue
        group.append(one)
        size += one.source.size
        if size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _read(group: list[Located], options: FileOptions) -> "Iterator[pyarrow.Table]":
    for located in group:
        yield from source_tables(located, options)


class Cleaner:
    """An actor's work: loads the model once, then cleans table after table."""

    def __init__(self, model: str, facts: dict[str, str], options: CleaningOptions, files: FileOptions) -> None:
        self._model = model_of(model)
        mine = model_facts(self._model)
        if mine != facts:
            raise CleaningError(
                f"a worker has {mine}, the run began with {facts}: install the same baogao and model on all nodes"
            )
        # The readers have kept to the limits of records already; a page of HTML may be larger.
        self._options, self._text, self._bytes = options, files.text_field, files.limits.document_bytes

    def __call__(self, table: "pyarrow.Table") -> "Iterator[pyarrow.Table]":
        """The table's documents cleaned."""
        import pyarrow

        for batch in clean_batches(
            table.to_batches(), self._options, model=self._model, text=self._text, max_bytes=self._bytes
        ):
            yield pyarrow.Table.from_batches([batch])


class Parts(Datasink):  # type: ignore[misc]
    """Writes parts; `done` holds those of the tasks that Ray counts as done."""

    def __init__(self, writer: PartWriter) -> None:
        self._writer = writer
        self.done: list[Part] = []

    def get_name(self) -> str:
        """What Ray's progress calls it."""
        return "Parts"

    def write(self, blocks: Iterable[Any], ctx: Any) -> Part:
        """Write one task's blocks."""
        return self._writer.write((BlockAccessor.for_block(block).to_arrow() for block in blocks), ctx.task_idx)

    def on_write_complete(self, write_result: Any) -> None:
        """The answers of the tasks that were done."""
        self.done = list(write_result.write_returns)

    @property
    def min_bytes_per_write(self) -> int:
        """Small blocks are written together."""
        return PART_BYTES


def start(address: str | None, jobs: int | None, *, quiet: bool) -> int:
    """Connect to a cluster, or start one on this machine; the number of actors to run. CleaningError where that fails."""
    import logging
    import os

    level = logging.ERROR if quiet else logging.WARNING
    logging.getLogger("ray.data").setLevel(level)
    if not ray.is_initialized():
        own: dict[str, Any] = {} if address else {"num_cpus": (jobs or os.cpu_count() or 1) + 1, "include_dashboard": False}
        try:
            # One processor more than there are actors: reading and writing want their share.
            ray.init(address=address or "local", log_to_driver=False, logging_level=level, **own)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise CleaningError(f"--address {address}: no Ray cluster answers there: {str(error)[:300]}") from None
    there = int(ray.cluster_resources().get("CPU", 0))
    if jobs and jobs >= there:
        raise CleaningError(
            f"the cluster has {there} processors: at most {there - 1} of them can clean, and --jobs says {jobs}"
        )
    return jobs or max(1, there - max(1, there // 10))


def clean(
    located: Sequence[Located], writer: PartWriter, model: str, options: CleaningOptions, files: FileOptions, actors: int,
    *, progress: bool = False,
) -> list[Part]:  # fmt: skip
    """Read, clean and write; the parts that count."""
    context = DataContext.get_current()
    before = (context.target_max_block_size, context.enable_progress_bars)
    context.target_max_block_size, context.enable_progress_bars = BLOCK_BYTES, progress
    sink = Parts(writer)
    try:
        dataset = ray.data.read_datasource(Sources(located, files), num_cpus=LIGHT_CPUS)
        cleaned = dataset.map_batches(
            Cleaner,
            fn_constructor_args=(model, model_facts(model_of(model)), options, files),
            batch_format="pyarrow",
            batch_size=None,
            zero_copy_batch=True,
            compute=ray.data.ActorPoolStrategy(size=actors),
            num_cpus=1,
        )
        cleaned.write_datasink(sink, ray_remote_args={"num_cpus": LIGHT_CPUS})
    except (ray.exceptions.RayError, OSError) as error:
        reason = str(error).strip().splitlines()[-1][:300]
        raise CleaningError(f"Ray gave up: {reason}; nothing was finished: clean again into a new output") from error
    finally:
        context.target_max_block_size, context.enable_progress_bars = before
    return sink.done
