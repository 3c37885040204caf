"""What comes in: bodies read within their limit, and JSON taken apart with a reason for every refusal."""

import asyncio
import json
from collections.abc import Collection
from typing import Any

from starlette.requests import ClientDisconnect, Request

from classifier.web.problems import RefusedError

JSON_TYPE = "application/json"


def media_type(request: Request) -> str:
    """The Content-Type without its parameters, in small letters; empty when there is none."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_body(request: Request, limit: int, pause: float) -> bytes:
    """The body; RefusedError 413 as soon as it is known to be over `limit`, 408 when the client pauses too long."""
    declared = request.headers.get("content-length", "")
    request.state.unread = True
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        try:
            message = await asyncio.wait_for(request.receive(), pause)
        except TimeoutError:
            raise RefusedError(408, "too_slow", f"the body paused for more than {pause:.0f} s") from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        more = message.get("more_body", False)
    request.state.unread = False
    return b"".join(parts)


def _too_large(limit: int) -> RefusedError:
    return RefusedError(413, "too_large", f"the body is over the limit of {limit} bytes; send the report in parts")


class Fields:
    """The fields of a JSON object, each asked for by name and kind. RefusedError 422 names the field that is wrong."""

    def __init__(self, value: Any, known: Collection[str], where: str = "the body") -> None:
        if not isinstance(value, dict):
            raise _wrong(f"{where} must be a JSON object, got {kind(value)}")
        unknown = sorted(set(value) - set(known))
        if unknown:
            raise _wrong(f"{where} has the unknown field {unknown[0][:60]!r}; it may have {', '.join(sorted(known))}")
        self.values = value

    def text(self, name: str, default: str | None = None, *, longest: int | None = None) -> str:
        """A string; `default` when the field is not there, and a RefusedError when there is no default."""
        value = self._get(name, default)
        if not isinstance(value, str):
            raise _wrong(f"{name!r} must be a string, got {kind(value)}")
        if longest is not None and len(value) > longest:
            raise _wrong(f"{name!r} may have {longest} characters at most, got {len(value)}")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when the field is not there."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise _wrong(f"{name!r} must be true or false, got {kind(value)}")
        return value

    def share(self, name: str) -> float:
        """A number from 0 to 1; 0 when the field is not there."""
        value = self.values.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise _wrong(f"{name!r} must be a number from 0 to 1, got {str(value)[:40]}")
        return float(value)

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._get(name, None)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows one kind of number: 3.0 is 3
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _wrong(f"{name!r} must be a whole number from {least} to {most}, got {str(value)[:40]}")
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """One of `choices`."""
        value = self.text(name, default)
        if value not in choices:
            raise _wrong(f"{name!r} must be one of {', '.join(choices)}, got {value[:40]!r}")
        return value

    def _get(self, name: str, default: Any) -> Any:
        value = self.values.get(name, default)
        if value is None and name not in self.values:
            raise _wrong(f"the field {name!r} is missing")
        return value


def parse_json(data: bytes) -> Any:
    """The JSON value of a body; RefusedError 400 says where it stops being JSON."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise RefusedError(400, "bad_json", f"the body is not UTF-8: byte {error.start} fits nothing") from None
    except RecursionError:
        raise RefusedError(400, "bad_json", "the body is nested too deeply") from None
    except ValueError as error:
        raise RefusedError(400, "bad_json", f"the body is not JSON: {str(error)[:200]}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def kind(value: Any) -> str:
    """The JSON name of a value's type, for messages."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _wrong(message: str) -> RefusedError:
    return RefusedError(422, "wrong_shape", message)
