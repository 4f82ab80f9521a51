"""How far a painting has come."""

from __future__ import annotations

from collections.abc import Callable


class Progress:
    """Reports growing fractions to a listener.

    An exception from the listener passes through and so ends the painting between two stages.
    """

    def __init__(self, listener: Callable[[float], None] | None) -> None:
        self._listener = listener
        self._reported = 0.0

    def reach(self, fraction: float) -> None:
        """Say that `fraction` (0-1) of the work is done; what is not ahead of the last report is not repeated."""
        if self._listener is None or fraction <= self._reported:
            return
        self._reported = fraction
        self._listener(fraction)
