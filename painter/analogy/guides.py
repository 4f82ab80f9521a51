"""What is compared between photo and exemplar: colour, direction and detail."""

from __future__ import annotations

import numpy as np

from painter.arrays import Picture, Plane
from painter.blocks.curves import blur, clamp, mix
from painter.blocks.flow import find_flow
from painter.blocks.smooth import smooth_shapes
from painter.blocks.tone import to_lab

LIGHTNESS_WEIGHT = 1.6
CHROMA_WEIGHT = 0.9 / 60.0
DIRECTION_WEIGHT = 0.28
SCREEN_DIRECTION_WEIGHT = 0.45
DETAIL_WEIGHT = 0.35
SCREEN_BLUR_PX = 5.0


def remove_strokes(exemplar: Picture, *, unit: float, screen: float) -> Picture:
    """The forms of an exemplar (RGB 0-1) without its brush marks; lines and dots (`screen` 1) melt into tone."""
    nothing = np.zeros(exemplar.shape[:2], dtype=np.float32)
    forms = smooth_shapes(exemplar, radius_px=18 * unit, contrast=0.45, detail=nothing)
    if screen == 0.0:
        return forms
    return mix(forms, blur(exemplar, SCREEN_BLUR_PX), screen)


def describe_sides(
    content: Picture, forms: Picture, exemplar: Picture, *, unit: float, screen: float
) -> tuple[Picture, Picture]:
    """Guides (H, W, 6) of the photo's coloured `content` and of the exemplar with its `forms` (all RGB 0-1)."""
    smooth_lab, forms_lab = to_lab(content), to_lab(forms)
    smooth_lab[..., 0] = _match_tones(smooth_lab[..., 0], forms_lab[..., 0], 0.5)
    turning = DIRECTION_WEIGHT + (SCREEN_DIRECTION_WEIGHT - DIRECTION_WEIGHT) * screen
    return (
        _describe(smooth_lab, smooth_lab[..., 0], turning, unit),
        _describe(forms_lab, to_lab(exemplar)[..., 0], turning, unit),
    )


def _match_tones(lightness: Plane, wanted: Plane, share: float) -> Plane:
    """L with its histogram moved by `share` towards that of another plane."""
    levels = np.linspace(0.0, 1.0, 128)
    before = np.quantile(lightness[::4, ::4], levels) + np.arange(128) * 1e-5
    after = np.quantile(wanted[::4, ::4], levels)
    matched = np.interp(lightness.ravel(), before, after).reshape(lightness.shape)
    return mix(lightness, np.asarray(matched, dtype=np.float32), share)


def _describe(lab: Picture, drawn: Plane, turning: float, unit: float) -> Picture:
    """`lab` gives colour, `drawn` (L 0-100) direction and detail."""
    light = lab[..., 0] * np.float32(0.01)
    lines = np.asarray(drawn * np.float32(0.01), dtype=np.float32)
    flow = find_flow(lines, unit=unit)
    sureness = clamp(flow.energy * 2000.0, 0.0, 1.0)
    detail = blur(np.abs(lines - blur(lines, 3 * unit)), 3 * unit)
    detail = clamp(detail / max(float(np.percentile(detail[::4, ::4], 90)), 0.01), 0.0, 2.0)
    twice_cos = flow.x * flow.x - flow.y * flow.y
    twice_sin = 2.0 * flow.x * flow.y
    planes = (
        LIGHTNESS_WEIGHT * light,
        CHROMA_WEIGHT * lab[..., 1],
        CHROMA_WEIGHT * lab[..., 2],
        turning * sureness * twice_cos,
        turning * sureness * twice_sin,
        DETAIL_WEIGHT * detail,
    )
    return np.ascontiguousarray(np.dstack(planes), dtype=np.float32)


def simplify_content(content: Picture, *, unit: float, faces: Plane) -> Picture:
    """The coloured photo (RGB 0-1) without texture that the style should replace."""
    return smooth_shapes(content, radius_px=14 * unit, contrast=0.35, detail=0.6 * faces)
