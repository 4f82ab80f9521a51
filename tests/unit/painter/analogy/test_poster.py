"""Flat colours, with borders from the photo."""

from __future__ import annotations

import numpy as np

from painter.analogy.poster import flatten
from painter.arrays import Photo, Picture
from painter.blocks.tone import to_lab

PALETTE = np.float32([[20, 5, -25], [55, 50, 45], [90, 0, 20]])


def make_aim(photo: Photo) -> Picture:
    return to_lab(photo.astype(np.float32) / np.float32(255))


def count_near(picture: Picture, reach: float) -> float:
    """Share of pixels within `reach` (Lab) of a colour of the palette."""
    lab = to_lab(picture)
    nearest = np.min([((lab - colour) ** 2).sum(axis=2) for colour in PALETTE], axis=0)
    return float((nearest < reach**2).mean())


def test_nearly_every_pixel_is_a_colour_of_the_palette(small_portrait: Photo) -> None:
    nobody = np.zeros(small_portrait.shape[:2], dtype=np.float32)
    flat = flatten(make_aim(small_portrait), nobody, nobody, PALETTE, unit=0.4)
    assert count_near(flat, 6.0) > 0.8


def test_skin_keeps_tones_between(small_portrait: Photo) -> None:
    nobody = np.zeros(small_portrait.shape[:2], dtype=np.float32)
    everybody = np.ones_like(nobody)
    flat = flatten(make_aim(small_portrait), nobody, nobody, PALETTE, unit=0.4)
    shaded = flatten(make_aim(small_portrait), everybody, nobody, PALETTE, unit=0.4)
    assert count_near(shaded, 3.0) < count_near(flat, 3.0) - 0.05


def test_borders_follow_the_photo_and_are_not_combed() -> None:
    """A straight border stays straight: few pixels differ from their neighbours along it."""
    aim = np.empty((160, 120, 3), dtype=np.float32)
    aim[:, :60] = PALETTE[0]
    aim[:, 60:] = PALETTE[2]
    aim += np.random.default_rng(1).normal(0, 2.0, aim.shape).astype(np.float32)
    nobody = np.zeros((160, 120), dtype=np.float32)
    light = flatten(aim, nobody, nobody, PALETTE[[0, 2]], unit=0.5).mean(axis=2) > 0.5
    borders = light.argmax(axis=1)
    assert np.abs(borders - 60).max() <= 2
    assert (np.diff(light.astype(int), axis=1) != 0).sum() <= 1.1 * 160


def test_one_colour_is_enough(small_portrait: Photo) -> None:
    nobody = np.zeros(small_portrait.shape[:2], dtype=np.float32)
    flat = flatten(make_aim(small_portrait), nobody, nobody, PALETTE[:1], unit=0.4)
    assert np.isfinite(flat).all()
    assert np.ptp(flat, axis=(0, 1)).max() < 0.01
