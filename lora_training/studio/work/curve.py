"""The curve of a training's loss, as points of a drawing 640 wide and 220 high."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lora_training.studio.work.run_view import Point, RunView

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 28
_LINES = 6
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Mark:
    """A line across the drawing, or a number under it: its place and its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Curve:
    """`losses` and `measured` are points as SVG writes them; dots are where something was measured."""

    losses: str
    measured: str
    dots: tuple[tuple[float, float], ...]
    lines: tuple[Mark, ...]
    steps: tuple[Mark, ...]


def draw_curve(run: RunView, steps: int) -> Curve | None:
    """None as long as there are not two points to join. `steps` is where the training will end."""
    everything = [*run.losses, *run.measured]
    if len(run.losses) < 2:
        return None
    low, high = min(loss for _, loss in everything), max(loss for _, loss in everything)
    spread = max(high - low, 1e-6)
    last = max(steps, *(step for step, _ in everything))
    scale = _Scale(low - 0.05 * spread, high + 0.05 * spread, last)
    return Curve(
        losses=scale.join(run.losses),
        measured=scale.join(run.measured),
        dots=tuple(scale.place(point) for point in run.measured),
        lines=tuple(Mark(scale.place((0, loss))[1], f"{loss:.6g}") for loss in list_round_numbers(low, high)),
        steps=tuple(Mark(scale.place((step, low))[0], f"{step:,}") for step in (0, last // 2, last)),
    )


def list_round_numbers(low: float, high: float) -> list[float]:
    """About six round numbers between the two, evenly apart."""
    raw = max(high - low, 1e-6) / _LINES
    power = 10.0 ** math.floor(math.log10(raw))
    apart = next(factor * power for factor in _ROUND if factor * power >= raw)
    first, last = math.ceil(low / apart), math.floor(high / apart)
    return [number * apart for number in range(first, last + 1)]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    last_step: int

    def place(self, point: Point) -> tuple[float, float]:
        step, loss = point
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * step / self.last_step
        y = _TOP + (HEIGHT - _TOP - _BOTTOM) * (self.high - loss) / (self.high - self.low)
        return round(x, 1), round(y, 1)

    def join(self, points: Sequence[Point]) -> str:
        return " ".join(f"{x},{y}" for x, y in map(self.place, points))
