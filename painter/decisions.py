"""What a style measures on a whole picture before it paints, so that the frames of a clip can share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

Decision = TypeVar("Decision")


class Decide(Protocol):
    """Gives what `measure` finds, or what was decided under this name for an earlier frame."""

    def __call__(self, name: str, measure: Callable[[], Decision], /) -> Decision: ...


def decide_now(_name: str, measure: Callable[[], Decision], /) -> Decision:
    """For a picture that stands alone."""
    return measure()


class Decisions:
    """Decides by the first frame for those after it. It keeps a few numbers and small arrays by name, no frames."""

    def __init__(self) -> None:
        self._decided: dict[str, Any] = {}

    def decide(self, name: str, measure: Callable[[], Decision], /) -> Decision:
        """What was found when this name was first asked for."""
        if name not in self._decided:
            self._decided[name] = measure()
        decided: Decision = self._decided[name]
        return decided
