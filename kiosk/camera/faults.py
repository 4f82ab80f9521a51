"""What real cameras do wrong, on demand, around any source: for demonstrations, training of staff and tests."""

from __future__ import annotations

import threading
import time
from enum import StrEnum

import numpy as np

from kiosk.camera.frames import FrameSource
from kiosk.imaging.framing import Image

_SLOW_PAUSE_S = 0.6


class Fault(StrEnum):
    """`unplug`: gone until plugged in; `freeze`: no more frames, no error; `black`: blank frames; `slow`: a frame
    now and then; `wrong_size`: tiny frames, as some webcams send after a reset."""

    NONE = "none"
    UNPLUG = "unplug"
    FREEZE = "freeze"
    BLACK = "black"
    SLOW = "slow"
    WRONG_SIZE = "wrong_size"


class FaultSwitch:
    """The fault in force, for every source that was built with this switch. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._fault = Fault.NONE

    def set(self, fault: Fault) -> None:
        with self._condition:
            self._fault = fault
            self._condition.notify_all()

    def get(self) -> Fault:
        with self._condition:
            return self._fault

    def wait_thawed(self) -> None:
        """Block like a frozen driver: until the fault is another one."""
        with self._condition:
            self._condition.wait_for(lambda: self._fault is not Fault.FREEZE)


class FaultyCamera:
    """A source that obeys the switch."""

    def __init__(self, source: FrameSource, switch: FaultSwitch) -> None:
        self._source = source
        self._switch = switch

    def open(self) -> bool:
        return self._switch.get() is not Fault.UNPLUG and self._source.open()

    def read(self) -> Image | None:
        image = self._source.read()
        match self._switch.get():
            case Fault.UNPLUG:
                return None
            case Fault.FREEZE:
                self._switch.wait_thawed()
                return None
            case Fault.BLACK:
                return None if image is None else np.zeros_like(image)
            case Fault.SLOW:
                time.sleep(_SLOW_PAUSE_S)
            case Fault.WRONG_SIZE:
                return None if image is None else image[:16, :16]
        return image

    def release(self) -> None:
        self._source.release()
