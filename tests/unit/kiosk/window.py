"""A window without a screen: one thread that dispatches events, as the real one does by a queued signal."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from boothkit.ids import new_id
from kiosk.bridge.client import BridgeClient
from kiosk.camera.building import build_camera
from kiosk.camera.faults import FaultSwitch
from kiosk.flow import events as e
from kiosk.flow.courier import Courier
from kiosk.flow.performing import Patience, Performer
from kiosk.flow.runner import VisitRunner
from kiosk.flow.scene import Rules, Scene, State
from kiosk.flow.visit_machine import VisitMachine
from kiosk.journal.journal import DiskJournal
from kiosk.settings import CameraSettings
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL


class Window:
    """Everything real but the screen. Use as a context manager; all methods belong to the test's thread."""

    def __init__(self, folder: Path, client: BridgeClient) -> None:
        photo = folder / "photo.jpg"
        photo.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(photo), np.full((320, 240, 3), 120, np.uint8))
        self._events: queue.SimpleQueue[e.Event] = queue.SimpleQueue()
        self.scenes: list[Scene] = []
        self.switch = FaultSwitch()
        self.journal = DiskJournal(folder / "journal", keep_receipts_days=2)
        self.camera = build_camera(CameraSettings(photo=photo), on_state=self._on_camera, faults=self.switch)
        rules = Rules(new_visit_id=new_id, countdown_s=0.3, list_retry_s=0.3)
        patience = Patience(hand_over_s=1.5, finish_s=1.5)
        performer = Performer(bridge=client, camera=self.camera, journal=self.journal, patience=patience)
        self.courier = Courier(client, self.journal)
        self.runner = VisitRunner(
            VisitMachine(rules), performer, self.courier, deliver=self._events.put, show=self.scenes.append
        )

    def __enter__(self) -> Self:
        self.runner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.runner.close()
        assert self.camera.join(timeout_s=5)

    def _on_camera(self, state: str) -> None:
        self._events.put(e.CameraChanged(state))  # type: ignore[arg-type]

    @property
    def scene(self) -> Scene:
        return self.runner.machine.scene

    def send(self, event: e.Event) -> None:
        self.runner.dispatch(event)

    def until(self, is_true: Callable[[Scene], object], *, timeout_s: float = 15.0) -> Scene:
        """Let events and time come until the scene is as wanted."""
        give_up_at_s = time.monotonic() + timeout_s
        while not is_true(self.scene):
            assert time.monotonic() < give_up_at_s, f"still in {self.scene.state}: {self.scene.sorry}"
            try:
                self.send(self._events.get(timeout=0.02))
            except queue.Empty:
                self.send(e.Tick())
        return self.scene

    def until_state(self, state: State) -> Scene:
        return self.until(lambda scene: scene.state is state)

    def visit_id(self) -> str:
        assert self.scene.visit is not None
        return self.scene.visit.visit_id

    def go_to_review(self) -> str:
        """From rest to the photograph; returns the visit's id."""
        self.send(e.VisitBegun())
        self.send(e.LanguageChosen("ko"))
        self.until(lambda scene: scene.memorials)
        self.send(e.MemorialChosen(MEMORIAL.memorial_id))
        self.send(e.ConsentsGiven(CONSENTS))
        self.until(lambda scene: scene.styles)
        self.send(e.StyleChosen("watercolour"))
        self.send(e.StyleConfirmed())
        self.until(lambda scene: scene.camera == "live")
        self.send(e.ShutterPressed())
        self.until_state(State.REVIEW)
        return self.visit_id()

    def go_to_letter(self) -> str:
        visit_id = self.go_to_review()
        self.send(e.CaptureApproved())
        self.until_state(State.LETTER)
        return visit_id

    def go_to_result(self, letter: str = "할머니, 보고 싶어요.") -> str:
        visit_id = self.go_to_letter()
        self.send(e.LetterDrafted(letter, "김민수", "손자"))
        self.send(e.LetterConfirmed())
        self.send(e.VoiceChosen("none"))
        self.send(e.VoiceConfirmed())
        return visit_id
