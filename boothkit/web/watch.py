"""The outermost layer of a web program: request id, access log, metrics, and the one place that catches a mistake."""

from __future__ import annotations

import re
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boothkit.errors import BoothError
from boothkit.ids import new_id
from boothkit.logs import get_logger
from boothkit.web.metrics import RequestMetrics
from boothkit.web.problems import render_problem

REQUEST_ID_HEADER = "X-Request-ID"
UNMATCHED = "unmatched"
_CLIENT_CLOSED_REQUEST = 499
_SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET_ROUTES = frozenset({"/metrics", "/health/live", "/health/ready"})
_log = get_logger(__name__)


class RequestWatch:
    """ASGI middleware: names every request, times it, counts it, and writes one log line about it."""

    def __init__(self, app: ASGIApp, *, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = _request_id(scope)
        with structlog.contextvars.bound_contextvars(request_id=scope["request_id"]):
            await self._watch(scope, receive, send)

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_at = time.perf_counter()
        status: int | None = None

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = scope["request_id"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except ClientDisconnect:
            status = _CLIENT_CLOSED_REQUEST
        except Exception:
            if status is not None:
                raise  # half an answer is out: the server cuts the connection and logs the cause
            _log.exception("A request failed unexpectedly.", action="http.failed", route=route_template(scope))
            scope["problem_code"] = BoothError.code
            await render_problem(Request(scope), BoothError())(scope, receive, send_and_note)
        finally:
            self._note(scope, status or BoothError.status, time.perf_counter() - started_at)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_template(scope)
        self._metrics.observe(scope["method"], route, status, seconds)
        log = _log.debug if route in _QUIET_ROUTES else _log.info
        log(
            "Request answered.",
            action="http.request",
            method=scope["method"],
            route=route,
            status=status,
            seconds=round(seconds, 4),
            **_public_ids(scope),
        )


def route_template(scope: Scope) -> str:
    """The template of the route that served a request, like `/visits/{visit_id}`, never the address itself."""
    route = scope.get("route")
    path: str = getattr(route, "path_format", None) or getattr(route, "path", None) or UNMATCHED
    return path


def _request_id(scope: Scope) -> str:
    sent = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return sent if _SAFE_REQUEST_ID.fullmatch(sent) else new_id()


def _public_ids(scope: Scope) -> dict[str, Any]:
    """Path parameters that are ids, and a refusal's code and cause. Other parameters may be secrets, like tokens."""
    found = {name: value for name, value in scope.get("path_params", {}).items() if name.endswith("_id")}
    if "problem_code" in scope:
        found["problem"] = scope["problem_code"]
    if scope.get("problem_cause") is not None:
        found["cause"] = str(scope["problem_cause"])
    return found
