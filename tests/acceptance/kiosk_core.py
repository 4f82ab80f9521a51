"""The kiosk without its window: its journal, bridge client, performer and courier make the visits of a file.

    python -m tests.acceptance.kiosk_core --wishes FILE --screen FILE --data DIR --url URL --token FILE --memorial ID

What a visitor would read is appended to the screen file, one JSON line each: `begun`, `saved`, `finishing`,
`finished` (with the receipt), `refused`. After a SIGKILL the next start does what the real kiosk does: the courier
brings away what the journal holds, and the screen begins with the next visit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from boothkit.logs import configure_logging
from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.courier import Courier
from kiosk.flow.performing import Patience, Performer
from kiosk.flow.visit import NO_STYLE_ID, Consents, FinishRequest, HandOver, Still
from kiosk.journal.journal import DiskJournal
from kiosk.settings import BridgeSettings
from tests.acceptance.wishes import Wish, make_photo, read_wishes

_LOOK_EVERY_S = 0.05
_PATIENCE = Patience(hand_over_s=12.0, finish_s=12.0)


class PhotoCamera:
    """A camera whose next still is the one that was put in."""

    def __init__(self) -> None:
        self.image = b""

    def open(self) -> None:
        """It always runs."""

    def close(self) -> None:
        """There is no device to release."""

    def take_still(self, *, not_before_s: float, timeout_s: float) -> Still:
        sha256 = hashlib.sha256(self.image).hexdigest()
        return Still(self.image, sha256, width_px=384, height_px=512, taken_at=datetime.now(UTC))


class Screen:
    """What the visitor has read. A line that is in the file was shown."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._file = file

    def show(self, visit_id: str, step: str, **details: str) -> None:
        line = json.dumps({"visit_id": visit_id, "step": step, **details})
        os.write(self._descriptor, line.encode() + b"\n")
        print(line, flush=True)

    def list_begun(self) -> set[str]:
        """Visits that an earlier life of this process began: they are the courier's now."""
        return {json.loads(line)["visit_id"] for line in self._file.read_text().splitlines()}


class VisitMaker:
    """Makes one visit after the other, as the window would."""

    def __init__(self, performer: Performer, courier: Courier, camera: PhotoCamera, screen: Screen) -> None:
        self._performer = performer
        self._courier = courier
        self._camera = camera
        self._screen = screen

    def make(self, wish: Wish, memorial_id: str) -> None:
        self._courier.hold(wish.visit_id)
        self._screen.show(wish.visit_id, "begun")
        try:
            self._go_through(wish, memorial_id)
        finally:
            self._courier.release(wish.visit_id)

    def _go_through(self, wish: Wish, memorial_id: str) -> None:
        self._camera.image = make_photo(wish.number)
        taken = self._perform(f.TakeStill(wish.visit_id, time.monotonic()))
        if not isinstance(taken, e.StillTaken):
            self._screen.show(wish.visit_id, "refused")
            return
        self._screen.show(wish.visit_id, "taken")
        saved = self._perform(
            f.SaveCapture(wish.visit_id, build_hand_over(wish, memorial_id, taken.still), taken.still)
        )
        if not isinstance(saved, e.CaptureSaved):
            self._screen.show(wish.visit_id, "refused")
            return
        self._screen.show(wish.visit_id, "saved")
        if wish.is_heard:
            speech = f.RequestSpeech(wish.visit_id, wish.letter, language=wish.language, online_voice=False)
            self._perform(speech)
        if wish.ending == "erase":
            self._perform(f.EraseVisit(wish.visit_id))
        elif wish.ending == "finish":
            self._finish(wish)

    def _finish(self, wish: Wish) -> None:
        self._screen.show(wish.visit_id, "finishing")
        finished = self._perform(f.Finish(wish.visit_id, build_finish(wish)))
        if isinstance(finished, e.FinishSaved):
            self._screen.show(wish.visit_id, "finished", receipt=finished.receipt.code)
        elif isinstance(finished, e.FinishNotSaved):
            self._screen.show(wish.visit_id, "sent_later" if finished.is_kept else "refused")

    def _perform(self, effect: f.Effect) -> e.Event | None:
        """The effect's answer; None for an effect that has none."""
        events: list[e.Event] = []
        self._performer.perform(effect, threading.Event(), events.append)
        return events[-1] if events else None


def build_hand_over(wish: Wish, memorial_id: str, still: Still) -> HandOver:
    return HandOver(
        visit_id=wish.visit_id,
        memorial_id=memorial_id,
        style_id=wish.style_id or NO_STYLE_ID,
        language=wish.language,
        ai_restyle=wish.style_id is not None,
        sha256=still.sha256,
        media_type=still.media_type,
    )


def build_finish(wish: Wish) -> FinishRequest:
    return FinishRequest(
        visit_id=wish.visit_id,
        letter=wish.letter,
        sender_name="손자" if wish.language == "ko" else "A grandson",
        relation="",
        language=wish.language,
        voice="letter_read_aloud" if wish.has_voice else "none",
        chosen="picture" if wish.style_id else "original",
        consents=Consents(family_page=True, ai_restyle=wish.style_id is not None, online_voice=False),
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Make every visit of the file, also those that are added later, until killed."""
    given = _parse(argv)
    configure_logging(program="kiosk", json_lines=False, level="WARNING")
    bridge = BridgeClient(BridgeSettings(url=given.url), TokenFile(given.token))
    journal = DiskJournal(given.data, keep_receipts_days=2)
    courier = Courier(bridge, journal)
    camera = PhotoCamera()
    screen = Screen(given.screen)
    maker = VisitMaker(
        Performer(bridge=bridge, camera=camera, journal=journal, patience=_PATIENCE), courier, camera, screen
    )
    begun = screen.list_begun()
    courier.start()
    while True:
        for wish in read_wishes(given.wishes):
            if wish.visit_id not in begun:
                begun.add(wish.visit_id)
                maker.make(wish, given.memorial)
        time.sleep(_LOOK_EVERY_S)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    for name in ("--wishes", "--screen", "--data", "--token"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--url", required=True, help="booth front door")
    parser.add_argument("--memorial", required=True, help="id of the memorial")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
