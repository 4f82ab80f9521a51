"""The composition root: builds the bridge from its settings, starts and stops it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool

from boothkit.files import BlobStore
from boothkit.images import ImageIntake, ImageLimits
from boothkit.web import create_web_app, get_registry
from service_bridge.clients.generator import GeneratorClient
from service_bridge.clients.memorial import MemorialClient
from service_bridge.clients.web_ui import open_generator
from service_bridge.http import catalogue as catalogue_routes
from service_bridge.http import enrolments, health, media, progress, staff, visits
from service_bridge.http.metrics import VisitCollector
from service_bridge.http.parts import BridgeParts
from service_bridge.settings import BridgeSettings, IntakeSettings, VoiceSettings
from service_bridge.store.database import Database
from service_bridge.store.migrating import migrate
from service_bridge.visits.records import Language
from service_bridge.workflow.catalogue import Catalogue
from service_bridge.workflow.clock_watch import ClockWatch
from service_bridge.workflow.delivering import DeliveryWork
from service_bridge.workflow.engine import Engine
from service_bridge.workflow.enrolment import Enrolment
from service_bridge.workflow.generating import GenerationWork
from service_bridge.workflow.housekeeping import Chore, Housekeeping
from service_bridge.workflow.painting import Painter
from service_bridge.workflow.peers import PeerWatch
from service_bridge.workflow.ports import EncodedRecording, MadeSpeech, VoiceMaker
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.reconciler import Reconciler, longest_wait_s
from service_bridge.workflow.retention import Retention
from service_bridge.workflow.scheduling import Scheduler
from service_bridge.workflow.settling import Settler
from service_bridge.workflow.speaking import VoiceWork
from service_bridge.workflow.upgrading import Upgrader
from service_bridge.workflow.visit_service import VisitService

TOKEN_FILE = "memorial.token"  # noqa: S105 - a file's name
_DATABASE_FILE = "bridge.sqlite"
_PEER_INTERVAL_S = 15.0
_SWEEP_INTERVAL_S = 3600.0
# After start-up, which uses no network and scans no folder.
_SOON_S = 0.5


class SiteVoices:
    """The site's voice maker. Its programs and libraries are loaded when the first voice is made."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings

    def read_aloud(self, text: str, *, language: Language, online_allowed: bool) -> MadeSpeech:
        from service_bridge.voice import SpeechMaker

        return SpeechMaker(self._settings).make(text, language=language, online_allowed=online_allowed)

    def encode(self, recording: bytes, *, declared_duration_s: float) -> EncodedRecording:
        from service_bridge.voice import encode_recording

        return encode_recording(recording, declared_duration_s=declared_duration_s, settings=self._settings)


@dataclass(frozen=True)
class Bridge:
    """The whole bridge: what endpoints use, and what runs behind them."""

    parts: BridgeParts
    engine: Engine
    intake: ImageIntake

    def start(self) -> None:
        """Take up durable work and background chores. Uses no network."""
        self.engine.start()
        self.parts.housekeeping.start()

    def stop(self) -> None:
        """Stop chores and work; what is unfinished goes on at the next start."""
        self.parts.housekeeping.stop()
        self.engine.stop()
        self.intake.close()
        self.parts.database.close()


def open_database(settings: BridgeSettings) -> Database:
    """The site's database, checked and up to date. Raises storage errors."""
    data_dir = settings.store.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    given = settings.store.database_url
    url = given.get_secret_value() if given else f"sqlite:///{data_dir / _DATABASE_FILE}"
    database = Database(url, busy_timeout_s=settings.store.busy_timeout_s)
    database.check()
    migrate(database)
    return database


def token_file(settings: BridgeSettings) -> Path:
    """Where the booth's token for the memorial service lies."""
    return settings.store.data_dir.resolve() / TOKEN_FILE


@dataclass(frozen=True)
class _Ground:
    """What everything else stands on."""

    settings: BridgeSettings
    database: Database
    blobs: BlobStore
    intake: ImageIntake
    generator: GeneratorClient
    memorial: MemorialClient
    hub: ProgressHub
    clock_watch: ClockWatch
    engine: Engine
    scheduler: Scheduler
    catalogue: Catalogue


def build_bridge(settings: BridgeSettings, *, voices: VoiceMaker | None = None) -> Bridge:
    """Build every part. Nothing runs before `start`. Raises storage errors."""
    ground = _lay_ground(settings)
    voice_work = VoiceWork(ground.database, ground.blobs, voices or SiteVoices(settings.voice), ground.hub)
    _register_work(ground, voice_work)
    retention = Retention(ground.database, ground.blobs, ground.engine, ground.hub, ground.clock_watch, settings.policy)
    peers = PeerWatch(ground.generator, ground.memorial, timeout_s=settings.catalogue.timeout_s)
    parts = BridgeParts(
        settings=settings,
        database=ground.database,
        blobs=ground.blobs,
        visits=_build_visits(ground),
        voices=voice_work,
        retention=retention,
        catalogue=ground.catalogue,
        enrolment=Enrolment(ground.database, settings.enrolment),
        hub=ground.hub,
        peers=peers,
        housekeeping=Housekeeping(_list_chores(ground, retention, peers)),
    )
    return Bridge(parts, ground.engine, ground.intake)


