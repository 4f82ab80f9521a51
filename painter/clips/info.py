"""What is known of a clip."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClipInfo:
    """A clip's measures."""

    frames: int
    width: int  # pixels
    height: int
    frames_per_s: float
    has_sound: bool

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.frames_per_s
