"""How calm moving pictures are: live twins and clips, each style, a still scene and a moving one.

    python -m benchmarks.flicker [--frames 14]

`still` and `moving` are the change between consecutive pictures: their mean difference in 8-bit levels once the known
motion is taken out. Paper, hatching and dots lie on the screen while the scene moves behind them, and count as change
there. `noise in motion` leaves them out: the same moving scene is filmed twice with other noise, and the pictures of
the same moment are compared. Every number is given against the same of the frames as well.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.report import Cell, write_result

WIDTH, HEIGHT = 360, 480
NOISE = 2.5
STILL, MOVING = (0, 0), (2, 1)
"""Pixels that the camera moves between two frames, x and y."""
SETTLED = 4
"""Frames that a preview is given to become calm."""
MARGIN_PX = 24

Frames = list[Any]
Paint = Callable[[Frames], Frames]


def film(step: tuple[int, int], count: int, *, seed: int = 0) -> Frames:
    """Frames (H, W, 3) of a pan over the portrait, with a camera's noise."""
    import cv2
    import numpy as np

    import painter

    size = (WIDTH + step[0] * count, HEIGHT + step[1] * count)
    portrait = cv2.resize(painter.sample_portrait(), size, interpolation=cv2.INTER_AREA)
    generator = np.random.default_rng(seed)
    views = (portrait[step[1] * n : step[1] * n + HEIGHT, step[0] * n : step[0] * n + WIDTH] for n in range(count))
    return [np.clip(view + generator.normal(0, NOISE, view.shape) + 0.5, 0, 255).astype(np.uint8) for view in views]


def compare(first: Any, second: Any) -> float:
    """Mean difference of two pictures in levels, without their sides."""
    import numpy as np

    inner = slice(MARGIN_PX, -MARGIN_PX)
    return float(np.abs(first.astype(np.int16) - second)[inner, inner].mean())


def measure_change(frames: Frames, step: tuple[int, int]) -> float:
    """Mean difference between consecutive frames that are laid over each other."""
    x, y = step
    pairs = itertools.pairwise(frames[SETTLED:])
    changes = [compare(first[y:, x:], second[: HEIGHT - y, : WIDTH - x]) for first, second in pairs]
    return sum(changes) / len(changes)


def measure_noise(frames: Frames, others: Frames) -> float:
    """Mean difference between frames of the same moment, filmed twice."""
    pairs = list(zip(frames, others, strict=True))[SETTLED:]
    return sum(compare(first, second) for first, second in pairs) / len(pairs)


def list_subjects() -> Iterator[tuple[str, str, Paint]]:
    """Kind, name, and what paints the frames of a film."""
    import painter
    from painter.live import LivePainter, learn_lut, list_live_styles

    portrait = film(STILL, 1)[0]
    lut = learn_lut(portrait, painter.paint(portrait, style="pastel"))
    looks: list[tuple[str, Any]] = [*((style_id, style_id) for style_id in list_live_styles()), ("learnt table", lut)]
    for name, look in looks:

        def preview(frames: Frames, look: Any = look) -> Frames:
            twin = LivePainter(look)
            return [twin.paint(frame) for frame in frames]

        yield "live twin", name, preview
    for steadiness, kind in ((0.0, "each frame alone"), (1.0, "clip")):
        for style in painter.list_styles():

            def paint(frames: Frames, steadiness: float = steadiness, style_id: str = style.style_id) -> Frames:
                return list(painter.paint_frames(frames, style=style_id, steadiness=steadiness))

            yield kind, style.style_id, paint


def measure_row(kind: str, name: str, paint: Paint, count: int) -> dict[str, Cell]:
    """Levels of the pictures, and against the frames' own."""
    still, moving, again = film(STILL, count), film(MOVING, count), film(MOVING, count, seed=1)
    painted, moved = paint(still), paint(moving)
    measured = {
        "still": (measure_change(painted, STILL), measure_change(still, STILL)),
        "moving": (measure_change(moved, MOVING), measure_change(moving, MOVING)),
        "noise in motion": (measure_noise(moved, paint(again)), measure_noise(moving, again)),
    }
    row: dict[str, Cell] = {"what": kind, "style": name}
    for label, (change, own) in measured.items():
        row |= {label: round(change, 2), f"{label} / input": round(change / own, 2)}
    return row


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=14)
    count = parser.parse_args().frames
    rows = [measure_row(kind, name, paint, count) for kind, name, paint in list_subjects()]
    notes = [f"{count} frames of {WIDTH}x{HEIGHT} with noise of {NOISE} levels; moving: {MOVING} px a frame. Levels."]
    print(write_result("flicker", "Calm of moving pictures", rows, notes=notes).read_text())


if __name__ == "__main__":
    main()
