"""The workflow that makes a visit's picture."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import sqlalchemy as sa

from boothkit.clock import now
from boothkit.errors import StorageError, StorageFullError
from boothkit.files import BlobStore
from boothkit.logs import get_logger
from service_bridge.errors import VisitErasedError
from service_bridge.settings import GeneratorSettings
from service_bridge.store.database import Database
from service_bridge.store.generations import find_generation, update_generation
from service_bridge.store.visits import find_parts, find_visit
from service_bridge.visits.backoff import asked_for_s, backoff_s
from service_bridge.visits.planning import is_upgrade, next_revision, wants_picture
from service_bridge.visits.records import Generation
from service_bridge.visits.states import PENDING_GENERATION, Cause, DeliveryState, GenerationState
from service_bridge.workflow.blob_keeping import keep_blob
from service_bridge.workflow.engine import Engine, Queue
from service_bridge.workflow.painting import Painter, PaintError, Picture
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.scheduling import GENERATE, Scheduler

_REPLACED = "replaced"
_log = get_logger(__name__)


class GenerationWork:
    """Steps `generate.paint` and `generate.settle`. Both may run again after a crash."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        painter: Painter,
        scheduler: Scheduler,
        hub: ProgressHub,
        settings: GeneratorSettings,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._painter = painter
        self._scheduler = scheduler
        self._hub = hub
        self._settings = settings
        self._random = Random()

    def register(self, engine: Engine) -> None:
        """Make the workflow known to the engine."""

        def generate(visit_id: str, number: int, attempt: int) -> None:
            result = engine.run_step("generate.paint", self.paint, visit_id, number, attempt)
            if result != _REPLACED:
                engine.run_step("generate.settle", self.settle, visit_id, number, attempt, result)

        engine.register(GENERATE, Queue(GENERATE, self._settings.concurrency), generate)

    def paint(self, visit_id: str, number: int, attempt: int) -> str:
        """Have the picture painted and keep it; the result says how, as JSON."""
        generation = self._begin(visit_id, number, attempt)
        with self._database.read() as connection:
            visit = find_visit(connection, visit_id)
        if generation is None or visit is None:
            return _REPLACED
        try:
            picture = self._painter.paint(visit, generation, better_than=self._find_lesser_engine(generation))
            return self._keep(visit_id, picture)
        except VisitErasedError:
            _log.info("The visit was erased while its picture was made.", action="generate.erased", visit_id=visit_id)
            return _REPLACED
        except PaintError as error:
            return _describe_failure(
                error.cause,
                is_final=error.is_final,
                retry_after_s=error.retry_after_s,
                broken_engine=error.broken_engine,
            )
        except (StorageError, StorageFullError):
            return _describe_failure(Cause.STORAGE)

    def settle(self, visit_id: str, number: int, attempt: int, result: str) -> str:
        """Write down what became of the attempt and start what follows from it."""
        report = json.loads(result)
        with self._database.write() as connection:
            generation = find_generation(connection, visit_id, number)
            if generation is None or generation.state not in PENDING_GENERATION:
                return _REPLACED
            if "output" in report:
                self._succeed(connection, generation, report)
            elif generation.attempt == attempt:
                self._fail(connection, generation, report)
        self._hub.forget(visit_id)
        return "settled"

    def _find_lesser_engine(self, generation: Generation) -> str | None:
        """The engine whose picture this one shall improve on; None for a first picture."""
        with self._database.read() as connection:
            before = find_generation(connection, generation.visit_id, generation.number - 1)
        return before.engine if before is not None and is_upgrade(generation, before) else None

    def _keep(self, visit_id: str, picture: Picture) -> str:
        report = {
            "output": keep_blob(self._database, self._blobs, visit_id, picture.png),
            "sealed": keep_blob(self._database, self._blobs, visit_id, picture.sealed),
            "sealed_bytes": len(picture.sealed),
            "engine": picture.engine,
            "seed": picture.seed,
            "style_name": picture.style_name,
            "style_source": picture.style_source,
        }
        return json.dumps(report, ensure_ascii=False)

    def _begin(self, visit_id: str, number: int, attempt: int) -> Generation | None:
        """Mark the picture as being made; None when this attempt is no longer wanted."""
        with self._database.write() as connection:
            generation = find_generation(connection, visit_id, number)
            if generation is None or generation.state not in PENDING_GENERATION or generation.attempt != attempt:
                return None
            update_generation(connection, replace(generation, state=GenerationState.RUNNING))
        self._hub.touch(visit_id)
        return generation

    def _succeed(self, connection: sa.Connection, generation: Generation, report: dict[str, Any]) -> None:
        done = replace(
            generation,
            state=GenerationState.DONE,
            engine=report["engine"],
            seed=report["seed"],
            style_name=report["style_name"],
            style_source=report.get("style_source"),  # the step may have run before it was known
            output_sha256=report["output"],
            sealed_sha256=report["sealed"],
            sealed_bytes=report["sealed_bytes"],
            next_attempt_at=None,
            cause=None,
        )
        update_generation(connection, done)
        self._follow_up(connection, generation.visit_id)
        _log.info("The picture is made.", action="generate.done", visit_id=generation.visit_id, engine=done.engine)

    def _fail(self, connection: sa.Connection, generation: Generation, report: dict[str, Any]) -> None:
        cause = Cause(report["cause"])
        waited_s = (now() - generation.created_at).total_seconds()
        if report["is_final"] or waited_s > self._settings.give_up_after_s:
            failed = replace(generation, state=GenerationState.FAILED, next_attempt_at=None, cause=cause)
            update_generation(connection, failed)
            self._follow_up(connection, generation.visit_id)
            _log.error(
                "No picture can be made.", action="generate.failed", visit_id=generation.visit_id, cause=cause.value
            )
            return
        broken = report.get("broken_engine") or generation.broken_engine  # the step may have run before it was noted
        tried = replace(generation, tries=generation.tries + 1, broken_engine=broken)
        self._scheduler.again_generation(
            connection, tried, delay_s=self._wait_s(tried, report["retry_after_s"]), cause=cause
        )

    def _wait_s(self, generation: Generation, retry_after_s: float | None) -> float:
        cap_s = self._settings.retry_cap_s
        if retry_after_s is not None:
            return max(asked_for_s(retry_after_s, cap_s=cap_s, random=self._random), 0.05)
        return backoff_s(generation.tries, base_s=self._settings.retry_base_s, cap_s=cap_s, random=self._random)

    def _follow_up(self, connection: sa.Connection, visit_id: str) -> None:
        """Let a delivery that waited for the picture go on, or send the picture as the next revision."""
        parts = find_parts(connection, visit_id)
        if parts is None or parts.delivery is None or not wants_picture(parts.visit, parts.finish):
            return
        if parts.delivery.state is DeliveryState.WAITING and parts.delivery.cause == Cause.PICTURE_PENDING:
            self._scheduler.again_delivery(connection, parts.delivery)
        elif (revision := next_revision(parts)) is not None:
            self._scheduler.start_delivery(connection, visit_id, revision)


def _describe_failure(
    cause: Cause,
    *,
    is_final: bool = False,
    retry_after_s: float | None = None,
    broken_engine: str | None = None,
) -> str:
    return json.dumps(
        {"cause": cause, "is_final": is_final, "retry_after_s": retry_after_s, "broken_engine": broken_engine}
    )
