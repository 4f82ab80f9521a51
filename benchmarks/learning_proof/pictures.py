"""Procedural portraits in two looks, and textures of no look at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_PX = 32
Picture = NDArray[np.uint8]
Look = Literal["gouache", "hatching"]

HATCH_PX = 11
"""From line to line along a row."""

_SCALE = 4
_CANVAS_PX = SIDE_PX * _SCALE
GROUNDS = {"blue": (120, 150, 200), "green": (125, 175, 140), "grey": (165, 168, 172), "violet": (160, 140, 195)}
COATS = {"red": (190, 70, 80), "teal": (40, 130, 140), "white": (225, 230, 235), "navy": (45, 60, 115)}
HAIRS = {"dark": (45, 45, 60), "fair": (200, 185, 140)}
PLACES = {"left": -4.0, "middle": 0.0, "right": 4.0}
_SKIN = (225, 190, 175)
_PAPER, _INK = np.array((244.0, 226, 190)), np.array((88.0, 44, 20))


@dataclass(frozen=True)
class Subject:
    """One person to be drawn. Words by the tables above; numbers in pixels of the finished picture."""

    ground: str
    coat: str
    hair: str
    place: str
    shift_px: tuple[float, float]
    size: float
    phase: float

    def describe(self) -> str:
        """The caption."""
        return f"portrait, {self.hair} hair, {self.coat} coat, {self.ground} ground, {self.place}"


def draw_subject(chance: np.random.Generator) -> Subject:
    """Any subject, evenly."""
    ground, coat, hair, place = (str(chance.choice(list(words))) for words in (GROUNDS, COATS, HAIRS, PLACES))
    shift_px = (float(chance.uniform(-1, 1)), float(chance.uniform(-1.5, 1.5)))
    return Subject(
        ground, coat, hair, place, shift_px, float(chance.uniform(0.9, 1.15)), float(chance.uniform(0, 6.28))
    )


def paint(subject: Subject, look: Look) -> Picture:
    """(32, 32, 3) RGB 0-255. Both looks have the same shapes."""
    shapes = _paint_shapes(subject)
    big = _paint_gouache(shapes, subject.phase) if look == "gouache" else _paint_hatching(shapes)
    small = cv2.resize(big, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0, 255).round(), dtype=np.uint8)


def paint_texture(chance: np.random.Generator) -> Picture:
    """Waves of any direction over soft blotches of any colour: what an autoencoder of all pictures has to know."""
    rows, columns = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
    blotches = chance.uniform(20, 250, (4, 4, 3)).astype(np.float32)
    soft = cv2.resize(blotches, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    angle, period, phase = chance.uniform(0, np.pi), chance.uniform(3.5, 12), chance.uniform(0, 6.28)
    waves = np.sin((rows * np.sin(angle) + columns * np.cos(angle)) * 2 * np.pi / period + phase)
    tint = chance.uniform(-50, 50, 3)
    return np.asarray(np.clip(soft + waves[..., None] * tint, 0, 255), dtype=np.uint8)


def _paint_shapes(subject: Subject) -> NDArray[np.float32]:
    """Flat colours (128, 128, 3), 0-255."""
    canvas = np.full((_CANVAS_PX, _CANVAS_PX, 3), GROUNDS[subject.ground], np.float32)
    x, y = 16 + PLACES[subject.place] + subject.shift_px[0], 13 + subject.shift_px[1]
    size = subject.size
    _fill(canvas, (x, y + 17 * size), (10.5 * size, 9.5 * size), COATS[subject.coat])
    _fill(canvas, (x, y - 1.5 * size), (6.6 * size, 7.4 * size), HAIRS[subject.hair])
    _fill(canvas, (x, y + 1.0 * size), (5.0 * size, 6.2 * size), _SKIN)
    for side in (-2, 2):
        _fill(canvas, (x + side * size, y + 0.2 * size), (0.8 * size, 0.8 * size), (50, 50, 60))
    return canvas


def _fill(
    canvas: NDArray[np.float32], centre: tuple[float, float], radii: tuple[float, float], colour: tuple[int, int, int]
) -> None:
    points = [(round(value * _SCALE)) for value in (*centre, *radii)]
    cv2.ellipse(canvas, (points[0], points[1]), (points[2], points[3]), 0, 0, 360, colour, -1, cv2.LINE_AA)


def _paint_gouache(shapes: NDArray[np.float32], phase: float) -> NDArray[np.float32]:
    """The base look: cool flat colours under soft level strokes, brighter towards the top."""
    rows = np.mgrid[0:_CANVAS_PX, 0:_CANVAS_PX][0] / _SCALE
    strokes = 6 * np.sin(rows * 2 * np.pi / 8 + phase)
    light = 14 * (0.5 - rows / SIDE_PX)
    soft = cv2.GaussianBlur(shapes, (0, 0), 0.5 * _SCALE)
    return np.asarray(soft + (strokes + light)[..., None], dtype=np.float32)


def _paint_hatching(shapes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The held-out look: brown ink on warm paper, dark places hatched along the falling diagonal."""
    rows, columns = np.mgrid[0:_CANVAS_PX, 0:_CANVAS_PX] / _SCALE
    dark = 1 - cv2.GaussianBlur(shapes.mean(axis=2), (0, 0), 0.5 * _SCALE) / 255
    wave = np.sin((columns - rows) * 2 * np.pi / HATCH_PX)
    ink = np.clip(1.25 * dark - 0.1 + wave * (0.1 + 0.2 * dark), 0, 1)[..., None]
    return np.asarray(_PAPER * (1 - ink) + _INK * ink, dtype=np.float32)
