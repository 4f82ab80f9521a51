"""What the visit needs from the outside world. Every method may block: workers call them, never the window's thread.

Every method raises a KioskError when it cannot do what it says, and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Protocol

from kiosk.flow.visit import (
    FinishRequest,
    Generation,
    HandOver,
    JournalEntry,
    Memorial,
    Receipt,
    Speech,
    Still,
    Style,
)

CameraState = Literal["off", "starting", "live", "lost"]
"""`off`: nobody needs it; `starting`: opening; `live`: frames come; `lost`: no frame, reopening by itself."""


class Camera(Protocol):
    """A supervised camera. `open` and `close` return at once and may be repeated; the state comes by callback."""

    def open(self) -> None:
        """Begin to deliver frames, and go on trying for ever when the device is lost."""

    def close(self) -> None:
        """Stop and release the device."""

    def take_still(self, *, not_before_s: float, timeout_s: float) -> Still:
        """The first frame taken at or after `not_before_s` (time.monotonic). Raises CameraError after `timeout_s`."""


class Bridge(Protocol):
    """The booth site's bridge, over HTTP."""

    def list_memorials(self) -> tuple[Memorial, ...]:
        """The memorials of this hall."""

    def find_memorial(self, code: str) -> Memorial | None:
        """The memorial with this typed code, or None."""

    def list_styles(self, memorial_id: str) -> tuple[Style, ...]:
        """The looks this memorial allows, without their samples."""

    def get_style_sample(self, style_id: str, memorial_id: str) -> bytes:
        """An image/webp file."""

    def save_capture(self, hand_over: HandOver, image: bytes) -> datetime:
        """Hand the capture over; returns when the bridge has it on disk, with the time. The same again is harmless."""

    def watch_progress(self, visit_id: str, stop: threading.Event) -> Iterator[Generation]:
        """The newest state of the picture, again and again, reconnecting by itself, until it is settled or `stop`."""

    def get_output(self, visit_id: str, output_id: str) -> bytes:
        """A PNG file."""

    def make_speech(self, visit_id: str, text: str, *, language: Literal["ko", "en"], online_voice: bool) -> Speech:
        """Have the letter read aloud, and fetch the sound."""

    def finish(self, request: FinishRequest) -> Receipt:
        """Everything is saved once this returns. The same again gives the same receipt."""

    def erase(self, visit_id: str) -> None:
        """Erase a visit that is not finished; one that the bridge does not have counts as erased.

        Raises OtherContentError when the visit is finished already.
        """


class Journal(Protocol):
    """The kiosk's own memory on disk. Each method returns after the content is flushed."""

    def keep_still(self, visit_id: str, still: Still) -> None:
        """Keep a photograph that the visitor has not approved yet, in place of an earlier one of this visit."""

    def approve(self, hand_over: HandOver, still: Still) -> None:
        """From now on the capture is sent until the bridge has it; the still is kept if it is not yet."""

    def mark_handed_over(self, visit_id: str) -> None:
        """The bridge has the capture."""

    def keep_finish(self, request: FinishRequest) -> None:
        """From now on the visit is finished at the bridge until it answers."""

    def complete(self, visit_id: str, receipt: Receipt) -> None:
        """The bridge has everything: keep receipt and hash for the day, erase the content."""

    def request_erasure(self, visit_id: str) -> None:
        """Erase the content here at once; an entry stays behind while the bridge may have a copy to erase."""

    def forget(self, visit_id: str) -> None:
        """Erase every trace of the visit here."""

    def sweep(self) -> None:
        """Clear away what an earlier process left half done. Call it before the first visit."""

    def list_entries(self) -> tuple[JournalEntry, ...]:
        """The visits that are not complete, oldest first, then those to erase. One being written is left out."""

    def read_image(self, visit_id: str) -> bytes:
        """The photograph's file, its hash checked."""
