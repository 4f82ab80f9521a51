"""News of visits for those who watch: one latest value per visit, never a queue."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator


class Watcher:
    """One stream's bell. Several changes before it is looked at ring it once."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()

    async def changed(self, timeout_s: float) -> bool:
        """Wait for a change; False when there was none in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        return True

    def ring(self) -> None:
        """Report a change, from any thread. A loop that has ended needs no news."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._bell.set)


class ProgressHub:
    """Tells watchers that a visit changed, and how far its picture is. Thread-safe, in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: dict[str, float] = {}
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)

    def set_progress(self, visit_id: str, share: float) -> None:
        """Note how far a visit's picture is, 0-1."""
        with self._lock:
            self._progress[visit_id] = min(max(share, 0.0), 1.0)
        self.touch(visit_id)

    def get_progress(self, visit_id: str) -> float:
        """How far a visit's picture is, 0-1; 0 when nothing is known."""
        with self._lock:
            return self._progress.get(visit_id, 0.0)

    def forget(self, visit_id: str) -> None:
        """Drop the progress of a picture that is done or given up, and report the change."""
        with self._lock:
            self._progress.pop(visit_id, None)
        self.touch(visit_id)

    def touch(self, visit_id: str) -> None:
        """Report that something about a visit changed."""
        with self._lock:
            watchers = list(self._watchers.get(visit_id, ()))
        for watcher in watchers:
            watcher.ring()

    @contextlib.contextmanager
    def watch(self, visit_id: str) -> Iterator[Watcher]:
        """A bell for a visit, from inside a running event loop."""
        watcher = Watcher()
        with self._lock:
            self._watchers[visit_id].add(watcher)
        try:
            yield watcher
        finally:
            with self._lock:
                self._watchers[visit_id].discard(watcher)
                if not self._watchers[visit_id]:
                    del self._watchers[visit_id]
