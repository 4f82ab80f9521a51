"""Worker threads off the window's thread: an ordered lane for what is written, and free threads for what is read."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Job = Callable[[], None]


class Lane:
    """Runs jobs one after the other in the order given, on its own daemon thread."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        self._jobs.put(job)

    def close(self, *, timeout_s: float) -> bool:
        """Let the jobs given so far finish, and end; True when they did within `timeout_s`."""
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def start_thread(job: Job, *, name: str) -> threading.Thread:
    """Run one job on a daemon thread of its own."""
    thread = threading.Thread(target=job, name=name, daemon=True)
    thread.start()
    return thread
