"""Where files are: paths of this machine, or addresses of storage that pyarrow or fsspec knows (`s3://`, `gs://`, `hdfs://`)."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classifier.cleaning.errors import MissingLibraryError, SourceError, UsageError
from classifier.cleaning.formats import ARCHIVE, recognise
from classifier.cleaning.options import Limits
from classifier.cleaning.shards import of_shard
from classifier.cleaning.sources import Source, find_sources
from classifier.cleaning.streams import ByteStream, open_stream, unpacked_stream

_NOWHERE = Path("/", ".baogao", "nowhere")
"""Stands for the output folder where that is not on this machine: no input folder is in it."""


@dataclass(frozen=True)
class Located:
    """A source and where its bytes are: `filesystem` and `key` of a storage, or neither for a path of this machine."""

    source: Source
    filesystem: Any = None
    key: str = ""


def is_address(name: str) -> bool:
    """Whether this is an address (`s3://bucket/key`) and no path."""
    return "://" in name


def storage(address: str) -> tuple[Any, str]:
    """(pyarrow file system, path in it) of an address or a path. UsageError where nobody knows the address's scheme."""
    from pyarrow import ArrowException
    from pyarrow.fs import FileSystem, FSSpecHandler, LocalFileSystem, PyFileSystem

    if not is_address(address):
        return LocalFileSystem(), str(Path(address).absolute())
    try:
        found: tuple[Any, str] = FileSystem.from_uri(address)
        return found
    except (ArrowException, ValueError) as error:
        reason = str(error).splitlines()[0]
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(address)
        return PyFileSystem(FSSpecHandler(system)), path
    except ModuleNotFoundError as error:
        missing = error.name or str(error)
        raise UsageError(f"{address}: pyarrow says: {reason}; and fsspec needs {missing}: pip install {missing}") from None
    except (ImportError, ValueError) as error:
        raise UsageError(f"{address}: pyarrow says: {reason}; fsspec says: {error}") from None


def locate(
    inputs: Sequence[str], output: str, *, input_format: str | None = None, shard: tuple[int, int] | None = None
) -> list[Located]:
    """The sources of `inputs`, sorted by name; those of one shard (number, of how many) where one is given.

    Names of local sources are those of a run on one machine. UsageError for what is not there, and for two of one name.
    """
    local = [one for one in inputs if not is_address(one)]
    folder = _NOWHERE if is_address(output) else Path(output)
    # Workers start in folders of their own.
    found = [
        Located(replace(one, path=one.path.absolute())) for one in find_sources(local, folder, input_format=input_format)
    ] if local else []  # fmt: skip
    for address in inputs:
        if is_address(address):
            found += _stored(address, input_format, several=len(inputs) > 1)
    found.sort(key=lambda one: one.source.name)
    for first, second in itertools.pairwise(found):
        if first.source.name == second.source.name and not (first.source.skipped or second.source.skipped):
            raise UsageError(f"two inputs have a source called {first.source.name}; clean them in two runs")
    if shard:
        chosen = {one.name for one in of_shard([one.source for one in found], *shard)}
        found = [one for one in found if one.source.name in chosen]
    return found


def _stored(address: str, input_format: str | None, *, several: bool) -> Iterator[Located]:
    from pyarrow.fs import FileSelector, FileType

    filesystem, root = storage(address)
    try:
        info = filesystem.get_file_info(root)
        if info.type == FileType.NotFound:
            raise UsageError(f"{address}: there is no such file or folder")
        folder = info.type == FileType.Directory
        files = filesystem.get_file_info(FileSelector(root, recursive=True)) if folder else [info]
    except OSError as error:
        raise UsageError(f"{address}: cannot be listed: {error}") from None
    for file in files:
        if file.type != FileType.File:
            continue
        name = file.path[len(root) :].lstrip("/") if folder and not several else file.path.lstrip("/")
        source = Source(name if folder else file.base_name, Path(file.path), size=file.size or 0)
        yield Located(_recognised(source, file.path, input_format, explicit=not folder), filesystem, file.path)


def _recognised(source: Source, key: str, input_format: str | None, *, explicit: bool) -> Source:
    format, compression = recognise(key)
    if input_format is not None:
        return replace(source, format=input_format, compression=compression)
    if format == ARCHIVE:
        return replace(source, skipped="is an archive in a storage; unpack it there, or clean it from a path")
    if format:
        return replace(source, format=format, compression=compression)
    if explicit:
        return replace(source, format="text")
    return replace(source, skipped="no format has this name; --input-format FORMAT reads it all the same")


@contextmanager
def open_located(located: Located, limits: Limits) -> Iterator[ByteStream]:
    """The stream of a source. SourceError where it cannot be opened."""
    source = located.source
    if located.filesystem is None:
        with open_stream(source.path, source.member, source.compression, limits) as stream:
            yield stream
        return
    try:
        with located.filesystem.open_input_file(located.key) as file:
            yield unpacked_stream(file, source.compression, source.size, limits, plain_seek=True)
    except OSError as error:
        raise SourceError(f"cannot be opened: {error}") from None


def parquet_file(located: Located) -> Any:
    """The open Parquet file of a source; whoever calls this closes it."""
    try:
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingLibraryError("a .parquet file", "pyarrow", "parquet") from None
    if located.filesystem is None:
        return pyarrow.parquet.ParquetFile(str(located.source.path))
    return pyarrow.parquet.ParquetFile(located.filesystem.open_input_file(located.key))
