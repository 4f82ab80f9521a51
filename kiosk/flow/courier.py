"""Brings to the bridge what the journal still holds: after a crash, an outage, or an erasure that found nobody.

It works only on visits that are not in progress on the screen, one round at a time, with growing pauses. Every
message is idempotent at the bridge, so a visit whose answer was lost is simply sent again.
"""

from __future__ import annotations

import threading

from boothkit.logs import get_logger
from kiosk.errors import KioskError, NotAtBridgeError, OtherContentError
from kiosk.flow.ports import Bridge, Journal
from kiosk.flow.retries import back_off
from kiosk.flow.visit import JournalEntry

log = get_logger(__name__)

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


class Courier:
    """One background thread. `hold` and `release` may be called from any thread."""

    def __init__(self, bridge: Bridge, journal: Journal) -> None:
        self._bridge = bridge
        self._journal = journal
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Clear the journal of half-written things, then begin. Call it before the first visit."""
        try:
            self._journal.sweep()
        except KioskError as error:
            log.warning("The journal could not be swept.", action="courier.journal_failed", code=error.code)
        self._thread.start()

    def close(self, *, timeout_s: float) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def hold(self, visit_id: str) -> None:
        """This visit is in progress on the screen: leave it alone."""
        with self._lock:
            self._held.add(visit_id)

    def release(self, visit_id: str) -> None:
        """The visit is over on the screen; whatever the journal still holds of it is brought away now."""
        with self._lock:
            self._held.discard(visit_id)
        self._wake.set()

    def bring_all(self) -> bool:
        """One round over everything that waits; True when nothing is left to bring."""
        waiting = [entry.visit_id for entry in self._journal.list_entries()]
        done = [self._bring_unless_held(visit_id) for visit_id in waiting]
        return all(done)

    def _bring_unless_held(self, visit_id: str) -> bool:
        """Reads the entry anew: in an outage a round lasts long, and a visit may have gone on since it began.

        A visit that is released is never held again, so the entry cannot change after this look.
        """
        if self._is_held(visit_id):
            return True
        entry = next((entry for entry in self._journal.list_entries() if entry.visit_id == visit_id), None)
        return entry is None or self._bring(entry)

    def _is_held(self, visit_id: str) -> bool:
        with self._lock:
            return visit_id in self._held

    def _run(self) -> None:
        pauses = back_off(first_s=_FIRST_PAUSE_S, longest_s=_LONGEST_PAUSE_S)
        while not self._stop.is_set():
            self._wake.clear()
            if self._has_brought_all():
                pauses = back_off(first_s=_FIRST_PAUSE_S, longest_s=_LONGEST_PAUSE_S)
                self._wake.wait()
            else:
                self._wake.wait(next(pauses))

    def _has_brought_all(self) -> bool:
        try:
            return self.bring_all()
        except KioskError as error:
            log.warning("The journal cannot be read.", action="courier.journal_failed", code=error.code)
            return False

    def _bring(self, entry: JournalEntry) -> bool:
        try:
            self._bring_stage(entry)
        except KioskError as error:
            log.warning(
                "A visit waits in the journal; it is sent again later.",
                action="courier.waiting",
                visit_id=entry.visit_id,
                stage=entry.stage,
                code=error.code,
                details=error.details,
            )
            return False
        return True

    def _bring_stage(self, entry: JournalEntry) -> None:
        match entry.stage:
            case "draft":
                self._journal.forget(entry.visit_id)
            case "erasing":
                self._erase(entry.visit_id)
            case "approved":
                self._hand_over_interrupted(entry)
            case "finishing":
                self._finish(entry)

    def _erase(self, visit_id: str) -> None:
        try:
            self._bridge.erase(visit_id)
        except OtherContentError:
            log.warning(
                "A visit that the visitor wanted erased was already finished; the staff can erase it by its id.",
                action="courier.erasure_too_late",
                visit_id=visit_id,
            )
        self._journal.forget(visit_id)

    def _hand_over_interrupted(self, entry: JournalEntry) -> None:
        """The bridge keeps an approved capture of an interrupted visit for its grace time; the booth need not."""
        try:
            self._hand_over(entry)
        except (OtherContentError, NotAtBridgeError) as error:
            log.warning(
                "An interrupted visit is no longer wanted at the bridge.",
                action="courier.interrupted_visit_closed",
                visit_id=entry.visit_id,
                code=error.code,
            )
        self._journal.forget(entry.visit_id)

    def _hand_over(self, entry: JournalEntry) -> None:
        if entry.is_handed_over or entry.hand_over is None:
            return
        self._bridge.save_capture(entry.hand_over, self._journal.read_image(entry.visit_id))
        self._journal.mark_handed_over(entry.visit_id)
        log.info("A capture was handed over again.", action="courier.capture_saved", visit_id=entry.visit_id)

    def _finish(self, entry: JournalEntry) -> None:
        self._hand_over(entry)
        if entry.finish is None:
            return
        receipt = self._bridge.finish(entry.finish)
        self._journal.complete(entry.visit_id, receipt)
        log.info("A visit was finished later.", action="courier.finished", visit_id=entry.visit_id)
