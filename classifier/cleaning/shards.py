"""Runs in parts: which sources are a shard's, and the ledgers of all shards as one.

Shards go by the hash of a source's name, so that every machine of a cluster comes to the same parts by
itself. Each shard has an output folder of its own; duplicates are told within a shard.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from classifier.cleaning.errors import UsageError
from classifier.cleaning.files import write_whole
from classifier.cleaning.ledger import read_ledger
from classifier.cleaning.sources import STATE_FOLDER, Source
from classifier.cleaning.summary import Summary, write_summary


def parse_shard(text: str) -> tuple[int, int]:
    """(number, of how many) of `2/8`, both from 1; UsageError for anything else."""
    number, slash, total = text.partition("/")
    if (
        slash
        and number.isascii()
        and number.isdigit()
        and total.isascii()
        and total.isdigit()
        and 1 <= int(number) <= int(total)
    ):
        return int(number), int(total)
    raise UsageError(f"a shard is written as 2/8, from 1/8 to 8/8; got {text!r}")


def of_shard(sources: Sequence[Source], number: int, total: int) -> list[Source]:
    """The sources of shard `number` (from 1) out of `total`; each source is in exactly one."""
    return [one for one in sources if _hash(one.name) % total == number - 1]


def _hash(name: str) -> int:
    data = name.encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def merge(folders: Sequence[Path], output: Path) -> Summary:
    """Write ledger and summary of several runs into `output`; the sums are those of one run over all.

    UsageError where a folder has no finished ledger, or a source stands in two of them.
    """
    lines: dict[str, bytes] = {}
    models: set[str] = set()
    for folder in folders:
        ledger = folder / "ledger.jsonl"
        if not ledger.is_file() or (folder / STATE_FOLDER / "unfinished").exists():
            raise UsageError(f"{folder}: there is no finished run of baogao clean in this folder")
        for record in read_ledger(ledger):
            name = record["source"]
            if name in lines:
                raise UsageError(
                    f"{folder}: {name} was cleaned in another of these runs as well; the sums would count it twice"
                )
            models.add(record["model"])
            lines[name] = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    write_whole(output / "ledger.jsonl", b"".join(lines[name] for name in sorted(lines)))
    return write_summary(output, ", ".join(sorted(models)))
