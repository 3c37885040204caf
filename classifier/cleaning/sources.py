"""From what the user named to sources: files, files of folders, matches of patterns, members of ZIP archives, standard input.

Every file met becomes a source, so that the ledger has a record of it: one that nothing here reads is
`skipped` with its reason.
"""

import glob
import itertools
import os
import zipfile
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from classifier.cleaning.errors import UsageError
from classifier.cleaning.formats import ARCHIVE, recognise

ANNOTATED = ".annotated.jsonl"
"""Suffix of what `--annotate` writes."""
STATE_FOLDER = ".baogao"
"""Folder in the output folder with the checkpoint, what was seen, and the lock."""
RESERVED = ("ledger.jsonl", "summary.json", "summary.html", STATE_FOLDER)
"""Names in the output folder that are not for outputs."""


@dataclass(frozen=True)
class Source:
    """One file to clean, or one member of an archive.

    `name` is its path relative to the output folder, with `/`; `failed` or `skipped` tells why it will
    not be read; `size` is in bytes, packed where the file is packed.
    """

    name: str
    path: Path
    format: str = ""
    compression: str = ""
    member: str | None = None
    size: int = 0
    failed: str = ""
    skipped: str = ""

    @property
    def shown(self) -> str:
        """Its place, for messages."""
        return f"{self.path}!{self.member}" if self.member else str(self.path)


def find_sources(
    inputs: Sequence[str],
    output: Path,
    *,
    removed: Path | None = None,
    input_format: str | None = None,
    annotated: bool = False,
) -> list[Source]:
    """The sources of `inputs`, sorted by name; what a run writes itself, to `output` and `removed`, is none.

    UsageError for what is not there, for two of one name, and where nothing of it is read.
    """
    for option, folder in (("--output", output), ("--removed", removed)):
        if folder is not None and folder.exists() and not folder.is_dir():
            raise UsageError(f"{option} {folder}: this is a file; name a folder")
    output = output.resolve()
    own = {output} if removed is None else {output, removed.resolve()}
    found: list[Source] = []
    for given in inputs:
        if not given:
            raise UsageError("one of the inputs is an empty name (a variable of the shell that is not set?)")
        for path, base in _expanded(given, several=len(inputs) > 1):
            if path.is_dir():
                if path.resolve() == output:
                    raise UsageError(f"{given}: the output folder is the input folder; name another with --output")
                found += _folder(path, base, own, input_format, annotated)
            else:
                found += _file(path, str(base), input_format, annotated, explicit=True)
    if found and all(one.skipped for one in found):
        raise UsageError(f"{', '.join(inputs)}: nothing of it is read: {found[0].shown} {found[0].skipped}")
    found.sort(key=lambda one: one.name)
    for first, second in itertools.pairwise(found):
        if first.name == second.name and not (first.skipped or second.skipped):
            raise UsageError(
                f"{first.shown} and {second.shown} would both be written to {first.name}; clean them in two runs, or "
                "name the folder over both"
            )
    return [_checked(one) for one in found]


def _checked(source: Source) -> Source:
    first = source.name.split("/")[0]
    if source.failed or first not in RESERVED:
        return source
    return replace(source, failed=f"the output folder keeps the name {first} for itself; rename the file")


def _expanded(given: str, *, several: bool) -> Iterator[tuple[Path, PurePosixPath]]:
    """(path, its place in the output folder) of what one argument names."""
    path = Path(given)
    if path.exists():
        yield path, _place(path, several)
        return
    matches = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207 - a pattern may be absolute
    if not matches:
        raise UsageError(f"{given}: there is no such file or folder")
    for match in matches:
        # With `**`, a folder's files are matched by themselves.
        if not (Path(match).is_dir() and "**" in given):
            yield Path(match), _place(Path(match), True)


