"""The composition root: puts the parts of the memorial service together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from boothkit.files import BlobStore
from boothkit.images import ImageIntake, ImageLimits
from boothkit.web import create_web_app
from boothkit.web.form_keys import load_secret
from boothkit.web.security_headers import SecurityHeaders
from memorial_service import health
from memorial_service.auth import endpoints as auth
from memorial_service.auth.keys import Keys
from memorial_service.db.engine import Database
from memorial_service.db.store import open_blobs, open_database
from memorial_service.halls import endpoints as halls
from memorial_service.intake import endpoints as intake
from memorial_service.intake.service import Intake
from memorial_service.media import endpoints as media
from memorial_service.media.derivatives import DerivativeMaker
from memorial_service.settings import MemorialSettings
from memorial_service.site import Site
from memorial_service.web import pages
from memorial_service.web.browser import name_cookies
from memorial_service.web.error_pages import install_error_pages
from memorial_service.web.headers import CONTENT_POLICY, REFERRER_POLICY
from memorial_service.web.rendering import Renderer

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_app(settings: MemorialSettings) -> FastAPI:
    """The web app over a data folder that is brought up to date first. Raises SchemaTooNewError."""
    database = open_database(settings)
    site = build_site(settings, database, open_blobs(settings))
    app = create_web_app(
        program="memorial", title="Memorial service", lifespan=_run(site), docs_url=None, redoc_url=None
    )
    app.state.site = site
    install_error_pages(app, site.renderer)
    is_https = settings.web.is_https
    app.add_middleware(SecurityHeaders, content=CONTENT_POLICY, referrer=REFERRER_POLICY, is_https=is_https)
    for feature in (auth, halls, intake, media, pages, health):
        app.include_router(feature.router)
    return app


def build_site(settings: MemorialSettings, database: Database, blobs: BlobStore) -> Site:
    """The parts that requests need."""
    limits = settings.limits
    images = ImageIntake(ImageLimits(max_bytes=limits.image_bytes), workers=settings.media.image_workers)
    keys = Keys(load_secret(settings.store.data_dir))
    cookies = name_cookies(is_https=settings.web.is_https)
    time_zone = ZoneInfo(settings.web.time_zone)
    return Site(
        settings=settings,
        database=database,
        blobs=blobs,
        images=images,
        intake=Intake(database, blobs, images, limits, settings.store.free_space_floor_mb << 20),
        intake_slots=asyncio.Semaphore(limits.concurrent_intakes),
        derivatives=DerivativeMaker(database, blobs, images),
        keys=keys,
        cookies=cookies,
        renderer=Renderer(keys=keys, cookies=cookies, time_zone=time_zone),
        time_zone=time_zone,
    )


def _run(site: Site) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(site.derivatives.start)
        yield
        await run_in_threadpool(_close, site)

    return lifespan


def _close(site: Site) -> None:
    site.derivatives.stop()
    site.images.close()
    site.database.close()
