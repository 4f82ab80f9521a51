"""Errors for people: a calm page in their language wherever a page was asked for, problem details elsewhere."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boothkit.errors import BoothError, InvalidRequestError, MethodNotAllowedError, NotFoundError
from memorial_service.web.rendering import Renderer

_Handler = Callable[[Request, Exception], Awaitable[Response]]
_MACHINE_ADDRESSES = ("/api/", "/health/", "/metrics", "/openapi.json")


def install_error_pages(app: FastAPI, renderer: Renderer) -> None:
    """Answer errors outside the API with pages; the API keeps the answers it has."""
    for kind in (BoothError, HTTPException, RequestValidationError):
        otherwise = cast("_Handler", app.exception_handlers[kind])
        app.add_exception_handler(kind, _build_handler(renderer, otherwise))


class CrashPages:
    """ASGI middleware: where a page was asked for, turns the answer to an unexpected error into a page as well."""

    def __init__(self, app: ASGIApp, *, renderer: Renderer) -> None:
        self._app = app
        self._renderer = renderer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_MACHINE_ADDRESSES):
            await self._app(scope, receive, send)
            return
        has_crashed = False

        async def send_unless_crashed(message: Message) -> None:
            nonlocal has_crashed
            if message["type"] == "http.response.start" and _is_crash(message):
                has_crashed = True
            if not has_crashed:
                await send(message)

        await self._app(scope, receive, send_unless_crashed)
        if has_crashed:
            await _render(self._renderer, Request(scope), BoothError())(scope, receive, send)


def _is_crash(start: Message) -> bool:
    """An error page of ours is HTML; problem details of status 500 are what unexpected errors end in."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == BoothError.status) and kind.startswith("application/problem+json")


def _build_handler(renderer: Renderer, otherwise: _Handler) -> _Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(_MACHINE_ADDRESSES):
            return await otherwise(request, error)
        public = _to_public(error)
        request.scope["problem_code"] = public.code
        return _render(renderer, request, public)

    return handle


def _to_public(error: Exception) -> BoothError:
    if isinstance(error, BoothError):
        return error
    if isinstance(error, HTTPException):
        return MethodNotAllowedError() if error.status_code == MethodNotAllowedError.status else NotFoundError()
    return InvalidRequestError()


def _render(renderer: Renderer, request: Request, error: BoothError) -> Response:
    response = renderer.render(request, "error.html", {"error": error}, status=error.status)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return response
