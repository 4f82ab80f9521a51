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

from boothkit.errors import BoothError, InvalidRequestError, MethodNotAllowedError, NotFoundError, PayloadTooLargeError
from boothkit.web.problems import BadRequestError

ShowError = Callable[[Request, BoothError], Response]
"""A program's own page for an error."""
WantsProblem = Callable[[Request], bool]
"""True for a request that is answered with problem details."""

_Handler = Callable[[Request, Exception], Awaitable[Response]]
_MACHINE_ADDRESSES = ("/api/", "/health/", "/metrics", "/openapi.json")
_BY_STATUS = {error.status: error for error in (BadRequestError, MethodNotAllowedError, PayloadTooLargeError)}


def is_for_machines(request: Request) -> bool:
    """True for addresses that no person opens."""
    return str(request.scope["path"]).startswith(_MACHINE_ADDRESSES)


def install_error_pages(app: FastAPI, show: ShowError, *, wants_problem: WantsProblem = is_for_machines) -> None:
    """Answer errors with the page that `show` makes; machines keep the answers that they have."""
    for kind in (BoothError, HTTPException, RequestValidationError):
        otherwise = cast("_Handler", app.exception_handlers[kind])
        app.add_exception_handler(kind, _build_handler(show, wants_problem, otherwise))
    app.add_middleware(CrashPages, show=show, wants_problem=wants_problem)


class CrashPages:
    """ASGI middleware: where a page was asked for, turns the answer to an unexpected error into a page as well."""

    def __init__(self, app: ASGIApp, *, show: ShowError, wants_problem: WantsProblem) -> None:
        self._app = app
        self._show = show
        self._wants_problem = wants_problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._wants_problem(Request(scope)):
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
            await self._show(Request(scope), BoothError())(scope, receive, send)


def _is_crash(start: Message) -> bool:
    """An error page of ours is HTML; problem details of status 500 are what unexpected errors end in."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == BoothError.status) and kind.startswith("application/problem+json")


def _build_handler(show: ShowError, wants_problem: WantsProblem, otherwise: _Handler) -> _Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if wants_problem(request):
            return await otherwise(request, error)
        public = _to_public(error)
        request.scope["problem_code"] = public.code
        response = show(request, public)
        if public.retry_after_s is not None:
            response.headers["Retry-After"] = str(math.ceil(public.retry_after_s))
        return response

    return handle


def _to_public(error: Exception) -> BoothError:
    if isinstance(error, BoothError):
        return error
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, NotFoundError)()
    return InvalidRequestError()
