"""What a booth can ask about its visits. Each change is one transaction that holds the rows and the work they need."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from boothkit.clock import now
from boothkit.files import BlobStore, free_bytes
from boothkit.ids import new_receipt_code
from boothkit.images import ImageIntake
from boothkit.logs import get_logger
from service_bridge.errors import (
    CaptureDiffersError,
    FamilyPageConsentError,
    FinishDiffersError,
    LowSpaceError,
    RecordingMissingError,
    VisitErasedError,
    VisitNotFoundError,
    VoiceConsentError,
)
from service_bridge.store.database import Database
from service_bridge.store.deliveries import find_newest_delivery
from service_bridge.store.erasure import find_tombstone
from service_bridge.store.generations import find_newest_generation, update_generation
from service_bridge.store.visits import add_finish, add_visit, find_parts, find_visit, set_state
from service_bridge.visits.moves import check_can_restyle, check_move
from service_bridge.visits.planning import wants_picture
from service_bridge.visits.records import Finish, Generation, Visit, VisitParts
from service_bridge.visits.states import (
    PENDING_GENERATION,
    DeliveryState,
    GenerationState,
    VisitState,
    VoiceChoice,
)
from service_bridge.workflow.blob_keeping import refer_to_blob
from service_bridge.workflow.catalogue import Catalogue
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.scheduling import Scheduler
from service_bridge.workflow.wishes import CaptureWish, FinishWish

_SEED_LIMIT = 2**31
_log = get_logger(__name__)


class VisitService:
    """Takes visits in, changes and finishes them. A visit is only known to the booth that made it."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        intake: ImageIntake,
        scheduler: Scheduler,
        catalogue: Catalogue,
        hub: ProgressHub,
        *,
        public_url: str,
        free_space_floor_bytes: int,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._intake = intake
        self._scheduler = scheduler
        self._catalogue = catalogue
        self._hub = hub
        self._public_url = public_url.rstrip("/")
        self._floor_bytes = free_space_floor_bytes

    def get_parts(self, visit_id: str, booth_id: str | None) -> VisitParts:
        """Everything known of a visit; `booth_id` None is for staff. Raises VisitNotFoundError, VisitErasedError."""
        with self._database.read() as connection:
            return self._load(connection, visit_id, booth_id)

    def check_space(self) -> None:
        """Raises LowSpaceError below the floor: running work needs the rest."""
        if free_bytes(self._blobs.root.parent) < self._floor_bytes:
            raise LowSpaceError()

    def capture(self, visit_id: str, booth_id: str, data: bytes, sha256: str, wish: CaptureWish) -> tuple[Visit, bool]:
        """Keep a photograph durably and start its picture; the flag is True when it is new.

        When this returns, photograph, row and work order are flushed to disk. The same again changes nothing.
        Raises CaptureDiffersError, VisitErasedError, LowSpaceError, and the image and storage errors.
        """
        digest = _digest({"sha256": sha256, "booth_id": booth_id, **vars(wish)})
        with self._database.read() as connection:
            if kept := self._find_same(connection, visit_id, booth_id, digest):
                return kept, False
        self.check_space()
        with self._blobs.draft(data) as draft:
            facts = self._intake.inspect(data, meanwhile=draft.write)
            visit = _new_visit(visit_id, booth_id, wish, digest, facts.media_type, draft.publish(), len(data))
        with self._database.write() as connection:
            if kept := self._find_same(connection, visit_id, booth_id, digest):
                return kept, False
            add_visit(connection, visit)
            refer_to_blob(connection, self._blobs, visit_id, data, visit.original_sha256)
            if visit.ai_restyle:
                self._scheduler.start_generation(connection, _new_generation(visit_id, 1, visit.style_id))
        _log.info("The capture is saved.", action="capture.saved", visit_id=visit_id, sha256=visit.original_sha256)
        return visit, True

    def restyle(self, visit_id: str, booth_id: str, style_id: str) -> VisitParts:
        """Start another picture in another style; the same style again only when it failed.

        Raises VisitFinishedError, RestyleNotAllowedError, UnknownStyleError, CatalogueUnavailableError.
        """
        memorial_id = self.get_parts(visit_id, booth_id).visit.memorial_id
        self._catalogue.get_style(style_id, memorial_id)
        with self._database.write() as connection:
            parts = self._load(connection, visit_id, booth_id)
            check_can_restyle(parts.visit)
            newest = parts.generation
            if newest is None or newest.style_id != style_id or newest.state is GenerationState.FAILED:
                self._replace_generation(connection, visit_id, newest, style_id)
            parts = self._load(connection, visit_id, booth_id)
        self._hub.forget(visit_id)
        return parts

    def finish(self, visit_id: str, booth_id: str, wish: FinishWish) -> tuple[Finish, bool]:
        """Keep what the visitor leaves behind and start its delivery; the flag is True when it is new.

        Raises FamilyPageConsentError, VoiceConsentError, RecordingMissingError, FinishDiffersError.
        """
        _check_consents(wish)
        digest = _digest(vars(wish))
        with self._database.write() as connection:
            parts = self._load(connection, visit_id, booth_id)
            if parts.finish is not None:
                return _same_finish(parts.finish, digest), False
            check_move(parts.visit.state, VisitState.FINISHED)
            if wish.voice is VoiceChoice.OWN_RECORDING and parts.recording is None:
                raise RecordingMissingError()
            finish = self._new_finish(parts.visit, wish, digest)
            add_finish(connection, finish)
            set_state(connection, visit_id, VisitState.FINISHED)
            _switch_off_unwanted_picture(connection, parts, finish)
            self._scheduler.start_delivery(connection, visit_id, 1)
        self._hub.touch(visit_id)
        _log.info("The visit is finished.", action="finish.saved", visit_id=visit_id)
        return finish, True

    def retry(self, visit_id: str) -> VisitParts:
        """Try a visit's delivery again at once, also one that had stopped; for staff."""
        with self._database.write() as connection:
            self._load(connection, visit_id, None)
            delivery = find_newest_delivery(connection, visit_id)
            if delivery is not None and delivery.state is not DeliveryState.DELIVERED:
                self._scheduler.again_delivery(connection, delivery)
            parts = self._load(connection, visit_id, None)
        self._hub.touch(visit_id)
        return parts

    def _load(self, connection: sa.Connection, visit_id: str, booth_id: str | None) -> VisitParts:
        parts = find_parts(connection, visit_id)
        if parts is not None and booth_id in (None, parts.visit.booth_id):
            return parts
        _raise_if_erased(connection, visit_id, booth_id)
        raise VisitNotFoundError()

    def _find_same(self, connection: sa.Connection, visit_id: str, booth_id: str, digest: str) -> Visit | None:
        """The visit when this very capture is kept. Raises when another one is, or was."""
        visit = find_visit(connection, visit_id)
        if visit is None:
            _raise_if_erased(connection, visit_id, booth_id)
            return None
        if visit.booth_id != booth_id:
            raise VisitNotFoundError()
        if visit.capture_digest != digest:
            raise CaptureDiffersError()
        return visit

    def _replace_generation(
        self, connection: sa.Connection, visit_id: str, newest: Generation | None, style_id: str
    ) -> None:
        if newest is not None and newest.state in PENDING_GENERATION:
            update_generation(connection, replace(newest, state=GenerationState.OFF, next_attempt_at=None))
        number = 1 if newest is None else newest.number + 1
        self._scheduler.start_generation(connection, _new_generation(visit_id, number, style_id))

    def _new_finish(self, visit: Visit, wish: FinishWish, digest: str) -> Finish:
        memorial = self._catalogue.find_memorial(visit.memorial_id)
        name = getattr(memorial.name, wish.language) if memorial else ""
        return Finish(
            visit_id=visit.visit_id,
            digest=digest,
            letter=wish.letter,
            sender_name=wish.sender_name,
            relation=wish.relation,
            language=wish.language,
            voice=wish.voice,
            chosen=wish.chosen,
            consents=dict(wish.consents),
            receipt_code=new_receipt_code(),
            memorial_name=name,
            private_url=f"{self._public_url}/m/{visit.memorial_id}",
            finished_at=now(),
        )


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _new_visit(
    visit_id: str, booth_id: str, wish: CaptureWish, digest: str, media_type: str, sha256: str, length: int
) -> Visit:
    return Visit(
        visit_id=visit_id,
        booth_id=booth_id,
        memorial_id=wish.memorial_id,
        style_id=wish.style_id,
        language=wish.language,
        ai_restyle=wish.ai_restyle,
        state=VisitState.CAPTURED,
        capture_digest=digest,
        original_sha256=sha256,
        original_media_type=media_type,
        original_bytes=length,
        saved_at=now(),
    )


