"""A look as a table of colours: learnt from one finished picture, kept as a text file that other tools read too."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from painter.errors import PainterError
from painter.painting import check_photo

if TYPE_CHECKING:
    from painter.arrays import Photo, Picture, Plane

LUT_SIDE = 17
LEARNING_SIDE_PX = 320
"""Pictures are compared at this size: a look lies in its areas, not in single brush marks."""
SPREADS = ((0.8, 1.0), (1.6, 0.12), (3.5, 0.01), (7.0, 0.0005))
"""Reach in cells and weight of the Gaussians that carry what was seen to where nothing was."""
SKIN_MIDDLE, SKIN_REACH = (140.0, 152.0, 104.0), (110.0, 22.0, 26.0)
"""Y, Cr and Cb (0-255) of skin, and how far from there a colour still counts as skin, by and by less."""
SKIN_CHROMA_KEPT, SKIN_LIGHT_KEPT = np.float32(0.55), np.float32(0.35)


class InvalidLutError(PainterError):
    """The two pictures do not belong together, or a file holds no table that can be used."""


@dataclass(frozen=True, eq=False)
class Lut:
    """What becomes of every colour. `table` (17, 17, 17, 3), RGB 0-1, by red, green and blue in equal steps."""

    table: Picture = field(repr=False)

    def __post_init__(self) -> None:
        if self.table.shape != (LUT_SIDE, LUT_SIDE, LUT_SIDE, 3) or not np.isfinite(self.table).all():
            raise InvalidLutError(f"A table has {LUT_SIDE} finite colours along each side.")

    def save(self, file: Path) -> None:
        """Write a .cube file (the text format of Adobe and DaVinci; about 130 kB), red running fastest."""
        rows = self.table.transpose(2, 1, 0, 3).reshape(-1, 3)
        lines = [f"LUT_3D_SIZE {LUT_SIDE}", *(f"{red:.5f} {green:.5f} {blue:.5f}" for red, green, blue in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="ascii")

    @staticmethod
    def load(file: Path) -> Lut:
        """Read a .cube file with 17 steps and the usual domain of 0-1. Raises InvalidLutError, OSError."""
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
            rows = [line.split() for line in lines if line[:1].isdigit() or line[:1] in ("-", ".", "+")]
            table = np.array(rows, dtype=np.float32).reshape(LUT_SIDE, LUT_SIDE, LUT_SIDE, 3).transpose(2, 1, 0, 3)
        except ValueError as error:
            raise InvalidLutError(f"{file.name} is no table of colours with {LUT_SIDE} steps.") from error
        return Lut(np.ascontiguousarray(np.clip(table, 0.0, 1.0)))


def learn_lut(before: Photo, after: Photo) -> Lut:
    """The table that turns a photo's colours into those of its finished picture (two photos of one size).

    Each pixel's change of colour is splatted on the cells around it; cells that no pixel came near take the change of
    their neighbours, so the table is smooth everywhere. Skin colours keep about half of what they were.
    Sources: Knutsson and Westin 1993 (normalised convolution); Chai and Ngan 1999 (skin).
    Raises InvalidPhotoError, InvalidLutError.
    """
    check_photo(before)
    check_photo(after)
    if before.shape != after.shape:
        raise InvalidLutError("The photo and its finished picture must have the same size.")
    first, second = _reduce(before), _reduce(after)
    changes, weights = _splat(first, second - first)
    identity = _list_colours()
    moved = np.asarray(np.clip(identity + _spread(changes, weights), 0.0, 1.0), dtype=np.float32)
    return Lut(_keep_skin(identity, moved))


def _reduce(photo: Photo) -> Picture:
    """(N, 3), RGB 0-1."""
    import cv2

    reduction = max(1.0, max(photo.shape[:2]) / LEARNING_SIDE_PX)
    size = (round(photo.shape[1] / reduction), round(photo.shape[0] / reduction))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return small.reshape(-1, 3).astype(np.float32) / np.float32(255.0)


def _list_colours() -> Picture:
    """The table that changes nothing."""
    steps = np.linspace(0.0, 1.0, LUT_SIDE, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)


def _splat(colours: Picture, changes: Picture) -> tuple[Picture, Plane]:
    """Sums of the changes (17, 17, 17, 3) and of the weights (17, 17, 17) on the eight cells around each colour."""
    places = colours * np.float32(LUT_SIDE - 1)
    low = np.minimum(places.astype(np.int64), LUT_SIDE - 2)
    part = places - low
    sums = np.zeros((LUT_SIDE**3, 3))
    weights = np.zeros(LUT_SIDE**3)
    for corner in np.ndindex(2, 2, 2):
        share = np.prod(np.where(corner, part, 1.0 - part), axis=1)
        cell = np.ravel_multi_index(tuple((low + corner).T), (LUT_SIDE,) * 3)
        weights += np.bincount(cell, share, minlength=LUT_SIDE**3)
        for channel in range(3):
            sums[:, channel] += np.bincount(cell, share * changes[:, channel], minlength=LUT_SIDE**3)
    shape = (LUT_SIDE, LUT_SIDE, LUT_SIDE)
    return sums.reshape(*shape, 3).astype(np.float32), weights.reshape(shape).astype(np.float32)


def _spread(sums: Picture, weights: Plane) -> Picture:
    """Changes (17, 17, 17, 3) for all colours: what was seen nearby counts most, what was seen far away a little."""
    # a colour that fills half the picture shall not drown its neighbours
    trust = np.sqrt(weights) / np.maximum(weights, np.float32(1e-6))
    seen = np.concatenate((sums * trust[..., None], np.sqrt(weights)[..., None]), axis=-1)
    total = np.zeros_like(seen)
    for reach, share in SPREADS:
        total += np.float32(share) * _blur(seen, reach)
    return np.asarray(total[..., :3] / np.maximum(total[..., 3:], 1e-9), dtype=np.float32)


def _blur(values: Picture, reach: float) -> Picture:
    """Gaussian blur along the three sides of a table, as one small matrix each."""
    distance = np.subtract.outer(np.arange(LUT_SIDE), np.arange(LUT_SIDE))
    kernel = np.exp(-0.5 * (distance / reach) ** 2).astype(np.float32)
    blurred = np.einsum("ai,bj,ck,ijkd->abcd", kernel, kernel, kernel, values, optimize=True)
    return np.asarray(blurred, dtype=np.float32)


def _keep_skin(identity: Picture, moved: Picture) -> Picture:
    """The moved table with skin colours part of the way back to themselves, in Lab."""
    import cv2

    from painter.blocks.tone import to_lab, to_rgb

    flat = identity.reshape(LUT_SIDE, -1, 3)
    luma_chroma = 255.0 * np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2YCrCb), dtype=np.float64)
    away = (luma_chroma - SKIN_MIDDLE) / SKIN_REACH
    likely = np.exp(-0.5 * np.maximum((away**2).sum(axis=-1) - 0.5, 0.0)).astype(np.float32)
    own, lab = to_lab(flat), to_lab(moved.reshape(LUT_SIDE, -1, 3))
    lab[..., 0] += (SKIN_LIGHT_KEPT * likely) * (own[..., 0] - lab[..., 0])
    lab[..., 1:] += (SKIN_CHROMA_KEPT * likely)[..., None] * (own[..., 1:] - lab[..., 1:])
    return np.ascontiguousarray(to_rgb(lab).reshape(identity.shape))
