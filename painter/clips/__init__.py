"""Painted clips: animated pictures and video in any style, calm from frame to frame.

Importing this loads neither OpenCV nor the compiled loops; the first frame does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from painter.clips.errors import ClipError, ClipProgramError
from painter.clips.info import ClipInfo

if TYPE_CHECKING:
    from painter.arrays import Photo

__all__ = ["ClipError", "ClipInfo", "ClipProgramError", "paint_clip", "paint_frames"]


def paint_frames(
    frames: Iterable[Photo], *, style: str, strength: float = 1.0, seed: int = 0, steadiness: float = 1.0
) -> Iterator[Photo]:
    """Paint frames (H, W, 3; uint8 RGB, all of one size) one by one as they are asked for.

    Only the frame before and what the scene's first frame decided (tone, palette) are remembered, so memory does not
    grow with the clip. `steadiness` (0-1) is how strongly
    flicker is held down; 0 paints every frame alone. Arguments else, and errors, are those of `painter.paint`.
    """
    from painter.clips.steady import paint_steadily

    return paint_steadily(frames, style=style, strength=strength, seed=seed, steadiness=steadiness)


def paint_clip(
    source: Path,
    target: Path,
    *,
    style: str,
    strength: float = 1.0,
    seed: int = 0,
    steadiness: float = 1.0,
    on_progress: Callable[[float], None] | None = None,
) -> ClipInfo:
    """Paint a clip: GIF, animated WebP or PNG, or a video, into .webp, .gif, .mp4 or .webm; a video keeps its sound.

    At most 60 s and 900 frames; pictures above 0.92 megapixels are painted smaller. The target appears whole or not at
    all: an exception from `on_progress` (which hears growing fractions up to 1), like every error, leaves nothing.
    Raises ClipError, ClipProgramError, and what `painter.paint` raises.
    """
    from painter.clips.convert import convert_clip
    from painter.progress import Progress

    return convert_clip(
        Path(source),
        Path(target),
        lambda frames: paint_frames(frames, style=style, strength=strength, seed=seed, steadiness=steadiness),
        Progress(on_progress),
    )
