"""Whether something that is done for every frame is quick enough."""

from __future__ import annotations

import statistics
from collections import deque

WINDOW_FRAMES = 25


class Pace:
    """Watches how long the newest frames took. The median decides, so a single hiccup does not."""

    def __init__(self, budget_ms: float) -> None:
        self.budget_ms = budget_ms
        self._times_ms: deque[float] = deque(maxlen=WINDOW_FRAMES)

    def note(self, took_ms: float) -> None:
        """One more frame is done."""
        self._times_ms.append(took_ms)

    @property
    def median_ms(self) -> float:
        """Of the newest frames; 0 before the first."""
        return statistics.median(self._times_ms) if self._times_ms else 0.0

    @property
    def is_too_slow(self) -> bool:
        """Said only after a full window of frames."""
        return len(self._times_ms) == WINDOW_FRAMES and self.median_ms > self.budget_ms
