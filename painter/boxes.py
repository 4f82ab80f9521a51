"""Rectangles in pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Box:
    """An upright rectangle; the origin is the picture's top left corner, y grows downwards. Pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box as (x, y)."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """True for a point inside or on the border."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height
