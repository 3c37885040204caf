"""What `baogao serve` can be told."""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Settings:
    """Where the server listens, what it writes, and how much it takes on.

    `body_limit` is in bytes; `queue` is the number of requests taken in at once, waiting ones
    included; `workers` is the number of threads that classify; `hosts` are names, beside addresses
    and `localhost`, under which the page may be asked for.
    """

    host: str = "127.0.0.1"
    port: int = 0
    corrections: Path = Path("corrections.jsonl")
    body_limit: int = 20 * MEGABYTE
    queue: int = 64
    workers: int = max(2, min(4, os.cpu_count() or 2))
    hosts: tuple[str, ...] = ()
    body_pause: float = 15.0
    """Seconds a client may pause while it sends a body: a slow line is slower than this only when it is dead."""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost` or a loopback address."""
    if host.lower().rstrip(".") == "localhost":
        return True
    address = as_address(host)
    return address is not None and address.is_loopback


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that `host` spells, in brackets or not; None for a name."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
