"""The compiled loops against plain arithmetic."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from numba import njit

from painter.blocks.flow import Flow
from painter.live.light import LIGHT, MAX_ABSORPTION, let_through
from painter.live.oil import find_dabs
from painter.live.riso_print import separate
from painter.live.sampling import HALF, blend_channel, blend_plane, clip_place, step_softly, to_byte
from painter.live.sepia import draw_tones
from painter.live.smoothing import melt
from painter.live.strokes import draw_live_strokes
from painter.live.watercolour import draw_glazes


@njit
def read_light(absorption: float) -> float:
    return let_through(LIGHT, absorption)


@njit
def read_byte(level: float) -> int:
    return to_byte(np.float32(level))


@njit
def read_step(value: float) -> float:
    return step_softly(np.float32(value), np.float32(1.0), np.float32(3.0))


@njit
def enlarge(half: np.ndarray, plane: np.ndarray, out: np.ndarray) -> None:
    for row in range(out.shape[0]):
        y = clip_place(row * np.float32(0.5) - HALF, half.shape[0])
        for column in range(out.shape[1]):
            x = clip_place(column * np.float32(0.5) - HALF, half.shape[1])
            iy, ix = np.int32(y), np.int32(x)
            out[row, column, 0] = blend_channel(half, iy, ix, y - iy, x - ix, 1)
            out[row, column, 1] = blend_plane(plane, iy, ix, y - iy, x - ix)


@pytest.mark.parametrize("absorption", [0.0, 0.1, 0.7, 2.0, 8.9])
def test_light_through_pigment_is_right_to_half_a_level(absorption: float) -> None:
    assert read_light(absorption) == pytest.approx(np.exp(-absorption), abs=0.5 / 255)


def test_absorptions_outside_the_table_are_held() -> None:
    assert read_light(-1.0) == 1.0
    assert read_light(50.0) == pytest.approx(np.exp(-MAX_ABSORPTION), abs=1e-4)


@pytest.mark.parametrize(("level", "byte"), [(-0.5, 0), (0.0, 0), (0.5, 128), (1.0, 255), (1.7, 255)])
def test_levels_are_clipped_and_never_wrap_around(level: float, byte: int) -> None:
    assert read_byte(level) == byte


@pytest.mark.parametrize(("value", "step"), [(0.0, 0.0), (1.0, 0.0), (2.0, 0.5), (3.0, 1.0), (9.0, 1.0)])
def test_a_soft_step(value: float, step: float) -> None:
    assert read_step(value) == pytest.approx(step)


def test_the_half_picture_lies_right_under_the_full_one() -> None:
    """A ramp of x at half size is the same ramp at full size, away from the sides."""
    x = np.tile(np.arange(20, dtype=np.float32) * 2 + 0.5, (12, 1))
    out = np.empty((24, 40, 2), np.float32)
    enlarge(np.dstack((x, x, x)), x, out)
    np.testing.assert_allclose(out[:, 1:-1, 0], np.tile(np.arange(1, 39), (24, 1)), atol=0.03)
    np.testing.assert_array_equal(out[..., 0], out[..., 1])


def test_dabs_are_even_and_keep_their_edges() -> None:
    generator = np.random.default_rng(2)
    lab = np.zeros((60, 80, 3), np.float32)
    lab[:, 40:, 0] = 60.0
    noisy = lab + generator.normal(0, 3, lab.shape).astype(np.float32)
    dabs = find_dabs(noisy, 2)
    assert np.abs(dabs - lab)[:, :30].mean() < 0.5 * np.abs(noisy - lab)[:, :30].mean()
    assert (dabs[:, 43, 0] - dabs[:, 36, 0]).mean() > 55


def test_strokes_are_long_along_the_flow_only() -> None:
    grain = np.random.default_rng(3).normal(size=(80, 120)).astype(np.float32)
    ones = np.ones_like(grain)
    strokes = draw_live_strokes(grain, Flow(ones, 0 * ones, ones), 6)
    along = np.corrcoef(strokes[:, :-3].ravel(), strokes[:, 3:].ravel())[0, 1]
    across = np.corrcoef(strokes[:-3].ravel(), strokes[3:].ravel())[0, 1]
    assert along > 0.6
    assert abs(across) < 0.15
    assert strokes.std() == pytest.approx(grain.std(), rel=0.2)


def test_glazes_grow_with_the_density() -> None:
    firm, loose = draw_glazes(2.0), draw_glazes(4.5)
    assert firm[0] == 0.0
    assert (np.diff(firm) >= 0).all()
    assert np.diff(firm).max() > np.diff(loose).max()


def test_sepia_runs_from_brown_black_to_cream() -> None:
    tones = draw_tones()
    assert (np.diff(tones, axis=0) >= 0).all()
    assert (tones[:, 0] > tones[:, 2]).all()


def test_white_takes_no_ink_and_black_all() -> None:
    coverage = separate(np.array([[[1.0, 1.0, 1.0], [0.02, 0.02, 0.02]]], np.float32))
    assert coverage[0, 0].max() < 0.01
    assert coverage[0, 1].min() > 0.6


def test_faces_are_melted_less() -> None:
    half = np.clip(120 + np.random.default_rng(5).normal(0, 12, (60, 80, 3)), 0, 255).astype(np.uint8)
    face = np.zeros((60, 80), np.float32)
    face[:, 40:] = 1.0
    smooth = cv2.absdiff(melt(half, contrast=40.0, passes=2, face=face, care=0.8), half).astype(np.float32)
    assert smooth[:, 44:].mean() < 0.9 * smooth[:, :36].mean()


def test_naming_the_live_styles_compiles_nothing() -> None:
    code = (
        "import sys, painter.live as live; live.LivePainter('oil'); print('numba' in sys.modules, 'cv2' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == ["False", "False"]