def _place(path: Path, several: bool) -> PurePosixPath:
    """Relative paths stay as they were given; of others the last name."""
    parts = [part for part in path.parts if part != "."]
    plain = not path.is_absolute() and ".." not in parts
    if path.is_dir():
        if not several:
            return PurePosixPath()
        return PurePosixPath(*parts) if plain else PurePosixPath(path.resolve().name)
    return PurePosixPath(*parts) if plain else PurePosixPath(path.name)


def _folder(folder: Path, base: PurePosixPath, own: Set[Path], input_format: str | None, annotated: bool) -> Iterator[Source]:
    for root, folders, files in os.walk(folder):
        place = Path(root)
        inside = [place / one for one in sorted(folders) if not (place / one).is_symlink()]
        others = [] if annotated else [one for one in inside if one.resolve() not in own and (one / STATE_FOLDER).is_dir()]
        for path in others:
            told = "is the output folder of another baogao clean; name it by itself to clean it again"
            yield Source(f"{base / path.relative_to(folder).as_posix()}/", path, skipped=told)
        folders[:] = [one.name for one in inside if one.resolve() not in own and one not in others and one.name != STATE_FOLDER]
        account = () if annotated or STATE_FOLDER not in [one.name for one in inside] else RESERVED
        for name in sorted(files):
            path = place / name
            shown = str(base / path.relative_to(folder).as_posix())
            if name in account:
                yield Source(f"{shown}#account", path, skipped="is the account of an earlier baogao clean")
            else:
                yield from _file(path, shown, input_format, annotated)


def _file(path: Path, name: str, input_format: str | None, annotated: bool, *, explicit: bool = False) -> Iterator[Source]:
    try:
        size = path.stat().st_size
    except OSError as error:
        yield Source(name, path, failed=f"cannot be read: {error.strerror}")
        return
    source = Source(name, path, size=size)
    if not path.is_file():
        yield replace(source, failed="is no regular file (a pipe, a device?)")
        return
    if annotated:
        if name.endswith(ANNOTATED):
            original = name[: -len(ANNOTATED)]
            yield replace(source, name=original, format="annotated", compression=recognise(original)[1])
        else:
            yield replace(source, skipped=f"is no annotated file (*{ANNOTATED})")
        return
    format, compression = recognise(name)
    if format == ARCHIVE and input_format is None:
        yield from _members(source)
        return
    if input_format is not None:
        yield replace(source, format=input_format, compression=compression)
    elif format:
        yield replace(source, format=format, compression=compression)
    elif explicit:
        yield replace(source, format="text", compression=compression)
    else:
        kind = path.suffix or "a file without a suffix"
        yield replace(source, skipped=f"no format has this name ({kind}); --input-format FORMAT reads it all the same")


def _members(archive: Source) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(archive.path) as file:
            entries = [entry for entry in file.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield replace(archive, failed=f"is no ZIP archive that can be read: {error}")
        return
    taken: set[str] = set()
    for entry in entries:
        inside = _member_name(entry)
        format, compression = recognise(inside)
        source = Source(f"{archive.name}/{inside}", archive.path, format, compression, entry.filename, entry.compress_size)
        if _unsafe(inside):
            # The place outside is not repeated in the name: nothing must ever write there.
            safe = "/".join(part for part in inside.replace("\\", "/").split("/") if part not in ("", ".", ".."))
            yield replace(
                source, name=f"{archive.name}/{safe or 'unnamed'}#unsafe", failed=f"{entry.filename}: {_unsafe(inside)}"
            )
        elif inside in taken:
            yield replace(source, name=f"{source.name}#again{len(taken)}", failed="the archive has two members of this name")
        elif format == ARCHIVE:
            yield replace(source, failed="is an archive in an archive; unpack it first")
        elif not format:
            yield replace(source, skipped="no format has this name")
        else:
            yield source
        taken.add(inside)


def _member_name(entry: zipfile.ZipInfo) -> str:
    """The member's name; Chinese archivers write GBK without the flag that says UTF-8, and `zipfile` reads CP437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        data = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _unsafe(name: str) -> str:
    """Why nothing may be written under this name; empty where it may."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or "\0" in name or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "its path leads out of the output folder"
    return ""
