"""The workflow that brings a finished visit to the memorial service, exactly once as far as the family can see."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from boothkit.clock import now
from boothkit.files import BlobDamagedError, BlobMissingError, BlobStore
from service_bridge.clients.memorial import MemorialClient, digest_of
from service_bridge.clients.multipart import FilePart
from service_bridge.clients.outcomes import Outcome, Verdict, outcome_of_cause
from service_bridge.errors import VisitErasedError
from service_bridge.settings import MemorialSettings, PolicySettings
from service_bridge.store.database import Database
from service_bridge.store.deliveries import find_delivery, update_delivery
from service_bridge.store.visits import find_parts
from service_bridge.visits.planning import is_replaced, needs_speech, picture_wait_s
from service_bridge.visits.records import Delivery, VisitParts
from service_bridge.visits.states import Cause
from service_bridge.workflow.engine import Engine, Queue
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.scheduling import DELIVER
from service_bridge.workflow.sealing import build_manifest
from service_bridge.workflow.settling import Settler
from service_bridge.workflow.speaking import VoiceWork

_REPLACED = "replaced"
_GO_ON = "go_on"


class DeliveryWork:
    """Steps `deliver.speak`, `deliver.seal`, `deliver.send`, `deliver.settle`. Each may run again after a crash."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        voices: VoiceWork,
        memorial: MemorialClient,
        settler: Settler,
        hub: ProgressHub,
        policy: PolicySettings,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._voices = voices
        self._memorial = memorial
        self._settler = settler
        self._hub = hub
        self._policy = policy

    def register(self, engine: Engine, settings: MemorialSettings) -> None:
        """Make the workflow known to the engine."""

        def deliver(visit_id: str, revision: int, attempt: int) -> None:
            key = (visit_id, revision, attempt)
            if engine.run_step("deliver.speak", self.speak, *key) == _REPLACED:
                return
            sealed = engine.run_step("deliver.seal", self.seal, *key)
            if sealed == _REPLACED:
                return
            result = engine.run_step("deliver.send", self.send, *key) if sealed == _GO_ON else sealed
            engine.run_step("deliver.settle", self.settle, *key, result)

        engine.register(DELIVER, Queue(DELIVER, settings.concurrency), deliver)

    def speak(self, visit_id: str, revision: int, attempt: int) -> str:
        """Read the letter aloud when that was asked for and not done yet; it never stops a delivery."""
        parts, delivery = self._load(visit_id, revision)
        if parts is None or parts.finish is None or is_replaced(delivery, attempt):
            return _REPLACED
        if needs_speech(parts):
            try:
                self._voices.speak_letter(visit_id, parts.finish)
            except VisitErasedError:
                return _REPLACED
        return _GO_ON

    def seal(self, visit_id: str, revision: int, attempt: int) -> str:
        """Freeze what this revision consists of, once for all attempts; or say why that has to wait."""
        parts, delivery = self._load(visit_id, revision)
        if parts is None or delivery is None or is_replaced(delivery, attempt):
            return _REPLACED
        if delivery.manifest is not None:
            return _GO_ON
        if self._must_wait_for_picture(parts):
            return _write(Outcome(Verdict.RETRY, Cause.PICTURE_PENDING))
        return self._freeze(visit_id, revision, attempt, build_manifest(parts, revision))

    def send(self, visit_id: str, revision: int, attempt: int) -> str:
        """Send the frozen revision once; the result is the outcome, as JSON."""
        with self._database.read() as connection:
            delivery = find_delivery(connection, visit_id, revision)
        if delivery is None or delivery.manifest is None:
            return _write(Outcome(Verdict.RETRY, Cause.STORAGE))
        try:
            files = [self._check_file(name, facts) for name, facts in delivery.manifest["files"].items()]
        except BlobMissingError:
            return _write(outcome_of_cause(Cause.FILE_MISSING))
        except BlobDamagedError:
            return _write(outcome_of_cause(Cause.FILE_DAMAGED))
        return _write(self._memorial.deliver(visit_id, delivery.manifest, files))

    def settle(self, visit_id: str, revision: int, attempt: int, result: str) -> str:
        """Write down what became of the attempt and start what follows from it."""
        touched = self._settler.settle(visit_id, revision, attempt, _read(result))
        for each in touched:
            self._hub.touch(each)
        return "settled"

    def _load(self, visit_id: str, revision: int) -> tuple[VisitParts | None, Delivery | None]:
        with self._database.read() as connection:
            return find_parts(connection, visit_id), find_delivery(connection, visit_id, revision)

    def _must_wait_for_picture(self, parts: VisitParts) -> bool:
        return picture_wait_s(parts, patience_s=self._policy.generation_patience_s, now=now()) > 0

    def _freeze(self, visit_id: str, revision: int, attempt: int, manifest: dict[str, Any]) -> str:
        with self._database.write() as connection:
            delivery = find_delivery(connection, visit_id, revision)
            if delivery is None or is_replaced(delivery, attempt):
                return _REPLACED
            if delivery.manifest is None:
                has_picture = "picture" in manifest["files"]
                frozen = replace(delivery, manifest=manifest, digest=digest_of(manifest), has_picture=has_picture)
                update_delivery(connection, frozen)
        return _GO_ON

    def _check_file(self, name: str, facts: dict[str, Any]) -> FilePart:
        """Hash a file once more before it leaves. Raises BlobMissingError, BlobDamagedError."""
        length = len(self._blobs.read(facts["sha256"]))
        return FilePart(name, self._blobs.path_of(facts["sha256"]), length, facts["media_type"])


def _write(outcome: Outcome) -> str:
    return json.dumps({"verdict": outcome.verdict, "cause": outcome.cause, "retry_after_s": outcome.retry_after_s})


def _read(text: str) -> Outcome:
    fields = json.loads(text)
    cause = None if fields["cause"] is None else Cause(fields["cause"])
    return Outcome(Verdict(fields["verdict"]), cause, fields["retry_after_s"])
