"""A benchmark within a time that is set: it stops before what would not fit, and says what it left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Budget:
    """Seconds for a whole run, None without a limit. Parts are left out once their time is gone, or when they fail."""

    seconds: float | None = None
    clock: Callable[[], float] = time.monotonic
    left_out: list[str] = field(default_factory=list)
    _started_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._started_at = self.clock()

    @property
    def is_spent(self) -> bool:
        """True when no part may begin any more."""
        return self.seconds is not None and self.clock() - self._started_at >= self.seconds

    def run(self, what: str, part: Callable[[], None]) -> None:
        """Do a part, unless the time is gone; one that fails on this machine costs the others nothing."""
        if self.is_spent:
            self.left_out.append(f"{what}: no time was left")
            return
        try:
            part()
        except Exception as error:  # noqa: BLE001 - on a lent machine the other parts' figures must not be lost
            self.left_out.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")

    def describe(self) -> list[str]:
        """Notes for the page."""
        return [f"Left out: {what}." for what in self.left_out]
