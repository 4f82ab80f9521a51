"""The composition root: puts the parts of the studio together."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware

from boothkit.files import make_folder, translate_disk_errors
from boothkit.web import create_web_app
from boothkit.web.cookies import SiteCookies
from boothkit.web.form_keys import FormKeys, load_secret
from boothkit.web.security_headers import SecurityHeaders
from lora_training.dataset.intake import open_intake
from lora_training.publishing.access import TOKEN_VARIABLE
from lora_training.studio.access.gate import SignInGate
from lora_training.studio.access.passwords import StaffPassword
from lora_training.studio.access.sessions import Sessions
from lora_training.studio.settings import TrainingSettings
from lora_training.studio.web import (
    captions,
    comparing,
    files,
    learning,
    pictures,
    progress,
    publishing,
    sign_in,
    styles,
)
from lora_training.studio.web.error_pages import install_error_pages
from lora_training.studio.web.headers import CONTENT_POLICY, REFERRER_POLICY
from lora_training.studio.web.rendering import Renderer
from lora_training.studio.web.site import Site
from lora_training.studio.work.keeper import JobKeeper
from lora_training.studio.work.projects import ProjectStore

_FORM_VALID_S = 12 * 3600
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_FEATURES = (sign_in, styles, pictures, captions, learning, comparing, publishing, files, progress)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_app(settings: TrainingSettings, environ: Mapping[str, str] | None = None) -> FastAPI:
    """The web app; its jobs get `environ` on top of ours. Raises PasswordMissingError: there is no default password."""
    site = build_site(settings, environ or {})
    app = create_web_app(program="studio", title="Style studio", lifespan=_run(site), docs_url=None, redoc_url=None)
    app.state.site = site
    # A page of another site must not reach a studio on the loopback address under a name of its own.
    hosts = [*_LOOPBACK_HOSTS, urlsplit(settings.studio.public_url).hostname or ""]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    install_error_pages(app, site.renderer)
    is_https = settings.studio.is_https
    app.add_middleware(SecurityHeaders, content=CONTENT_POLICY, referrer=REFERRER_POLICY, is_https=is_https)
    for feature in _FEATURES:
        app.include_router(feature.router)
    return app


def build_site(settings: TrainingSettings, environ: Mapping[str, str]) -> Site:
    """The parts that requests need. Raises PasswordMissingError."""
    data_dir = settings.projects.data_dir.resolve()
    with translate_disk_errors():
        make_folder(data_dir)
    _sweep(data_dir)
    studio = settings.studio
    keys = FormKeys(load_secret(data_dir), salt="studio-form", valid_s=_FORM_VALID_S)
    cookies = SiteCookies.for_site("studio", "studio_form", is_https=studio.is_https, same_site="strict")
    password = StaffPassword(data_dir, studio.password.get_secret_value() if studio.password else None)
    password.get_hash()
    store = ProjectStore(data_dir)
    environ = {**_show_token(settings), **environ}
    return Site(
        settings=settings,
        store=store,
        keeper=JobKeeper(store, environ),
        intake=open_intake(),
        password=password,
        sessions=Sessions(data_dir, hours=studio.session_hours),
        gate=SignInGate(attempts=studio.sign_in_attempts, lock_s=studio.sign_in_lock_s),
        keys=keys,
        cookies=cookies,
        renderer=Renderer(keys=keys, cookies=cookies),
        has_publish_token=bool(settings.publishing.token_file or {**os.environ, **environ}.get(TOKEN_VARIABLE)),
    )


def _show_token(settings: TrainingSettings) -> dict[str, str]:
    """The publish token for the commands' environment; a command line could be read by everybody on the machine."""
    token = settings.publishing.token
    return {TOKEN_VARIABLE: token.get_secret_value()} if token else {}


def _sweep(data_dir: Path) -> None:
    """Pictures that were on their way when the studio was killed."""
    for draft in data_dir.glob("*/.incoming-*"):
        draft.unlink(missing_ok=True)


def _run(site: Site) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        site.keeper.start()
        yield
        await run_in_threadpool(site.keeper.close)
        await run_in_threadpool(site.intake.close)

    return lifespan
