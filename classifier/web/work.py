"""Work off the event loop, and never more of it than was agreed.

A request takes a place before its body is read and gives it back when its work has really ended: a
client that hangs up takes its waiting work out of the queue, and what already runs stops at its next
step. When all places are taken the answer is 503.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from classifier.web.problems import RefusedError
from classifier.web.settings import Settings

T = TypeVar("T")

HEAVY_BYTES = 2_000_000
"""Bodies over this (a thousand pages) queue for one thread of their own: the model needs up to 220 bytes
a character, so two of 20 MB at once could fill a small machine, and the short ones need not wait for them."""


class AbandonedError(Exception):
    """The client has gone, and nobody wants the result."""


class Ticket:
    """A place among the requests taken in. Work asks it between steps whether it is still wanted."""

    def __init__(self) -> None:
        self._gone = threading.Event()
        self._future: Future[Any] | None = None

    def check(self) -> None:
        """Raise AbandonedError when the client has gone."""
        if self._gone.is_set():
            raise AbandonedError


class Works:
    """The threads and their bounded queue."""

    def __init__(self, settings: Settings) -> None:
        self._places = settings.queue
        self._taken = 0
        self._light = ThreadPoolExecutor(settings.workers, thread_name_prefix="baogao")
        self._heavy = ThreadPoolExecutor(1, thread_name_prefix="baogao-heavy")

    @property
    def taken(self) -> int:
        """Requests in hand now."""
        return self._taken

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Ticket]:
        """A place for one request; RefusedError 503 when there is none. Only on the event loop."""
        if self._taken >= self._places:
            raise RefusedError(503, "busy", "too much work is waiting already; try again in a moment", {"retry-after": "1"})
        self._taken += 1
        ticket = Ticket()
        try:
            yield ticket
        finally:
            loop = asyncio.get_running_loop()
            if ticket._future is None or ticket._future.done():
                self._taken -= 1
            else:  # its thread is not finished with it: the place stays taken until it is
                ticket._future.add_done_callback(lambda _: _call_on(loop, self._give_back))

    def _give_back(self) -> None:
        self._taken -= 1

    async def run(self, request: Request, ticket: Ticket, size: int, work: Callable[[], T]) -> T:
        """The result of `work` done in a thread; ClientDisconnect as soon as the client hangs up.

        `size` is the body's, in bytes. The body must have been read.
        """
        pool = self._heavy if size > HEAVY_BYTES else self._light
        future = pool.submit(work)
        ticket._future = future
        wrapped = asyncio.wrap_future(future)
        gone = asyncio.ensure_future(_until_gone(request))
        try:
            waited: set[asyncio.Future[Any]] = {wrapped, gone}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if wrapped.done():
                return wrapped.result()
            raise ClientDisconnect
        finally:
            gone.cancel()
            if not future.done():
                ticket._gone.set()
                wrapped.cancel()
                future.cancel()

    def close(self) -> None:
        """Drop what waits; what runs is left to end."""
        self._light.shutdown(wait=False, cancel_futures=True)
        self._heavy.shutdown(wait=False, cancel_futures=True)


def _call_on(loop: asyncio.AbstractEventLoop, action: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(action)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
