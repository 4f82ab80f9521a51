"""The last act of the kiosk's process, while threads may still be at work in the libraries below Python."""

from __future__ import annotations

import logging
import os
import sys
import threading

from boothkit.logs import get_logger

_log = get_logger(__name__)


def leave(code: int) -> int:
    """Give the exit code back, or end the process with it at once where a thread has not come to its end.

    An interpreter that ends takes such a thread away in the middle of the camera's or the painter's C++ code, which
    aborts the process: a supervisor would report a crash. What visitors were promised is on disk long before.
    """
    busy = [thread.name for thread in threading.enumerate() if thread.daemon]
    if not busy:
        return code
    _log.info("The booth is closed while work that nobody waits for goes on.", action="kiosk.left", threads=busy)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
