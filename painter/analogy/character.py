"""What kind of picture an exemplar is: brushed, made of a few flat colours, or made of fine lines and dots."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.analogy.palette import drop_alike, find_palette
from painter.arrays import Picture, Plane
from painter.blocks.curves import blur
from painter.blocks.tone import to_lab

SMALL_SIDE_PX = 112
MAX_FLAT_COLOURS = 6
FLAT_ERROR = (3.0, 6.5)
"""Distance (Lab) of the exemplar's large forms from its main colours: flat below the first, not above the last."""
FLAT_TEXTURE = (0.9, 1.8)
"""Usual difference (L) from the surroundings: a flat colour has no grain."""
FLAT_DECISION = (0.3, 0.75)
"""Narrow on purpose: a picture half made of patches and half of flat colours looks like two lying on each other."""
SCREEN_SHARE = (0.22, 0.45)
"""Part of the lightness' variance that is finer than a stroke: below the first brushed, above the last all lines."""
STROKE_PX = 5.0
MIN_MARKS = 3.0
TONE_SPREAD = (4.0, 10.0)
"""Standard deviation (L) of the forms: below the first the exemplar has one tone, above the last enough of them."""


@dataclass(frozen=True)
class Character:
    """Traits of an exemplar."""

    flatness: float  # 0-1; 1: a poster of a few flat colours
    screen: float  # 0-1; 1: tones are made by hatching, engraving or dots
    monotony: float  # 0-1; 1: there are no lights and darks to build a face from
    marks: float  # L: how far its brush marks usually stand out from its forms
    palette: NDArray[np.float32]  # (K, 3) Lab, the commonest first


def read_character(exemplar: Picture, tiles: int = 1) -> Character:
    """Judge an exemplar (RGB 0-1), fitted to a 768x1024 photo, of `tiles` by `tiles` pictures: the mean of them all."""
    height, width = exemplar.shape[0] // tiles, exemplar.shape[1] // tiles
    found = [
        _judge(np.ascontiguousarray(exemplar[row * height : (row + 1) * height, column * width : (column + 1) * width]))
        for row in range(tiles)
        for column in range(tiles)
    ]
    return Character(
        flatness=1.0 - _fall(float(np.mean([one.flatness for one in found])), *FLAT_DECISION),
        screen=float(np.mean([one.screen for one in found])),
        monotony=float(np.mean([one.monotony for one in found])),
        marks=float(np.mean([one.marks for one in found])),
        palette=drop_alike(np.concatenate([one.palette for one in found])),
    )


def _judge(picture: Picture) -> Character:
    lab = to_lab(picture)
    lightness = np.ascontiguousarray(lab[..., 0])
    forms = blur(lightness, STROKE_PX)
    marks = np.asarray(lightness - forms, dtype=np.float32)
    screen = _measure_screen(marks, forms)
    palette, error = _read_palette(lab)
    monotony = _fall(float(forms.std()), *TONE_SPREAD)
    flatness = _fall(error, *FLAT_ERROR) * _fall(float(np.median(np.abs(marks))), *FLAT_TEXTURE)
    return Character(
        flatness=flatness * (1.0 - screen) * (1.0 - monotony),
        screen=screen,
        monotony=monotony,
        marks=float(marks.std()),
        palette=palette,
    )


def _fall(value: float, start: float, end: float) -> float:
    return float(np.clip((end - value) / (end - start), 0.0, 1.0))


def _measure_screen(marks: Plane, forms: Plane) -> float:
    fine, coarse = float(marks.var()), float(forms.var())
    if fine < MIN_MARKS**2:
        return 0.0
    return 1.0 - _fall(fine / (fine + coarse), *SCREEN_SHARE)


def _read_palette(lab: Picture) -> tuple[NDArray[np.float32], float]:
    """Main colours of a Lab picture, and the root mean square distance of its forms from them."""
    height, width = lab.shape[:2]
    reduction = max(1.0, max(height, width) / SMALL_SIDE_PX)
    size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
    small = cv2.medianBlur(np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_NEAREST), dtype=np.float32), 5)
    return find_palette(np.asarray(small, dtype=np.float32).reshape(-1, 3), MAX_FLAT_COLOURS)
