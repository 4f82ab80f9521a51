"""Painting frame after frame without flicker.

Four measures, gated so that nothing trails behind what really moves: tone, palette and the places of things are
decided once for a scene and faces are followed; the input is averaged along its motion before it is painted; the
painting is mixed with the one before, moved along the same motion; and the mean colour is not allowed to jump. Noise,
paper and the chances of every stroke are the same in every frame because the seed is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, mix, ramp
from painter.clips.scene import FilmedScene
from painter.errors import InvalidParameterError, InvalidPhotoError
from painter.painting import paint, paint_in_scene

INPUT_WEIGHT, INPUT_GATE = 0.75, 18.0
"""Weight of the frame before in the input, and the difference in levels from which it has none."""
OUTPUT_WEIGHT, OUTPUT_GATE = 0.6, 30.0
"""The same for the painting; its gate looks at the input too."""
GRAIN_PX, GRAIN_SHARE = 1.2, 0.5
"""What is finer than this takes part in the mixing with this share of the weight."""
MAX_TONE_STEP = 8.0
"""Levels of mean colour that are held back between two frames."""
TONE_HOLD = 0.8
CUT_SHARE = 0.35
"""With less of the picture than this found again, it is another scene and starts afresh."""


@dataclass(frozen=True)
class _Memory:
    """What is kept of the frame before."""

    frame: Photo
    grey: Photo
    steadied: Picture  # the averaged input, 0-255
    painting: Picture  # 0-255
    scene: FilmedScene | None  # what the frames share; None without steadiness


def paint_steadily(
    frames: Iterable[Photo], *, style: str, strength: float, seed: int, steadiness: float
) -> Iterator[Photo]:
    """Yield the painting of each frame; see `painter.clips.paint_frames`."""
    if not 0.0 <= steadiness <= 1.0:
        raise InvalidParameterError(f"steadiness must lie between 0 and 1, not {steadiness!r}.")
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    before: _Memory | None = None
    for frame in frames:
        if before is not None and frame.shape != before.frame.shape:
            raise InvalidPhotoError("All frames of a clip have the same size.")
        if before is None or not np.array_equal(frame, before.frame):
            before = _paint_next(frame, before, flow, style, strength, seed, steadiness)
        yield np.asarray(clamp(before.painting + 0.5, 0.0, 255.0), dtype=np.uint8)


def _paint_next(
    frame: Photo,
    before: _Memory | None,
    flow: cv2.DISOpticalFlow,
    style: str,
    strength: float,
    seed: int,
    steadiness: float,
) -> _Memory:
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    raw = frame.astype(np.float32)
    if steadiness == 0.0:
        return _Memory(frame, grey, raw, _paint(raw, None, style, strength, seed), None)
    if before is None or before.scene is None:
        return _begin_scene(frame, grey, raw, style, strength, seed)
    motion = find_motion(flow, grey, before.grey)
    found = ramp(measure_difference(raw, follow(before.steadied, motion)), INPUT_GATE, 0.35 * INPUT_GATE)
    if float(found.mean()) < CUT_SHARE:
        return _begin_scene(frame, grey, raw, style, strength, seed)
    steadied = mix(raw, follow(before.steadied, motion), INPUT_WEIGHT * steadiness * found)
    painting = _paint(steadied, before.scene, style, strength, seed)
    kept = follow(before.painting, motion)
    painting = hold_tone(painting, kept, found, steadiness)
    alike = ramp(measure_difference(painting, kept), 3.0 * OUTPUT_GATE, OUTPUT_GATE) * found
    return _Memory(frame, grey, steadied, _blend(painting, kept, OUTPUT_WEIGHT * steadiness * alike), before.scene)


def _begin_scene(frame: Photo, grey: Photo, raw: Picture, style: str, strength: float, seed: int) -> _Memory:
    scene = FilmedScene()
    return _Memory(frame, grey, raw, _paint(raw, scene, style, strength, seed), scene)


def _blend(painting: Picture, kept: Picture, weight: Plane) -> Picture:
    """The painting mixed with the one before: forms by `weight`, the finest grain less.

    Paper and brush hairs stay where they are on the sheet while the scene moves; averaging them wipes them out.
    """
    change = kept - painting
    coarse = blur(change, GRAIN_PX)
    return painting + weight[..., None] * (coarse + np.float32(GRAIN_SHARE) * (change - coarse))


def _paint(picture: Picture, scene: FilmedScene | None, style: str, strength: float, seed: int) -> Picture:
    photo = np.asarray(clamp(picture + 0.5, 0.0, 255.0), dtype=np.uint8)
    if scene is None:
        return paint(photo, style=style, strength=strength, seed=seed).astype(np.float32)
    return paint_in_scene(photo, scene, style=style, strength=strength, seed=seed).astype(np.float32)


def find_motion(flow: cv2.DISOpticalFlow, grey: Photo, grey_before: Photo) -> Picture:
    """(H, W, 2) x, y: where each pixel of this frame was in the one before.

    Source: dense inverse search (Kroeger, Timofte, Dai and Van Gool 2016).
    """
    empty = np.zeros((*grey.shape, 2), dtype=np.float32)
    return np.asarray(flow.calc(grey, grey_before, empty), dtype=np.float32)


def follow(picture: Picture, motion: Picture) -> Picture:
    """The frame before, moved along the motion to lie over this one."""
    height, width = motion.shape[:2]
    map_x = motion[..., 0] + np.arange(width, dtype=np.float32)[None, :]
    map_y = motion[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    moved = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32)


def measure_difference(first: Picture, second: Picture) -> Plane:
    """Mean over the channels of the absolute difference, calmed a little; levels."""
    difference = np.abs(first - second).mean(axis=2)
    return np.asarray(cv2.blur(difference, (5, 5)), dtype=np.float32)


def hold_tone(painting: Picture, kept: Picture, found: Plane, steadiness: float) -> Picture:
    """The painting, its mean colour held near that of the frame before where both show the same."""
    same = found[::4, ::4] > 0.5
    if int(same.sum()) < 16:
        return painting
    step = (kept[::4, ::4] - painting[::4, ::4])[same].mean(axis=0)
    return painting + clamp(step, -MAX_TONE_STEP, MAX_TONE_STEP) * np.float32(TONE_HOLD * steadiness)
