"""A picture in a few flat colours, for exemplars that are made so.

Patches of such exemplars agree everywhere inside a colour and nowhere at a border, so borders found by patches come out
combed. Here the borders come from the photo's own forms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from painter.arrays import Picture, Plane
from painter.blocks.curves import mix, ramp
from painter.blocks.flow import find_flow, smear
from painter.blocks.lines import find_lines
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import to_lab, to_rgb

CHROMA_SHARE, PERSON_CHROMA_SHARE = 0.6, 1.0
"""How much a difference of chroma counts against one of lightness when a colour is chosen."""
SEAM, SKIN_SEAM = 0.8, 4.0
"""Softness of the borders, Lab units: a face keeps some tones between."""
LINE_STRENGTH = 0.75


def flatten(aim: Picture, skin: Plane, hair: Plane, palette: NDArray[np.float32], *, unit: float) -> Picture:
    """RGB 0-1: the recoloured photo `aim` (Lab) in the colours of `palette` (K, 3; Lab), with its lines drawn."""
    lightness = aim[..., 0] * np.float32(0.01)
    flow = find_flow(lightness, unit=unit)
    forms = smooth_shapes(to_rgb(aim), radius_px=30 * unit, contrast=0.5, detail=0.5 * skin)
    flat = _choose_colours(to_lab(smear(forms, flow, 8 * unit)), palette, skin, hair)
    response = find_lines(lightness, flow, width_px=1.2 * unit, sharpness=0.985, reach_px=9 * unit)
    lines = LINE_STRENGTH * ramp(response, 0.004, 0.02)
    ink = np.broadcast_to(palette[palette[:, 0].argmin()], flat.shape)
    return to_rgb(mix(flat, ink, lines))


def _choose_colours(lab: Picture, palette: NDArray[np.float32], skin: Plane, hair: Plane) -> Picture:
    """Lab: each pixel's nearest colours of the palette, mixed in a narrow seam."""
    share = CHROMA_SHARE + (PERSON_CHROMA_SHARE - CHROMA_SHARE) * np.maximum(skin, hair)
    distances = np.stack(
        [
            np.sqrt((lab[..., 0] - c[0]) ** 2 + share * ((lab[..., 1] - c[1]) ** 2 + (lab[..., 2] - c[2]) ** 2))
            for c in palette
        ]
    )
    distances -= distances.min(axis=0)
    weights = np.exp(-distances / (SEAM + (SKIN_SEAM - SEAM) * skin))
    weights /= weights.sum(axis=0)
    return np.asarray(np.einsum("khw,kc->hwc", weights, palette), dtype=np.float32)
