"""Looks learnt from one finished picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

import painter
from painter.arrays import Photo
from painter.errors import InvalidPhotoError
from painter.live import LivePainter, Lut, learn_lut
from painter.live.lut import LUT_SIDE, InvalidLutError
from painter.live.lut_twin import look_up


def list_levels(step: int = 15) -> Photo:
    """Colours of the whole cube, (18, 18 * 18, 3)."""
    levels = np.arange(0, 256, step, dtype=np.uint8)
    return np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(len(levels), -1, 3)


def apply(lut: Lut, photo: Photo) -> np.ndarray:
    return look_up(lut.table, photo.astype(np.float32)) * 255.0


def test_a_picture_of_itself_teaches_nothing(frame: Photo) -> None:
    lut = learn_lut(frame, frame)
    np.testing.assert_allclose(apply(lut, list_levels()), list_levels(), atol=0.6)


def test_a_learnt_look_is_applied_to_the_colours_it_was_learnt_from(frame: Photo, warm_lut: Lut) -> None:
    wanted = np.clip(frame * np.array([1.15, 1.0, 0.7]) + 8, 0, 255)
    before = np.abs(frame - wanted).mean()
    assert np.abs(apply(warm_lut, frame) - wanted).mean() < 0.5 * before


def test_colours_never_seen_go_where_their_neighbours_go() -> None:
    """Learnt from greys alone, every colour becomes darker, and the table has no jumps."""
    greys = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    lut = learn_lut(greys, (greys * 0.6).astype(np.uint8))
    levels = list_levels(17)
    bright = levels.max(axis=2) > 120
    assert (apply(lut, levels).mean(axis=2) < levels.mean(axis=2))[bright].mean() > 0.95
    for axis in range(3):
        assert np.abs(np.diff(lut.table, axis=axis)).max() < 0.2


def test_skin_keeps_part_of_its_colour(frame: Photo) -> None:
    skin, cloth = np.array([[[205, 155, 130]]], np.uint8), np.array([[[60, 90, 190]]], np.uint8)
    photo = np.concatenate([np.tile(skin, (80, 80, 1)), np.tile(cloth, (80, 80, 1))])
    green = np.clip(photo + np.array([-70, 40, -40]), 0, 255).astype(np.uint8)
    lut = learn_lut(photo, green)
    moved_skin = np.abs(apply(lut, skin) - skin).sum()
    moved_cloth = np.abs(apply(lut, cloth) - cloth).sum()
    assert moved_cloth > 90
    assert 0.25 * moved_cloth < moved_skin < 0.8 * moved_cloth


def test_a_table_is_saved_and_loaded(tmp_path: Path, warm_lut: Lut) -> None:
    warm_lut.save(tmp_path / "look.cube")
    loaded = Lut.load(tmp_path / "look.cube")
    np.testing.assert_allclose(loaded.table, warm_lut.table, atol=1e-5)
    lines = (tmp_path / "look.cube").read_text().splitlines()
    assert lines[0] == f"LUT_3D_SIZE {LUT_SIDE}"
    assert len(lines) == 1 + LUT_SIDE**3
    # red runs fastest
    np.testing.assert_allclose([float(part) for part in lines[2].split()], warm_lut.table[1, 0, 0], atol=1e-5)


def test_a_file_of_another_tool_is_read(tmp_path: Path, warm_lut: Lut) -> None:
    warm_lut.save(tmp_path / "look.cube")
    rows = (tmp_path / "look.cube").read_text().splitlines()[1:]
    head = ["# made elsewhere", 'TITLE "Warm"', "DOMAIN_MIN 0 0 0", "DOMAIN_MAX 1 1 1", f"LUT_3D_SIZE {LUT_SIDE}", ""]
    (tmp_path / "other.cube").write_text("\r\n".join(head + rows))
    np.testing.assert_allclose(Lut.load(tmp_path / "other.cube").table, warm_lut.table, atol=1e-5)


@pytest.mark.parametrize(
    "text", ["", "LUT_3D_SIZE 2\n0 0 0\n", "0.1 nonsense 0.3\n", "0 0 0\n" * LUT_SIDE**3 + "0 0 0\n"]
)
def test_broken_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.cube").write_text(text)
    with pytest.raises(InvalidLutError):
        Lut.load(tmp_path / "broken.cube")


def test_wrong_pairs_are_refused(frame: Photo) -> None:
    with pytest.raises(InvalidLutError):
        learn_lut(frame, frame[:200])
    with pytest.raises(InvalidPhotoError):
        learn_lut(frame[..., 0], frame)
    with pytest.raises(InvalidLutError):
        Lut(np.full((LUT_SIDE, LUT_SIDE, LUT_SIDE, 3), np.nan, np.float32))


def test_learning_is_deterministic(frame: Photo, warm_lut: Lut) -> None:
    after = np.clip(frame * np.array([1.15, 1.0, 0.7]) + 8, 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(learn_lut(frame, after).table, warm_lut.table)


def test_the_live_picture_has_the_colours_of_the_finished_one(small_portrait: Photo) -> None:
    finished = painter.paint(small_portrait, style="ink_wash")
    shown = LivePainter(learn_lut(small_portrait, finished)).paint(small_portrait)
    chroma = [
        np.abs(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[..., 1:]).mean()
        for picture in (finished, shown, small_portrait)
    ]
    assert abs(chroma[1] - chroma[0]) < 0.4 * abs(chroma[2] - chroma[0])


def test_details_of_edges_survive_and_texture_does_not(warm_lut: Lut, generator: np.random.Generator) -> None:
    photo = np.full((120, 160, 3), 90, np.uint8)
    photo[:, 80:] = 200
    photo = np.clip(photo + generator.normal(0, 3, photo.shape), 0, 255).astype(np.uint8)
    shown = LivePainter(warm_lut).paint(photo).astype(np.float32)
    assert shown[20:100, 10:70, 1].std() < 0.5 * photo[20:100, 10:70, 1].std()
    assert (shown[:, 83, 1] - shown[:, 77, 1]).mean() > 80
