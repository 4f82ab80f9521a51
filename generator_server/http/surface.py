"""Routes that look like the AUTOMATIC1111 web UI's, errors included, and routes of our own; both ask for the token."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boothkit.errors import BoothError, PayloadTooLargeError, UnauthorizedError
from boothkit.web import read_body
from generator_server.http.schemas import WebUiError
from generator_server.http.services import get_services

# For the OpenAPI document of routes with the web UI's error shape; it takes the place of the problem details.
WEB_UI_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": WebUiError, "description": "The request cannot be served; `error` and `detail` say why."},
    "5XX": {"model": WebUiError, "description": "The program cannot serve it now."},
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class BoundedRequest(Request):
    """A request whose body is refused as soon as it is known to be too large."""

    async def body(self) -> bytes:
        """The whole body. Raises HTTPException 413, which FastAPI passes on where it would wrap other errors."""
        if not hasattr(self, "_body"):
            limit = get_services(self).settings.limits.max_body_bytes
            try:
                self._body = await read_body(self, max_bytes=limit)
            except PayloadTooLargeError as error:
                raise HTTPException(error.status, str(error)) from error
        return self._body


class GuardedRoute(APIRoute):
    """A route that checks who asks before it reads the body; errors become problem details elsewhere."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            get_services(request).gate.check(request)
            return await handle(BoundedRequest(request.scope, request.receive))

        return guarded


class WebUiRoute(GuardedRoute):
    """A guarded route whose errors have the web UI's shape: {"error", "detail", "body", "errors"}."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def in_shape(request: Request) -> Response:
            try:
                return await handle(request)
            except UnauthorizedError as error:
                challenge = {"WWW-Authenticate": get_services(request).gate.challenge}
                return _render(error.code, error.status, str(error), headers=challenge)
            except BoothError as error:
                request.scope["problem_code"] = error.code
                return _render(error.code, error.status, str(error), headers=_retry_header(error))
            except RequestValidationError as error:
                return _render("RequestValidationError", 422, _list_fields(error), errors=_join_fields(error))
            except HTTPException as error:
                return _render("HTTPException", error.status_code, error.detail, headers=dict(error.headers or {}))

        return in_shape


def _render(
    name: str, status: int, detail: object, *, errors: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    document = {"error": name, "detail": detail, "body": "", "errors": errors}
    return JSONResponse(jsonable_encoder(document), status_code=status, headers=headers)


def _retry_header(error: BoothError) -> dict[str, str]:
    return {} if error.retry_after_s is None else {"Retry-After": str(math.ceil(error.retry_after_s))}


def _list_fields(error: RequestValidationError) -> list[dict[str, object]]:
    """FastAPI's list without the values that were sent: they may be megabytes of picture."""
    return [{"type": wrong["type"], "loc": wrong["loc"], "msg": wrong["msg"]} for wrong in error.errors()]


def _join_fields(error: RequestValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in wrong['loc'])}: {wrong['msg']}" for wrong in error.errors())
