"""Painting a photo: the one way in."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from painter.catalog import get_style
from painter.errors import InvalidParameterError, InvalidPhotoError
from painter.progress import Progress

if TYPE_CHECKING:
    from painter.arrays import Photo, Plane
    from painter.boxes import Box
    from painter.canvas import Scene

MIN_SIDE_PX, MAX_SIDE_PX = 64, 4096
MAX_PAINTED_PX = 3_200_000
"""A larger photo is painted at this size and the painting enlarged, which bounds memory and time."""


def paint(
    photo: Photo,
    *,
    style: str,
    strength: float = 1.0,
    seed: int = 0,
    subject: Plane | None = None,
    parameters: Mapping[str, float] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Photo:
    """Paint a photo (H, W, 3; uint8 RGB; sides 64-4096 px) in a style; the result has the same size.

    `strength` runs from 0 (almost the photo, on paper) to 1 (the full style). `subject` is a matte of the people
    (H, W; bool, uint8 0-255 or float 0-1) when one is known. `parameters` override the style's own (see
    `list_styles`). `on_progress` hears growing fractions up to 1; an exception from it ends the painting and passes
    through. The same arguments give the same picture. Safe to call from several threads.

    Raises UnknownStyleError, InvalidPhotoError, InvalidParameterError.
    """
    info = get_style(style)
    chosen = info.fill_parameters(parameters or {})
    check_strength(strength)
    check_photo(photo)
    matte = None if subject is None else read_matte(subject, photo.shape[:2])
    progress = Progress(on_progress)
    progress.reach(0.01)
    painting = _paint_within_limits(photo, matte, style, chosen, float(strength), seed, progress, None)
    progress.reach(1.0)
    return painting


def paint_in_scene(photo: Photo, scene: Scene, *, style: str, strength: float, seed: int) -> Photo:
    """Paint one frame of a clip as `paint` does, with what the `scene` has decided for all its frames.

    The first frame of a scene comes out as `paint` paints it.
    """
    info = get_style(style)
    check_strength(strength)
    check_photo(photo)
    chosen = info.fill_parameters({})
    return _paint_within_limits(photo, None, style, chosen, float(strength), seed, Progress(None), scene)


def detect_faces(photo: Photo, *, is_thorough: bool = False) -> list[Box]:
    """Frontal faces, the largest first; an empty list when there is none. Raises InvalidPhotoError.

    Seen are faces down to a 13th of the photo's longer side; with `is_thorough`, which takes up to ten times as long,
    down to a 30th.
    """
    from painter.blocks.faces import find_faces
    from painter.blocks.faces_small import find_all_faces

    check_photo(photo)
    return find_all_faces(photo) if is_thorough else find_faces(photo)


def check_photo(photo: Any) -> None:
    """Raise InvalidPhotoError, with a sentence that says why, unless `photo` can be painted."""
    import numpy as np

    if not isinstance(photo, np.ndarray):
        raise InvalidPhotoError(f"A photo is a numpy array, not {type(photo).__name__}.")
    if photo.dtype != np.uint8:
        raise InvalidPhotoError(f"A photo has values of type uint8, not {photo.dtype}.")
    if photo.ndim != 3 or photo.shape[2] != 3:
        raise InvalidPhotoError(f"A photo has the shape (height, width, 3), not {photo.shape}.")
    height, width = photo.shape[:2]
    if not (MIN_SIDE_PX <= height <= MAX_SIDE_PX and MIN_SIDE_PX <= width <= MAX_SIDE_PX):
        raise InvalidPhotoError(
            f"A photo's sides are {MIN_SIDE_PX} to {MAX_SIDE_PX} pixels long; this one is {width}x{height}."
        )


def check_strength(strength: Any) -> None:
    """Raise InvalidParameterError unless `strength` is a number from 0 to 1."""
    if not isinstance(strength, numbers.Real) or not 0.0 <= float(strength) <= 1.0:
        raise InvalidParameterError(f"strength must lie between 0 and 1, not {strength!r}.")


def read_matte(subject: Any, shape: tuple[int, ...]) -> Plane:
    """A matte of any of the accepted types as float 0-1. Raises InvalidPhotoError unless it has this shape."""
    import numpy as np

    if not isinstance(subject, np.ndarray) or subject.shape != shape:
        raise InvalidPhotoError(f"A subject matte is an array of the photo's height and width {tuple(shape)}.")
    if subject.dtype == np.uint8:
        return subject.astype(np.float32) * np.float32(1 / 255)
    if subject.dtype.kind not in "bf" or not bool(np.isfinite(subject).all()):
        raise InvalidPhotoError("A subject matte holds bool, uint8 0-255 or finite float 0-1 values.")
    return np.clip(subject.astype(np.float32), 0.0, 1.0)


def _paint_within_limits(
    photo: Photo,
    matte: Plane | None,
    style_id: str,
    parameters: Mapping[str, float],
    strength: float,
    seed: int,
    progress: Progress,
    scene: Scene | None,
) -> Photo:
    import cv2
    import numpy as np

    height, width = photo.shape[:2]
    reduction = max(1.0, math.sqrt(height * width / MAX_PAINTED_PX))
    if reduction > 1.0:
        size = (max(MIN_SIDE_PX, round(width / reduction)), max(MIN_SIDE_PX, round(height / reduction)))
        photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        matte = None if matte is None else np.asarray(cv2.resize(matte, size), dtype=np.float32)
    painting = _paint_whole(photo, matte, style_id, parameters, strength, seed, progress, scene)
    if reduction > 1.0:
        painting = np.asarray(cv2.resize(painting, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    return painting


def _paint_whole(
    photo: Photo,
    matte: Plane | None,
    style_id: str,
    parameters: Mapping[str, float],
    strength: float,
    seed: int,
    progress: Progress,
    scene: Scene | None,
) -> Photo:
    import numpy as np

    from painter.blocks.curves import mix
    from painter.canvas import prepare_canvas
    from painter.styles import load_style

    canvas = prepare_canvas(photo, seed=seed & 0xFFFF_FFFF_FFFF_FFFF, subject=matte, progress=progress, scene=scene)
    progress.reach(0.08)
    painting = load_style(style_id)(canvas, parameters)
    picture = mix(canvas.photo * painting.sheet, painting.picture, strength)
    return np.asarray(np.clip(picture, 0.0, 1.0) * 255.0 + 0.5, dtype=np.uint8)
