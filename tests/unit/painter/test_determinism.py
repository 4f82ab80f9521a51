"""The same wish gives the same picture, whoever asks and however often."""

from __future__ import annotations

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.blocks import bands
from tests.unit.painter.conftest import STYLE_IDS


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_same_seed_gives_the_same_picture(style_id: str, small_portrait: Photo) -> None:
    first = painter.paint(small_portrait, style=style_id, seed=11)
    np.testing.assert_array_equal(painter.paint(small_portrait, style=style_id, seed=11), first)


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_another_seed_gives_another_picture_of_the_same_person(style_id: str, small_portrait: Photo) -> None:
    first = painter.paint(small_portrait, style=style_id, seed=11).astype(np.float32)
    other = painter.paint(small_portrait, style=style_id, seed=12).astype(np.float32)
    assert np.abs(first - other).mean() > 1.0
    blurred = [cv2.GaussianBlur(picture, (0, 0), 6).ravel() for picture in (first, other)]
    assert np.corrcoef(blurred)[0, 1] > 0.9


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**63, 2**64 + 5, -1])
def test_any_integer_is_a_seed(seed: int, small_portrait: Photo) -> None:
    assert painter.paint(small_portrait[:96, :64].copy(), style="watercolour", seed=seed).shape == (96, 64, 3)


def test_global_random_state_is_neither_read_nor_moved(small_portrait: Photo) -> None:
    np.random.seed(1)
    cv2.setRNGSeed(1)
    before = np.random.get_state()[1].copy()
    first = painter.paint(small_portrait, style="watercolour")
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.random.seed(2)
    cv2.setRNGSeed(2)
    np.testing.assert_array_equal(painter.paint(small_portrait, style="watercolour"), first)


def test_four_threads_paint_what_one_paints(small_portrait: Photo) -> None:
    wishes = [(style_id, seed, size) for style_id in STYLE_IDS for seed in (1, 2) for size in (1.0, 0.8)]
    photos = {size: cv2.resize(small_portrait, None, fx=size, fy=size) for size in (1.0, 0.8)}

    def grant(wish: tuple[str, int, float]) -> Photo:
        style_id, seed, size = wish
        return painter.paint(np.asarray(photos[size], dtype=np.uint8), style=style_id, seed=seed)

    alone = [grant(wish) for wish in wishes]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(grant, wishes))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_does_not_show(
    threads: int, small_portrait: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = painter.paint(small_portrait, style="colour_pencil", seed=4)
    monkeypatch.setattr(bands, "count_threads", lambda: threads)
    np.testing.assert_array_equal(painter.paint(small_portrait, style="colour_pencil", seed=4), usual)


def test_threads_stay_within_the_processors_of_this_process() -> None:
    assert 1 <= bands.count_threads() <= min(bands.MAX_THREADS, len(os.sched_getaffinity(0)))


def test_bands_cover_every_line_once() -> None:
    counts = np.zeros(1001, dtype=np.int64)

    def count(array: np.ndarray, start: int, stop: int) -> None:
        array[start:stop] += 1

    for lines in (1, 63, 128, 1001):
        counts[:] = 0
        bands.run_in_bands(count, lines, counts)
        assert (counts[:lines] == 1).all()
        assert (counts[lines:] == 0).all()


def test_a_forked_child_can_paint(small_portrait: Photo) -> None:
    """The pool's threads do not survive a fork; a child that used the parent's pool would hang."""
    painter.paint(small_portrait, style="watercolour")
    bands.run_in_bands(lambda start, stop: None, 512)
    with warnings.catch_warnings():
        # newer Pythons warn of exactly this: a fork beside threads
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        bands.run_in_bands(lambda start, stop: None, 512)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
