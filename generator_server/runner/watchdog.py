"""Ends the process when a job, or loading, hangs: a thread cannot be killed, so the whole process is recycled.

The supervisor or systemd starts the program again. Before that, what waits is answered 503, so that its clients ask
again or elsewhere, and what runs in other engines gets some seconds to end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from boothkit.logs import get_logger
from generator_server.runner.worker import Worker

# EX_TEMPFAIL of sysexits.h: "try again later".
HUNG_EXIT_CODE = 75
LOOK_EVERY_S = 0.5
DRAIN_S = 5.0
# Long enough for the refusals to leave the sockets.
ANSWER_S = 0.5
_log = get_logger(__name__)


class Watchdog:
    """Looks at the workers until it is closed."""

    def __init__(self, workers: Sequence[Worker[Any]], *, exit_process: Callable[[int], Any] = os._exit) -> None:
        self._workers = tuple(workers)
        self._exit_process = exit_process
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._is_closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._is_closed.wait(LOOK_EVERY_S):
            hung = {worker: sentence for worker in self._workers if (sentence := worker.find_hang())}
            if hung:
                self._recycle(hung)
                return

    def _recycle(self, hung: Mapping[Worker[Any], str]) -> None:
        for worker, sentence in hung.items():
            _log.error(
                f"{sentence} The program ends and is to be started again.",
                action="engine.hung",
                engine=worker.name,
                exit_code=HUNG_EXIT_CODE,
            )
        for worker in self._workers:
            worker.refuse_all()
        others = [worker for worker in self._workers if worker not in hung]
        ends_at = time.monotonic() + DRAIN_S
        while any(worker.current for worker in others) and time.monotonic() < ends_at:
            time.sleep(0.05)
        self._is_closed.wait(ANSWER_S)
        self._exit_process(HUNG_EXIT_CODE)
