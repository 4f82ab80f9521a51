"""Skin and hair: what must neither turn green nor go blotchy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, mix, ramp
from painter.boxes import Box
from painter.canvas import Canvas

OWN_CHROMA, OWN_HAIR_CHROMA, OWN_LIGHTNESS = 0.86, 0.7, 0.5
ROSE = 0.15
"""Red (a) added to skin per unit of its yellow (b): beside strong colours, true skin looks olive."""
WARM_FREEDOM = 0.5
"""By how much less skin is held back where the style is skin-coloured anyway: among oranges, true skin looks grey."""
FAR_TONES = (12.0, 35.0)
"""Difference of mean L between photo and exemplar at which the photo begins, and ends, to hold on to its light."""
MIN_SPREAD = (12.0, 5.0, 5.0)
"""L, a, b: skin under even light varies at least this much."""
SKIN_REACH, HAIR_REACH = 3.4, 2.4
"""Spreads from the middle colour at which likeness ends; a backdrop is more often like hair than like skin."""
UNFOUND_TRUST = np.float32(0.7)


@dataclass(frozen=True)
class Person:
    """Where a photo shows people. Planes 0-1."""

    skin: Plane  # faces, and what has their colour on the same person (necks, hands)
    hair: Plane
    subject: Plane
    is_found: bool  # False: no face was found, and the skin is a guess by colour alone


def find_person(canvas: Canvas, lab: Picture) -> Person:
    """Skin and hair by their likeness to the middle and the crown of the faces in `lab`, the photo."""
    if not canvas.faces:
        bald = np.zeros(canvas.shape, dtype=np.float32)
        return Person(canvas.face_mask * UNFOUND_TRUST, bald, canvas.subject_mask, is_found=False)
    crowns = _find_crowns(canvas)
    alike = _compare(lab, canvas.faces, _cut_middle, SKIN_REACH)
    inside = canvas.face_mask * (0.45 + 0.55 * alike)
    around = 0.9 * alike * canvas.subject_mask * (1.0 - crowns)
    skin = blur(np.maximum(inside, around), 2.5 * canvas.unit)
    hair = canvas.head_mask * _compare(lab, canvas.faces, _cut_crown, HAIR_REACH) * (1.0 - skin)
    return Person(skin, blur(hair, 2.5 * canvas.unit), canvas.subject_mask, is_found=True)


def harden(person: Person, share: float) -> Plane:
    """The skin mask, by `share` with the hair and a harder edge: a head half flat and half shaded falls apart."""
    if not person.is_found:
        return person.skin * np.float32(1.0 - 0.8 * share)
    return mix(person.skin, ramp(np.maximum(person.skin, person.hair), 0.3, 0.7), share)


def _find_crowns(canvas: Canvas) -> Plane:
    """0-1: the heads above the brow."""
    above = np.zeros(canvas.shape, dtype=np.float32)
    rows = np.arange(canvas.shape[0], dtype=np.float32)
    for face in canvas.faces:
        columns = slice(max(0, face.x - face.width // 2), max(0, face.x + face.width * 3 // 2))
        fade = ramp(rows, face.y + 0.15 * face.height, face.y - 0.05 * face.height)
        above[:, columns] = np.maximum(above[:, columns], fade[:, None])
    return above * canvas.head_mask


def _cut_middle(lab: Picture, face: Box) -> Picture:
    rows = slice(max(0, face.y + face.height // 4), max(0, face.y + 4 * face.height // 5))
    return lab[rows, max(0, face.x + face.width // 5) : max(0, face.x + 4 * face.width // 5)]


def _cut_crown(lab: Picture, face: Box) -> Picture:
    rows = slice(max(0, face.y - face.height // 3), max(0, face.y - face.height // 10))
    return lab[rows, max(0, face.x + face.width // 5) : max(0, face.x + 4 * face.width // 5)]


def _compare(lab: Picture, faces: tuple[Box, ...], cut: Callable[[Picture, Box], Picture], reach: float) -> Plane:
    """0-1: how like the colours of a piece of one of the faces each pixel is (by median and spread)."""
    best = np.zeros(lab.shape[:2], dtype=np.float32)
    for face in faces:
        piece = cut(lab, face).reshape(-1, 3)
        if piece.size == 0:
            continue
        centre = np.median(piece, axis=0).astype(np.float32)
        spread = np.maximum(1.5 * np.median(np.abs(piece - centre), axis=0), MIN_SPREAD).astype(np.float32)
        away = ((lab - centre) / spread) ** 2
        distance = np.sqrt(0.35 * away[..., 0] + away[..., 1] + away[..., 2])
        best = np.maximum(best, ramp(distance, reach, 0.4 * reach))
    return best


def protect_person(moved: Picture, own: Picture, person: Person, style_chroma: float) -> Picture:
    """Lab: the recoloured photo with skin and hair led back to their own hue, skin to half its own light.

    Where the exemplar is far darker or lighter than the photo, more light returns, and some to the whole subject.
    `style_chroma` is what the exemplar's colours reach (Lab): a grey style keeps grey faces.
    """
    room = float(np.clip((style_chroma - 2.0) / 14.0, 0.0, 1.0))
    far = float(ramp(np.abs(moved[..., 0].mean() - own[..., 0].mean()), *FAR_TONES))
    light_share = np.maximum((OWN_LIGHTNESS + 0.35 * far) * person.skin, 0.4 * far * person.subject)
    chroma = own[..., 1:] * np.float32(room)
    chroma[..., 0] += ROSE * person.skin * np.maximum(chroma[..., 1], 0.0)
    own_share = OWN_CHROMA * (1.0 - WARM_FREEDOM * _compare_hues(moved, own))
    chroma_share = np.maximum(own_share * person.skin, OWN_HAIR_CHROMA * person.hair)
    result = moved.copy()
    result[..., 1:] = mix(moved[..., 1:], chroma, chroma_share)
    result[..., 0] = mix(moved[..., 0], own[..., 0], light_share)
    return result


def _compare_hues(moved: Picture, own: Picture) -> Plane:
    """0-1: where the style gives a hue near the own one and not much stronger, so that skin may follow it."""
    angle = np.arctan2(moved[..., 2], moved[..., 1]) - np.arctan2(own[..., 2], own[..., 1])
    apart = np.abs((angle + np.pi) % (2.0 * np.pi) - np.pi)
    strength = np.hypot(moved[..., 1], moved[..., 2]) / (np.hypot(own[..., 1], own[..., 2]) + 4.0)
    return ramp(apart, 0.8, 0.3) * ramp(strength, 3.0, 1.5)


def measure_chroma(lab: Picture) -> float:
    """What the more colourful third of a Lab picture reaches."""
    return float(np.percentile(np.hypot(lab[::4, ::4, 1], lab[::4, ::4, 2]), 70))
