"""Letting go: abandoned visits, delivered ones past their time, orphaned blobs, and what a visitor asks for."""

from __future__ import annotations

import time
from datetime import timedelta

from boothkit.clock import now
from boothkit.files import BlobStore
from boothkit.logs import get_logger
from service_bridge.errors import VisitFinishedError, VisitNotFoundError
from service_bridge.settings import PolicySettings
from service_bridge.store.blob_references import list_references
from service_bridge.store.database import Database
from service_bridge.store.devices import delete_expired_codes
from service_bridge.store.erasure import Tombstone, bury, find_tombstone
from service_bridge.store.visits import find_visit, list_abandoned, list_delivered
from service_bridge.visits.states import VisitState
from service_bridge.workflow.blob_keeping import delete_unneeded
from service_bridge.workflow.clock_watch import ClockWatch
from service_bridge.workflow.engine import Engine
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.scheduling import DELIVER, GENERATE

_AT_ONCE = 50
_ORPHAN_AGE_S = 3600.0
_log = get_logger(__name__)


class Retention:
    """Erases visits and what belongs to them. What is erased never comes back under its id."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        engine: Engine,
        hub: ProgressHub,
        clock_watch: ClockWatch,
        policy: PolicySettings,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._engine = engine
        self._hub = hub
        self._clock_watch = clock_watch
        self._policy = policy
        self._being_forgotten: set[str] = set()

    def erase_for_visitor(self, visit_id: str, booth_id: str) -> None:
        """Erase a visit before its finish. Raises VisitNotFoundError, VisitFinishedError; erased twice is no error."""
        with self._database.read() as connection:
            visit = find_visit(connection, visit_id)
            stone = find_tombstone(connection, visit_id)
        if visit is None and stone is not None and stone.booth_id == booth_id:
            return
        if visit is None or visit.booth_id != booth_id:
            raise VisitNotFoundError()
        if not self._erase(visit_id, VisitState.CAPTURED, VisitState.ERASED, "visitor"):
            raise VisitFinishedError()

    def run(self) -> None:
        """Erase what is past its time. After a jump of the clock nothing is, until it has run straight long enough."""
        with self._database.write() as connection:
            delete_expired_codes(connection, now() - timedelta(days=1))
        if self._clock_watch.is_trusted(self._policy.abandoned_after_s):
            self._erase_abandoned()
            self._erase_delivered()
        self._forget_workflows()
        self._sweep_orphans()

    def _erase_abandoned(self) -> None:
        limit = now() - timedelta(seconds=self._policy.abandoned_after_s)
        with self._database.read() as connection:
            ids = list_abandoned(connection, limit, _AT_ONCE)
        for visit_id in ids:
            self._erase(visit_id, VisitState.CAPTURED, VisitState.ABANDONED, "abandoned")

    def _erase_delivered(self) -> None:
        limit = now() - timedelta(days=self._policy.keep_delivered_days)
        with self._database.read() as connection:
            ids = list_delivered(connection, limit, _AT_ONCE)
        for visit_id in ids:
            self._erase(visit_id, VisitState.DELIVERED, VisitState.ERASED, "kept_long_enough")

    def _erase(self, visit_id: str, expected: VisitState, state: VisitState, reason: str) -> bool:
        """Take a visit out for good; False when it is not, or no longer, in the expected state."""
        with self._database.write() as connection:
            visit = find_visit(connection, visit_id)
            if visit is None or visit.state is not expected:
                return False
            blobs = list_references(connection, visit_id)
            bury(connection, Tombstone(visit_id, visit.booth_id, state, reason, now()))
            for sha256 in blobs:
                delete_unneeded(connection, self._blobs, sha256)
        self._being_forgotten.add(visit_id)
        self._forget_workflows()
        self._hub.forget(visit_id)
        _log.info("A visit was erased.", action="visit.erased", visit_id=visit_id, reason=reason)
        return True

    def _forget_workflows(self) -> None:
        """Work that runs just now ends by itself, because its visit is gone; its records go the next time."""
        for visit_id in tuple(self._being_forgotten):
            is_gone = [self._engine.forget(f"{workflow}:{visit_id}") for workflow in (GENERATE, DELIVER)]
            if all(is_gone):
                self._being_forgotten.discard(visit_id)

    def _sweep_orphans(self) -> None:
        """Delete blobs that a killed save left without an owner. Younger ones may be in use just now."""
        limit = time.time() - _ORPHAN_AGE_S
        removed = 0
        for sha256 in self._blobs.list_ids():
            if self._is_older(sha256, limit):
                with self._database.write() as connection:
                    removed += delete_unneeded(connection, self._blobs, sha256)
        if removed:
            _log.info("Blobs without an owner were removed.", action="blobs.swept", count=removed)

    def _is_older(self, sha256: str, limit: float) -> bool:
        try:
            return self._blobs.path_of(sha256).stat().st_mtime < limit
        except FileNotFoundError:
            return False