def _new_generation(visit_id: str, number: int, style_id: str) -> Generation:
    return Generation(
        visit_id=visit_id,
        number=number,
        style_id=style_id,
        seed=secrets.randbelow(_SEED_LIMIT),
        state=GenerationState.QUEUED,
        attempt=0,
        tries=0,
        next_attempt_at=None,
        cause=None,
        engine=None,
        style_name=None,
        style_source=None,
        output_sha256=None,
        sealed_sha256=None,
        sealed_bytes=None,
        created_at=now(),
    )


def _check_consents(wish: FinishWish) -> None:
    if not wish.consents["family_page"]:
        raise FamilyPageConsentError()
    if wish.voice is not VoiceChoice.NONE and not wish.consents["voice"]:
        raise VoiceConsentError()


def _same_finish(kept: Finish, digest: str) -> Finish:
    if kept.digest != digest:
        raise FinishDiffersError()
    return kept


def _switch_off_unwanted_picture(connection: sa.Connection, parts: VisitParts, finish: Finish) -> None:
    newest = find_newest_generation(connection, parts.visit.visit_id)
    if newest is None or newest.state not in PENDING_GENERATION or wants_picture(parts.visit, finish):
        return
    update_generation(connection, replace(newest, state=GenerationState.OFF, next_attempt_at=None))


def _raise_if_erased(connection: sa.Connection, visit_id: str, booth_id: str | None) -> None:
    stone = find_tombstone(connection, visit_id)
    if stone is not None and booth_id in (None, stone.booth_id):
        raise VisitErasedError()
