"""Photographs of a fixed booth whose true matte is known, to measure cutting out against.

The portrait that scikit-image carries is cut out once along a drawn outline, gets loose hair of single strands, and is
put before an empty backdrop with what a real camera adds: its own soft shadow, drifting exposure and colour, noise,
JPEG. The truth is exact by construction, and it is synthetic: it does not replace footage from a real booth.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

import painter

Photo = NDArray[np.uint8]
Plane = NDArray[np.float32]

SIZE = (768, 1024)
OUTLINE = (
    *((0, 1023), (0, 590), (60, 500), (152, 440), (165, 408), (154, 372), (185, 345), (222, 308), (270, 296)),
    *((292, 300), (288, 262), (265, 245), (240, 205), (234, 150), (255, 105), (312, 55), (390, 31), (455, 48)),
    *((512, 95), (532, 165), (520, 215), (485, 260), (462, 272), (444, 330), (446, 348), (500, 400), (535, 462)),
    *((600, 515), (632, 570), (652, 640), (657, 697), (715, 688), (767, 702), (767, 1023)),
)
"""x, y of the portrait's figure, within a few pixels."""
HAIR = (
    *((268, 246), (240, 205), (234, 150), (255, 105), (312, 55)),
    *((390, 31), (455, 48), (512, 95), (532, 165), (515, 225)),
)
STRANDS = 260


@dataclass(frozen=True)
class Figure:
    """A person without surroundings."""

    colours: Photo  # (H, W, 3) RGB, valid wherever alpha > 0
    alpha: Plane  # 0-1


@dataclass(frozen=True)
class Condition:
    """What lies between the empty reference and the photograph."""

    backdrop: str = "grey"
    noise: float = 2.0  # levels
    drift: float = 0.04  # relative gain: red up, blue down, exposure falling across the picture
    shadow: float = 0.30  # how much light the figure takes from the backdrop behind it
    shift_px: tuple[float, float] = (0.0, 0.0)  # the camera's move, x and y
    light: float = 1.0
    quality: int = 92  # JPEG


CONDITIONS: Mapping[str, Condition] = {
    "grey": Condition(),
    "grey, noisy": Condition(noise=4.0, drift=0.06),
    "red curtain": Condition("red curtain", drift=0.06),
    "green": Condition("green", noise=4.0),
    "clothes' colour": Condition("orange"),
    "black": Condition("black"),
    "printed photo": Condition("print"),
    "brick wall": Condition("brick"),
    "lights dimmed": Condition(light=0.7, drift=0.06),
    "brick, camera moved": Condition("brick", shift_px=(1.5, -0.8)),
    "print, camera moved": Condition("print", shift_px=(1.5, 1.0)),
}


