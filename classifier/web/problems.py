"""What goes wrong, told as JSON: `{"error": code, "message": reason}`."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

_LINGER_SECONDS = 3.0
"""How long an unread body is thrown away after a refusal: closed at once, the client would see a broken
connection instead of the reason (nginx lingers too)."""


class RefusedError(Exception):
    """Ends a request with a status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})


def json_bytes(value: Any) -> bytes:
    """`value` as UTF-8 JSON; a lone surrogate is written as its escape, which is right in JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


class JsonAnswer(Response):
    """A JSON response."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return json_bytes(content)


class Refusal(JsonAnswer):
    """The answer to a RefusedError. Where the body was not read, it is thrown away for a while after the answer."""

    def __init__(self, problem: RefusedError, *, unread: bool = False) -> None:
        super().__init__({"error": problem.code, "message": problem.message}, problem.status, problem.headers)
        self.unread = unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and linger where the client may still be sending."""
        if not self.unread:
            await super().__call__(scope, receive, send)
            return
        headers = [*self.raw_headers, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        # A client that is gone, or that goes on for ever, ends the lingering and nothing else.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_discard(receive), _LINGER_SECONDS)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _discard(receive: Receive) -> None:
    more = True
    while more:
        message: Message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
