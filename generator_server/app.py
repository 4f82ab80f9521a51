"""Puts the generator together: styles, engines, workers, endpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from typing import TypeAlias

from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from prometheus_client import CollectorRegistry

from boothkit.images import ImageIntake, ImageLimits
from boothkit.web import create_web_app, get_registry
from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.style_check import find_style_fault
from generator_server.engines import Engine, PainterEngine
from generator_server.engines.neural_style import NeuralStyleEngine
from generator_server.http import (
    clips,
    controlnet,
    extras,
    health,
    learning,
    old_controlnet,
    publishing,
    rembg,
    sdapi,
    studio,
    styles,
    tasks,
    unknown,
    web_ui_lists,
    words,
)
from generator_server.http.access import DescribedBasic, Gate, PublishingGate
from generator_server.http.services import Services
from generator_server.runner import EngineWorker, Router, SampleShelf, StudioWorker, Watchdog, WorkMetrics
from generator_server.settings import GeneratorSettings, LimitSettings
from generator_server.styles import StyleCatalog, open_catalog, open_published

# A web UI's pictures may be small; the photograph's own limits are the bridge's.
MIN_SIDE_PX = 16
MakeEngines: TypeAlias = Callable[[GeneratorSettings, StyleCatalog], Sequence[Engine]]


def create_app(settings: GeneratorSettings, *, make_engines: MakeEngines | None = None) -> FastAPI:
    """The generator's web app. Processes and threads begin with its lifespan; engines load once it has started.

    `make_engines` makes other engines than the settings ask for.
    """

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        with open_services(settings, get_registry(app), make_engines) as services:
            app.state.services = services
            for worker in services.router.queues:
                worker.start()
            watchdog = Watchdog(services.router.queues)
            watchdog.start()
            with closing(watchdog):
                yield

    app = create_web_app(program="generator", title="Memorial booth generator", lifespan=run)
    # For the description only: the routes' own guard decides, before a body is read.
    described = [Security(HTTPBearer(auto_error=False)), Security(DescribedBasic())]
    web_ui = (sdapi, web_ui_lists, extras, tasks, controlnet, old_controlnet, words, rembg)
    for part in (*web_ui, styles, studio, clips, learning, unknown):
        app.include_router(part.router, dependencies=described)
    app.include_router(publishing.router, dependencies=[Security(HTTPBearer(auto_error=False))])
    app.include_router(health.router)
    return app


@contextmanager
def open_services(
    settings: GeneratorSettings, registry: CollectorRegistry, make_engines: MakeEngines | None = None
) -> Iterator[Services]:
    """Everything that the endpoints work with; workers are not started yet, and are stopped at the end."""
    metrics = WorkMetrics(registry)
    clips.clear_workplace(settings.store)
    published = open_published(settings)
    catalog = open_catalog(settings, find_style_fault)
    workers = [
        EngineWorker(
            engine,
            size=settings.queue.size,
            observe=metrics.observe,
            load_deadline_s=settings.queue.load_deadline_s,
        )
        for engine in (make_engines or create_engines)(settings, catalog)
    ]
    bench = StudioWorker("studio", size=settings.studio.size)
    router = Router(workers, bench)
    with ExitStack() as stack:
        intake = stack.enter_context(_create_intake(settings.limits))
        for queue in router.queues:
            metrics.watch(queue)
            stack.enter_context(closing(queue))
        yield Services(
            settings=settings,
            catalog=catalog,
            router=router,
            studio=bench,
            intake=intake,
            shelf=SampleShelf(settings.store.data_dir / "samples", router),
            gate=Gate(settings.server),
            published=published,
            publishing_gate=PublishingGate(settings.server),
        )


def create_engines(settings: GeneratorSettings, catalog: StyleCatalog) -> list[Engine]:
    """The engines that the settings ask for, none loaded yet; the first one's first model is the default."""
    engines: list[Engine] = [PainterEngine(catalog)]
    diffusion = settings.diffusion
    if diffusion.models is not None:
        hashes = settings.store.data_dir / "model_hashes.json"
        engines.append(DiffusionEngine(diffusion.models, diffusion, hashes=hashes, catalog=catalog))
    neural = settings.neural_style
    if neural.weights is not None:
        engines.append(
            NeuralStyleEngine(
                catalog,
                neural.weights,
                device=neural.device,
                iterations=neural.iterations,
                max_side_px=neural.max_side_px,
            )
        )
    return engines


def _create_intake(limits: LimitSettings) -> ImageIntake:
    return ImageIntake(
        ImageLimits(max_bytes=limits.max_image_bytes, max_pixels=limits.max_image_pixels, min_side_px=MIN_SIDE_PX),
        workers=limits.image_workers,
        deadline_s=limits.image_deadline_s,
    )