@functools.cache
def build_figure() -> Figure:
    """The person of the sample portrait with loose hair."""
    photo = painter.sample_portrait()
    body = _refine_outline(photo)
    inner = cv2.erode(body, np.ones((9, 9), np.uint8)).astype(np.float32)
    colours = photo.astype(np.float32)
    near = cv2.GaussianBlur(colours * inner[..., None], (0, 0), 6) + 1e-4 * cv2.GaussianBlur(colours, (0, 0), 40)
    weight = cv2.GaussianBlur(inner, (0, 0), 6) + np.float32(1e-4)
    solid = cv2.GaussianBlur(cv2.erode(body, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 0.8)
    extended = near / weight[..., None]
    extended += solid[..., None] * (colours - extended)
    strands, shade = _draw_strands()
    edge = cv2.GaussianBlur(body.astype(np.float32), (0, 0), 0.8)
    extended *= (1.0 + shade * (1.0 - solid))[..., None]
    return Figure(_to_photo(extended), np.maximum(edge, strands))


def _refine_outline(photo: Photo) -> Photo:
    """The drawn outline moved to the edges near it; 0 or 1."""
    drawn = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(drawn, [np.array(OUTLINE, np.int32)], (1,))
    kernel = np.ones((13, 13), np.uint8)
    labels = np.where(drawn, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(drawn, kernel, borderValue=1) == 1] = cv2.GC_FGD
    labels[cv2.dilate(drawn, kernel) == 0] = cv2.GC_BGD
    cv2.setRNGSeed(1)
    cv2.grabCut(photo, labels, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    body = (labels % 2).astype(np.uint8)
    return np.asarray(cv2.medianBlur(cv2.morphologyEx(body, cv2.MORPH_OPEN, np.ones((5, 5))), 5), np.uint8)


def _draw_strands() -> tuple[Plane, Plane]:
    """Alpha of single hairs, and how much lighter or darker each is."""
    generator = np.random.default_rng(4)
    fine = 4
    alpha = np.zeros((320 * fine, SIZE[0] * fine), np.uint8)
    shade = np.zeros_like(alpha, dtype=np.float32)
    outline = np.array(HAIR, np.float64)
    centre = outline.mean(axis=0)
    for _ in range(STRANDS):
        part = generator.uniform(0, len(outline) - 1.001)
        start = outline[int(part)] + (part % 1) * (outline[int(part) + 1] - outline[int(part)])
        outward = np.arctan2(*(start - centre)[::-1]) + generator.normal(0, 0.7)
        bend, length = generator.normal(0, 0.05), generator.gamma(2.0, 9.0) + 6.0
        steps = np.linspace(0, 1, 12) * length
        angles = outward + bend * steps
        line = start - 5 * (start - centre) / np.linalg.norm(start - centre)
        path = line + np.cumsum(np.stack((np.cos(angles), np.sin(angles)), 1) * (length / 11), axis=0)
        points = (path * fine * 16).round().astype(np.int32)
        width = int(generator.integers(3, 8))
        cv2.polylines(alpha, [points], False, (255,), width, cv2.LINE_AA, 4)
        cv2.polylines(shade, [points], False, (generator.uniform(-0.35, 0.35),), width + 4, cv2.LINE_8, 4)
    planes = []
    for plane in (alpha.astype(np.float32) / 255, shade):
        whole = np.zeros(SIZE[::-1], np.float32)
        whole[:320] = cv2.resize(plane, (SIZE[0], 320), interpolation=cv2.INTER_AREA)
        planes.append(whole)
    return planes[0], planes[1]


@functools.cache
def build_backdrop(name: str) -> Photo:
    """An empty booth: lit from above left, one of grey, red curtain, green, orange, black, print, brick."""
    width, height = SIZE
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    light = (1.08 - 0.22 * y - 0.10 * x)[..., None]
    cloth = cv2.GaussianBlur(np.random.default_rng(7).normal(0, 1, (height, width)).astype(np.float32), (0, 0), 3)
    weave = 1.0 + 0.12 * cloth[..., None]
    if name == "print":
        return _to_photo(cv2.GaussianBlur(_cover(load_public("coffee")), (0, 0), 1.2) * light)
    if name == "brick":
        return _to_photo((0.35 + 0.65 * _cover(load_public("brick")) / 255.0) * light * (205, 175, 150))
    if name == "red curtain":
        folds = 1.0 + 0.16 * np.sin(42 * x + 3 * np.sin(4 * y))[..., None]
        return _to_photo(folds * weave * light * (168, 62, 54))
    plain = {"grey": (176, 170, 163), "green": (60, 160, 80), "orange": (222, 84, 40), "black": (28, 27, 30)}
    return _to_photo(weave * light * plain[name])


def load_public(name: str) -> Photo:
    """A picture that scikit-image carries."""
    return np.asarray(getattr(skimage.data, name)(), dtype=np.uint8)


def _cover(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A picture enlarged until it covers the frame, three channels, 0-255."""
    scale = max(SIZE[0] / picture.shape[1], SIZE[1] / picture.shape[0])
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)[: SIZE[1], : SIZE[0]]
    return np.asarray(large if large.ndim == 3 else np.dstack([large] * 3), dtype=np.float32)


def shoot(condition: Condition, *, seed: int, figure: Figure | None = None) -> Photo:
    """One photograph; without a figure, of the empty booth."""
    generator = np.random.default_rng([seed, 99])
    scene = build_backdrop(condition.backdrop).astype(np.float32)
    if figure is not None:
        scene = _cast_shadow(scene, figure.alpha, condition.shadow)
        scene += figure.alpha[..., None] * (figure.colours - scene)
        scene = _drift(scene, condition.drift) * np.float32(condition.light)
    scene += generator.normal(0, condition.noise, scene.shape).astype(np.float32)
    _, packed = cv2.imencode(".jpg", _to_photo(scene)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, condition.quality])
    unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.ascontiguousarray(unpacked[..., ::-1])


def _cast_shadow(scene: NDArray[np.float32], alpha: Plane, strength: float) -> NDArray[np.float32]:
    """The backdrop, darker behind the figure and to its right."""
    moved = cv2.warpAffine(alpha, np.array([[1, 0, 34], [0, 1, 22]], np.float64), SIZE, borderMode=cv2.BORDER_REPLICATE)
    return scene * (1.0 - np.float32(strength) * cv2.GaussianBlur(moved, (0, 0), 22))[..., None]


def _drift(scene: NDArray[np.float32], drift: float) -> NDArray[np.float32]:
    """Another white balance and a slanted exposure."""
    across = np.linspace(1, 1 - drift, scene.shape[1], dtype=np.float32)[None, :, None]
    return scene * across * np.array((1 + drift, 1.0, 1 - drift), np.float32)


def shoot_empty(condition: Condition, count: int = 12) -> list[Photo]:
    """Frames of the empty booth, before the lights were dimmed and the camera moved."""
    still = replace(condition, light=1.0, drift=0.0)
    return [_move(shoot(still, seed=1000 + index), still.shift_px) for index in range(count)]


def _move(photo: Photo, shift_px: tuple[float, float]) -> Photo:
    """As a camera sees it that points a little elsewhere."""
    if shift_px == (0.0, 0.0):
        return photo
    turn = np.array([[1, 0, shift_px[0]], [0, 1, shift_px[1]]], np.float64)
    return np.asarray(
        cv2.warpAffine(photo, turn, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), dtype=np.uint8
    )


def _to_photo(values: NDArray[np.floating]) -> Photo:
    return np.asarray(np.clip(values + 0.5, 0, 255), dtype=np.uint8)


def measure_iou(alpha: Plane, truth: Plane) -> float:
    """Intersection over union of what is more than half covered."""
    mine, true = alpha > 0.5, truth > 0.5
    return float((mine & true).sum() / (mine | true).sum())


def find_band(truth: Plane, width_px: int = 25) -> NDArray[np.bool_]:
    """Where the true matte is neither clear nor full, grown to a band."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width_px, width_px))
    edge = (truth > 0.02) & (truth < 0.98)
    return np.asarray(cv2.dilate(edge.astype(np.uint8), kernel) > 0, dtype=np.bool_)


def find_hair_band(truth: Plane) -> NDArray[np.bool_]:
    """The band around the hair alone."""
    band = find_band(truth)
    band[270:] = False
    return band


def measure_error(alpha: Plane, truth: Plane, band: NDArray[np.bool_]) -> float:
    """Mean absolute error of the matte (0-1) inside a band."""
    return float(np.abs(alpha - truth)[band].mean())


MEASURES: Mapping[str, Callable[[Plane, Plane], float]] = {
    "IoU": measure_iou,
    "band error": lambda alpha, truth: measure_error(alpha, truth, find_band(truth)),
    "hair error": lambda alpha, truth: measure_error(alpha, truth, find_hair_band(truth)),
}
