"""After the patches: likeness, evenness and size."""

from __future__ import annotations

import cv2
import numpy as np

from painter.analogy.character import Character
from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import blur, mix, ramp
from painter.blocks.tone import to_lab, to_rgb

SKIN_DETAIL = 0.7
"""Share of the photo's fine light and shade that returns on skin."""
EVENNESS, SKIN_EVENNESS, FLAT_SKIN_EVENNESS = 0.2, 0.85, 0.2
"""Share by which blotches, broader than a stroke, are pulled to the recoloured photo."""
SKIN_CHROMA_CALM = 0.7
MARK_LIMIT, SCREEN_MARK_LIMIT = 1.6, 0.9
"""Marks on skin stand out at most so many standard deviations of the exemplar's own; lines and dots less."""
MISSED_TONES = (12.0, 32.0)
"""Difference in L between patches and aim at which skin begins, and ends, to fall back on the recoloured photo."""
MONOTONE_FALLBACK = 0.75


def return_likeness(
    drawn: Picture, aim: Picture, own: Picture, skin: Plane, character: Character, *, unit: float, keep: float
) -> Picture:
    """RGB 0-1: the patches with the photo's light and shade brought back.

    `drawn` is RGB; `aim` (Lab) is the recoloured photo, whose broad colours even out blotches; `own` (Lab) gives its
    band of details. `keep` scales the detail outside skin. Flat pictures stay flat but for the face.
    """
    flat = character.flatness
    lab = _calm_skin(to_lab(drawn), aim, skin, character, unit)
    skin_evenness = SKIN_EVENNESS + (FLAT_SKIN_EVENNESS - SKIN_EVENNESS) * flat
    lab += blur(aim - lab, 7.0 * unit) * _between(EVENNESS * (1.0 - flat), skin_evenness, skin)[..., None]
    lab[..., 1:] = mix(lab[..., 1:], aim[..., 1:], SKIN_CHROMA_CALM * skin)
    band = blur(own[..., 0], 0.8 * unit) - blur(own[..., 0], 6.0 * unit)
    lab[..., 0] += band * _between(keep * (1.0 - flat), SKIN_DETAIL, skin)
    return to_rgb(lab)


def _between(outside: float, inside: float, skin: Plane) -> Plane:
    return np.asarray(outside + (inside - outside) * skin, dtype=np.float32)


def _calm_skin(lab: Picture, aim: Picture, skin: Plane, character: Character, unit: float) -> Picture:
    """Lab without marks on skin that are rare in the exemplar itself: a star or a knot is no brushwork.

    Where the exemplar had no patch of the right tone, the recoloured photo shows; everywhere, when it has one tone.
    """
    forms = blur(lab[..., 0], 3.0 * unit)
    limit = character.marks * (MARK_LIMIT + (SCREEN_MARK_LIMIT - MARK_LIMIT) * character.screen)
    lab[..., 0] = mix(lab[..., 0], forms + np.clip(lab[..., 0] - forms, -limit, limit), skin)
    missed = ramp(np.abs(blur(aim[..., 0] - lab[..., 0], 5.0 * unit)), *MISSED_TONES)
    return mix(lab, aim, np.maximum(skin * missed, np.float32(MONOTONE_FALLBACK * character.monotony)))


def enlarge(painted: Picture, photo: Photo, share: float) -> Picture:
    """RGB 0-1 of the photo's size; detail that the working size could not hold comes from the photo by `share`."""
    height, width = photo.shape[:2]
    small_height, small_width = painted.shape[:2]
    if (height, width) == (small_height, small_width):
        return painted
    large = np.asarray(cv2.resize(painted, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    known = cv2.resize(grey, (small_width, small_height), interpolation=cv2.INTER_AREA)
    known = cv2.resize(known, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = cv2.subtract(grey, known, dtype=cv2.CV_32F)
    large += (np.asarray(fine, dtype=np.float32) * np.float32(share / 255.0))[..., None]
    return large


def blend(photo: Photo, painted: Picture, strength: float) -> Photo:
    """RGB 0-255 between the photo (0) and the painting (RGB 0-1; 1)."""
    scaled = np.clip(painted, 0.0, 1.0, out=painted)
    scaled *= np.float32(255.0 * strength)
    scaled += photo * np.float32(1.0 - strength)
    scaled += np.float32(0.5)
    return scaled.astype(np.uint8)
