"""The server's application: routes, the page's files, and how failures are answered."""

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from classifier.model import Model
from classifier.tokenizer import warm_up
from classifier.web.api import Service
from classifier.web.guard import Guard
from classifier.web.journal import Journal
from classifier.web.problems import Refusal, RefusedError
from classifier.web.review import Review
from classifier.web.settings import Settings
from classifier.web.work import AbandonedError, Works

STATIC = Path(__file__).with_name("static")

_CLIENT_GONE = 499
"""nginx's number for a client that hung up; nobody reads it."""

_log = logging.getLogger("classifier.web")


def create_app(model: Model, settings: Settings, review: Review | None = None) -> ASGIApp:
    """The ASGI application that `baogao serve` runs; with `review`, its page asks for the labels of those lines."""
    works = Works(settings)
    service = Service(model, settings, works, Journal(settings.corrections), review)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warm_up()
        yield
        works.close()

    async def page(request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    routes = [
        Route("/", page, methods=["GET"]),
        Route("/api/classify", service.classify, methods=["POST"]),
        Route("/api/explain", service.explain, methods=["POST"]),
        Route("/api/read", service.read, methods=["POST"]),
        Route("/api/export", service.export, methods=["POST"]),
        Route("/api/corrections", service.correct, methods=["POST"]),
        Route("/api/model", service.about, methods=["GET"]),
        Route("/api/review", service.reviewed, methods=["GET"]),
        Route("/api/review/{number:int}", service.asked, methods=["GET"]),
        Route("/health", service.health, methods=["GET"]),
        Route("/openapi.json", service.openapi, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    handlers: dict[Any, Any] = {
        RefusedError: _problem,
        HTTPException: _http_problem,
        ClientDisconnect: _gone,
        AbandonedError: _gone,
        Exception: _failed,
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), settings)


async def _problem(request: Request, problem: RefusedError) -> Response:
    # A body that nobody asked for yet (the queue is full, the type is wrong) is unread as well.
    return Refusal(problem, unread=getattr(request.state, "unread", problem.status == 503))


async def _http_problem(request: Request, error: HTTPException) -> Response:
    names = {404: "not_found", 405: "method_not_allowed"}
    where = f"{request.method} {request.url.path[:200]}"
    told = {404: f"there is nothing at {where}; see /openapi.json", 405: f"{where} is not possible; see the Allow header"}
    status = error.status_code
    problem = RefusedError(status, names.get(status, "http_error"), told.get(status, error.detail), error.headers)
    return Refusal(problem, unread=request.method not in ("GET", "HEAD"))


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=_CLIENT_GONE)


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return Refusal(RefusedError(500, "internal", "the server failed on this request; its terminal says why"))