def _lay_ground(settings: BridgeSettings) -> _Ground:
    database = open_database(settings)
    blobs = BlobStore(settings.store.data_dir.resolve() / "blobs")
    intake = _create_intake(settings.intake)
    generator = open_generator(settings.generator, poll_s=settings.progress.poll_s)
    memorial = MemorialClient(settings.memorial, token_file(settings))
    workflow = settings.workflow
    engine = Engine(database, executor_id=workflow.executor_id, polling_s=workflow.queue_polling_s)
    return _Ground(
        settings=settings,
        database=database,
        blobs=blobs,
        intake=intake,
        generator=generator,
        memorial=memorial,
        hub=ProgressHub(),
        clock_watch=ClockWatch(),
        engine=engine,
        scheduler=Scheduler(engine),
        catalogue=Catalogue(database, blobs, intake, generator, memorial, settings.catalogue),
    )


def _register_work(ground: _Ground, voice_work: VoiceWork) -> None:
    """Make both workflows known to the engine."""
    settings = ground.settings
    painter = Painter(ground.blobs, ground.intake, ground.catalogue, ground.generator, ground.hub, settings.generator)
    GenerationWork(ground.database, ground.blobs, painter, ground.scheduler, ground.hub, settings.generator).register(
        ground.engine
    )
    DeliveryWork(
        ground.database,
        ground.blobs,
        voice_work,
        ground.memorial,
        Settler(ground.database, ground.scheduler, settings.memorial, settings.policy),
        ground.hub,
        settings.policy,
    ).register(ground.engine, settings.memorial)


def _build_visits(ground: _Ground) -> VisitService:
    settings = ground.settings
    return VisitService(
        ground.database,
        ground.blobs,
        ground.intake,
        ground.scheduler,
        ground.catalogue,
        ground.hub,
        public_url=settings.memorial.public_url or settings.memorial.url,
        free_space_floor_bytes=settings.store.free_space_floor_bytes,
    )


def create_app(bridge: Bridge) -> FastAPI:
    """The web app around a bridge, which it starts and stops."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(bridge.start)
        yield
        await run_in_threadpool(bridge.stop)

    app = create_web_app(program="bridge", title="Memorial booth bridge", lifespan=lifespan)
    app.state.bridge = bridge.parts
    api = APIRouter(prefix="/api/v1")
    for router in (visits, media, progress, catalogue_routes, enrolments, staff):
        api.include_router(router.router)
    app.include_router(api)
    app.include_router(health.router)
    get_registry(app).register(VisitCollector(bridge.parts))
    return app


def _create_intake(settings: IntakeSettings) -> ImageIntake:
    limits = ImageLimits(max_bytes=settings.max_image_bytes, max_pixels=settings.max_image_pixels)
    return ImageIntake(limits, workers=settings.image_workers, deadline_s=settings.image_deadline_s)


def _list_chores(ground: _Ground, retention: Retention, peers: PeerWatch) -> list[Chore]:
    settings = ground.settings
    workflow = settings.workflow
    reconciler = Reconciler(
        ground.database,
        ground.engine,
        ground.scheduler,
        ground.clock_watch,
        workflow=workflow,
        longest_wait_s=longest_wait_s(settings.generator, settings.memorial, settings.policy),
    )
    upgrader = Upgrader(ground.database, ground.catalogue, ground.scheduler, settings.generator, settings.policy)
    chores: list[tuple[str, Callable[[], object], float, float]] = [
        ("reconcile", reconciler.run, workflow.reconcile_interval_s, workflow.reconcile_interval_s),
        ("retain", retention.run, workflow.retention_interval_s, workflow.retention_interval_s),
        ("forget", reconciler.forget_finished, workflow.retention_interval_s, workflow.retention_interval_s),
        ("upgrade", upgrader.run, workflow.reconcile_interval_s, workflow.reconcile_interval_s),
        ("sweep", ground.blobs.sweep, _SWEEP_INTERVAL_S, _SOON_S),
        ("lists", ground.catalogue.refresh, settings.catalogue.refresh_interval_s, _SOON_S),
        ("peers", peers.look, _PEER_INTERVAL_S, _SOON_S),
    ]
    return [Chore(name, run, every_s, first_after_s) for name, run, every_s, first_after_s in chores]
