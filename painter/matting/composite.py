"""Putting a cut-out person before another backdrop."""

from __future__ import annotations

import math
import numbers
from typing import Any

import cv2
import numpy as np

from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, clamp, mix
from painter.blocks.faces import hint_skin
from painter.blocks.tone import to_lab, to_rgb
from painter.errors import InvalidParameterError
from painter.matting.records import Matte

MAX_LIGHTER = 14.0
"""L units that exposure may move at full light match: a candle-lit backdrop makes nobody a silhouette."""
MAX_TINT = 9.0
"""a and b units that white balance may move at full light match."""
SKIN_SHARE = 0.45
"""How much of that tint skin takes."""
SHADOW_REACH = 0.045
"""Softness of the shadow, and how far it falls to the lower right, as a share of the picture's height."""
GRAIN_LEVELS = 1.0


def compose_picture(matte: Matte, backdrop: Photo, *, light_match: float, shadow: float, seed: int) -> Photo:
    """The person over the backdrop (H, W, 3), the matte's size."""
    _check_share("light_match", light_match)
    _check_share("shadow", shadow)
    height, width = matte.alpha.shape
    scene = cover_frame(backdrop, width, height).astype(np.float32) * np.float32(1 / 255)
    person = matte.colours.astype(np.float32) * np.float32(1 / 255)
    person = match_light(person, matte, scene, float(light_match))
    scene = scene * (1.0 - np.float32(shadow) * _cast_shadow(matte.alpha))[..., None]
    picture = mix(scene, person, matte.alpha) * np.float32(255.0)
    # one grain over both hides that they come from two places
    grain = np.random.default_rng(seed & 0xFFFF_FFFF_FFFF_FFFF).standard_normal((height, width), dtype=np.float32)
    picture += (np.float32(GRAIN_LEVELS) * grain)[..., None]
    return np.asarray(np.clip(picture + 0.5, 0.0, 255.0), dtype=np.uint8)


def _check_share(name: str, value: Any) -> None:
    if not isinstance(value, numbers.Real) or not 0.0 <= float(value) <= 1.0:
        raise InvalidParameterError(f"{name} must lie between 0 and 1, not {value!r}.")


def cover_frame(backdrop: Photo, width: int, height: int) -> Photo:
    """The middle of a backdrop, resized without distortion until it fills the frame."""
    scale = max(width / backdrop.shape[1], height / backdrop.shape[0])
    size = (max(width, math.ceil(backdrop.shape[1] * scale)), max(height, math.ceil(backdrop.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    large = backdrop if size == backdrop.shape[1::-1] else cv2.resize(backdrop, size, interpolation=how)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    return np.asarray(large[top : top + height, left : left + width], dtype=np.uint8)


def match_light(person: Picture, matte: Matte, scene: Picture, strength: float) -> Picture:
    """A person (RGB 0-1) under the scene's light: lightness and tint moved part of the way, skin's tint less.

    The means of CIE Lab are compared (Reinhard, Ashikhmin, Gooch and Shirley 2001); spreads stay the person's own.
    """
    if strength == 0.0 or not bool((matte.alpha > 0.5).any()):
        return person
    lab = to_lab(person)
    surroundings = to_lab(np.ascontiguousarray(scene[::4, ::4])).reshape(-1, 3).mean(axis=0)
    own = lab[matte.alpha > 0.5][::7].mean(axis=0)
    lighter = float(np.clip(0.5 * (surroundings[0] - own[0]), -MAX_LIGHTER, MAX_LIGHTER)) * strength
    tint = np.clip(0.5 * (surroundings[1:] - _find_white(lab, matte)), -MAX_TINT, MAX_TINT) * np.float32(strength)
    # a curve that leaves black and white where they are
    tone = clamp(lab[..., 0] * np.float32(0.01), 0.0, 1.0)
    gamma = math.log(min(0.95, max(0.05, (own[0] + lighter) / 100.0))) / math.log(min(0.95, max(0.05, own[0] / 100.0)))
    skin = hint_skin(matte.colours) * matte.alpha
    share = (1.0 - (1.0 - SKIN_SHARE) * skin) * np.minimum(1.0, 2.0 * tone)
    lab = lab.copy()
    lab[..., 0] = 100.0 * tone ** np.float32(gamma)
    lab[..., 1:] += share[..., None] * tint
    return to_rgb(lab)


def _find_white(lab: Picture, matte: Matte) -> Plane:
    """a and b of the person's light: the mean of what is nearly grey, pulled to neutral when little is."""
    sample = lab[matte.alpha > 0.5][::7]
    grey = sample[np.hypot(sample[:, 1], sample[:, 2]) < 12.0]
    return np.asarray(grey[:, 1:].sum(axis=0) / (len(grey) + 50.0), dtype=np.float32)


def _cast_shadow(alpha: Plane) -> Plane:
    """0-1, the person's soft shadow on what is behind."""
    height, width = alpha.shape
    reach = SHADOW_REACH * height
    move = np.array([[1.0, 0.0, 0.6 * reach], [0.0, 1.0, 0.5 * reach]])
    moved = cv2.warpAffine(alpha, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return blur(np.asarray(moved, dtype=np.float32), reach)
