"""Puts the generator together: styles, engines, workers, endpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager

from fastapi import FastAPI, Security
from fastapi.security import HTTPBasic, HTTPBearer
from prometheus_client import CollectorRegistry

from boothkit.images import ImageIntake, ImageLimits
from boothkit.web import create_web_app, get_registry
from generator_server.engines import PainterEngine
from generator_server.http import controlnet, health, sdapi, styles, tasks, web_ui_lists
from generator_server.http.access import Gate
from generator_server.http.services import Services
from generator_server.runner import EngineWorker, Router, SampleShelf, WorkMetrics
from generator_server.settings import GeneratorSettings, LimitSettings
from generator_server.styles import StyleCatalog

# A web UI's pictures may be small; the photograph's own limits are the bridge's.
MIN_SIDE_PX = 16


def create_app(settings: GeneratorSettings) -> FastAPI:
    """The generator's web app. Processes and threads begin with its lifespan; engines load once it has started."""

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        with open_services(settings, get_registry(app)) as services:
            app.state.services = services
            for worker in services.router.workers:
                worker.start()
            yield

    app = create_web_app(program="generator", title="Memorial booth generator", lifespan=run)
    # For the description only: the routes' own guard decides, before a body is read.
    described = [Security(HTTPBearer(auto_error=False)), Security(HTTPBasic(auto_error=False))]
    for part in (sdapi, web_ui_lists, tasks, controlnet, styles):
        app.include_router(part.router, dependencies=described)
    app.include_router(health.router)
    return app


@contextmanager
def open_services(settings: GeneratorSettings, registry: CollectorRegistry) -> Iterator[Services]:
    """Everything that the endpoints work with; workers are not started yet, and are stopped at the end."""
    metrics = WorkMetrics(registry)
    catalog = StyleCatalog(settings.styles.folder)
    worker = EngineWorker(PainterEngine(catalog), size=settings.queue.size, observe=metrics.observe)
    metrics.watch(worker)
    router = Router([worker])
    with _create_intake(settings.limits) as intake, closing(worker):
        yield Services(
            settings=settings,
            catalog=catalog,
            router=router,
            intake=intake,
            shelf=SampleShelf(settings.store.data_dir / "samples", router),
            gate=Gate(settings.server),
        )


def _create_intake(limits: LimitSettings) -> ImageIntake:
    return ImageIntake(
        ImageLimits(max_bytes=limits.max_image_bytes, max_pixels=limits.max_image_pixels, min_side_px=MIN_SIDE_PX),
        workers=limits.image_workers,
        deadline_s=limits.image_deadline_s,
    )
