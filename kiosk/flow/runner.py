"""Performs what the machine asks for, off the window's thread, and brings the results back as events.

There is one way back to the window's thread: the `deliver` callable. The window connects it to a queued signal whose
slot calls `dispatch`. Everything else here runs on workers:

- the writing lane, one job after the other: still, hand-over, finish, erasure, so that nothing overtakes;
- a thread of its own for each thing that is only read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from boothkit.logs import get_logger
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.courier import Courier
from kiosk.flow.lanes import Lane, start_thread
from kiosk.flow.performing import Performer
from kiosk.flow.scene import Scene
from kiosk.flow.visit_machine import VisitMachine

log = get_logger(__name__)

_CLOSE_PATIENCE_S = 2.0
_WRITES = (f.TakeStill, f.DiscardStill, f.SaveCapture, f.Finish, f.EraseVisit)


class VisitRunner:
    """Owns the machine, the workers and the courier for the life of the window."""

    def __init__(
        self,
        machine: VisitMachine,
        performer: Performer,
        courier: Courier,
        *,
        deliver: Callable[[e.Event], None],
        show: Callable[[Scene], None],
    ) -> None:
        """`deliver` is called from workers and must bring the event to `dispatch` on the window's thread.

        `show` is called on the window's thread after each event that changed the scene.
        """
        self.machine = machine
        self._performer = performer
        self._courier = courier
        self._deliver = deliver
        self._show = show
        self._writing = Lane("kiosk-writing")
        self._over: dict[str, threading.Event] = {}

    def start(self) -> None:
        """Begin to bring away what an earlier run of the kiosk left in the journal."""
        self._courier.start()

    def dispatch(self, event: e.Event) -> None:
        """Take one event. Call it on the window's thread only."""
        before = self.machine.scene
        outcome = self.machine.handle(event, now_s=time.monotonic())
        if not outcome.is_accepted:
            log.info(
                "An event meant nothing here and was ignored.",
                action="visit.event_ignored",
                kind=type(event).__name__,
                state=str(before.state),
            )
        self._log_move(before, self.machine.scene)
        for effect in outcome.effects:
            self._perform(effect)
        if self.machine.scene is not before:
            self._show(self.machine.scene)

    def close(self) -> None:
        """End the workers. What is not handed over stays in the journal for the next start."""
        for over in self._over.values():
            over.set()
        self._performer.camera.close()
        self._courier.close(timeout_s=_CLOSE_PATIENCE_S)
        if not self._writing.close(timeout_s=_CLOSE_PATIENCE_S):
            log.warning("A worker was still busy at the end.", action="visit.worker_busy")

    def _perform(self, effect: f.Effect) -> None:
        match effect:
            case f.OpenCamera():
                self._performer.camera.open()
            case f.CloseCamera():
                self._performer.camera.close()
            case f.CloseVisit():
                self._close_visit(effect.visit_id)
            case _ if isinstance(effect, _WRITES):
                self._writing.put(self._job(effect))
            case _:
                start_thread(self._job(effect), name=f"kiosk-{type(effect).__name__}")

    def _job(self, effect: Any) -> Callable[[], None]:
        over = self._over.get(effect.visit_id)
        if over is None:
            over = self._over[effect.visit_id] = threading.Event()
            self._courier.hold(effect.visit_id)
        return partial(self._performer.perform, effect, over, self._deliver)

    def _close_visit(self, visit_id: str) -> None:
        """Calls of the visit give up at once; the journal is the courier's after the last write of the lane."""
        over = self._over.pop(visit_id, None)
        if over is not None:
            over.set()
        self._writing.put(partial(self._courier.release, visit_id))

    def _log_move(self, before: Scene, after: Scene) -> None:
        if before.state is after.state:
            return
        visit = after.visit or before.visit
        log.info(
            "The visit moved on.",
            action="visit.moved",
            visit_id=visit.visit_id if visit else None,
            origin=str(before.state),
            state=str(after.state),
        )
