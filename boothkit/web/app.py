"""The app factory that every web program starts from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version as installed_version
from typing import Any

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import JSONResponse, Response

from boothkit.web.metrics import RequestMetrics, create_registry
from boothkit.web.problem_schema import PROBLEM_RESPONSES, ProblemApp
from boothkit.web.problems import install_problem_handlers
from boothkit.web.watch import RequestWatch

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_web_app(
    *, program: str, title: str, version: str | None = None, lifespan: Lifespan | None = None, **options: Any
) -> FastAPI:
    """A FastAPI app with problem details, request ids, one log line and metrics per request, and two own routes.

    GET /metrics (Prometheus text; nginx does not pass it on) and GET /health/live. `version` is the installed one
    unless given; `options` go to FastAPI.
    """
    # An address with a slash too many is unknown: redirecting it would send the caller to the host that it named.
    app = ProblemApp(
        title=title,
        version=version or installed_version("memorial-booth"),
        lifespan=lifespan,
        redirect_slashes=False,
        responses=PROBLEM_RESPONSES,
        **options,
    )
    registry = create_registry()
    app.state.registry = registry
    install_problem_handlers(app)
    app.add_middleware(RequestWatch, metrics=RequestMetrics(program, registry))

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/health/live", tags=["health"])
    async def is_alive() -> JSONResponse:
        return JSONResponse({"program": program, "status": "alive"})

    return app


def get_registry(app: FastAPI) -> CollectorRegistry:
    """The app's Prometheus registry, for a program's own metrics."""
    registry = app.state.registry
    if not isinstance(registry, CollectorRegistry):
        raise TypeError("the app was not made by create_web_app")
    return registry
