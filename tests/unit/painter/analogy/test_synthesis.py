"""Patches: found again where they are known, blended, kept off seams, and always the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.analogy.patchmatch import GUIDES, PATCH, REACH, search_pass, vote_pass
from painter.analogy.synthesis import Manner, Side, synthesize
from painter.arrays import Picture
from painter.blocks import bands
from painter.progress import Progress
from tests.unit.painter.analogy.pictures import make_brushwork

NO_COST = np.zeros((80, 60), dtype=np.float32)


@pytest.fixture
def texture(generator: np.random.Generator) -> Picture:
    """(80, 60, 3) without two equal places."""
    return cv2.GaussianBlur(generator.random((80, 60, 3), dtype=np.float32), (0, 0), 1.0)


def search(target: Picture, source: Picture, field: np.ndarray, *, radius: int, reluctance: float = 0.0) -> np.ndarray:
    padded = cv2.copyMakeBorder(target, REACH, REACH, REACH, REACH, cv2.BORDER_REFLECT_101)
    guides = np.zeros((*target.shape[:2], GUIDES), dtype=np.float32)
    source_guides = np.zeros((*source.shape[:2], GUIDES), dtype=np.float32)
    out = np.empty_like(field)
    search_pass(
        padded.reshape(len(padded), -1),
        guides,
        np.float32(1.0),
        source.reshape(len(source), -1),
        source_guides,
        NO_COST,
        field,
        out,
        1,
        radius,
        np.float32(reluctance),
        5,
        0,
        len(field),
    )
    return out


def make_identity(height: int, width: int) -> np.ndarray:
    """The field in which every pixel matches itself, as far as patches reach."""
    y, x = np.mgrid[:height, :width]
    y, x = np.clip(y, REACH, height - 1 - REACH), np.clip(x, REACH, width - 1 - REACH)
    return np.stack([y, x], axis=-1).astype(np.int16)


def test_one_right_match_spreads_to_its_neighbours(texture: Picture) -> None:
    field = np.full((80, 60, 2), 10, dtype=np.int16)
    field[40, 30] = 40, 30
    for _ in range(3):
        field = search(texture, texture, field, radius=0)
    right = (field == make_identity(80, 60)).all(axis=2)
    for y, x in ((37, 30), (43, 30), (40, 27), (40, 33), (41, 32)):
        assert right[y, x]
    assert not right[40, 40]


def test_random_search_and_spreading_find_most_of_a_picture_again(texture: Picture) -> None:
    field = np.random.default_rng(3).integers(REACH, 50, (80, 60, 2)).astype(np.int16)
    for _ in range(12):
        field = search(texture, texture, field, radius=60)
    right = (field == make_identity(80, 60)).all(axis=2)[REACH:-REACH, REACH:-REACH]
    assert right.mean() > 0.9


def test_reluctance_keeps_random_finds_out(texture: Picture) -> None:
    field = np.full((80, 60, 2), 20, dtype=np.int16)
    unmoved = search(texture, texture, field, radius=60, reluctance=1.0)
    moved = search(texture, texture, field, radius=60)
    # neighbours still offer theirs, each one step aside
    assert np.abs(unmoved - 20).max() <= 1
    assert np.abs(moved - 20).max() > 5


def test_matches_keep_away_from_the_rim(texture: Picture) -> None:
    field = make_identity(80, 60)
    for _ in range(3):
        field = search(1.0 - texture, texture, field, radius=60)
    assert field.min() >= REACH
    assert field[..., 0].max() < 80 - REACH
    assert field[..., 1].max() < 60 - REACH


def test_voting_with_the_identity_gives_the_picture_back(texture: Picture) -> None:
    out = np.empty_like(texture)
    weights = np.ones((PATCH, PATCH), dtype=np.float32)
    vote_pass(make_identity(80, 60), texture, weights, out, 0, 80)
    inner = slice(2 * REACH, -2 * REACH)
    np.testing.assert_allclose(out[inner, inner], texture[inner, inner], atol=1e-5)


def describe(picture: Picture) -> Picture:
    guides = np.zeros((*picture.shape[:2], GUIDES), dtype=np.float32)
    guides[..., 0] = cv2.GaussianBlur(picture.mean(axis=2), (0, 0), 3.0) * 1.6
    return guides


@pytest.fixture
def analogy() -> tuple[Side, Side]:
    """A ramp of tones to be made of brushwork."""
    exemplar = make_brushwork().astype(np.float32) / np.float32(255)
    ramp = np.linspace(0.25, 0.75, 140, dtype=np.float32)
    target = np.broadcast_to(ramp[:, None, None], (140, 110, 3)).copy()
    return Side(target, describe(target)), Side(exemplar, describe(exemplar))


def make_manner(exemplar: Side, uniformity: float = 0.1) -> Manner:
    return Manner(6.0, uniformity, 0.05, 0.35, np.zeros(exemplar.picture.shape[:2], dtype=np.float32))


def run(target: Side, exemplar: Side, manner: Manner, seed: int = 1) -> Picture:
    return synthesize(target, exemplar, manner, seed=seed, progress=Progress(None), span=(0.0, 1.0))


def test_tones_follow_the_guides_and_colours_come_from_the_exemplar(analogy: tuple[Side, Side]) -> None:
    target, exemplar = analogy
    made = run(target, exemplar, make_manner(exemplar))
    rows = made.mean(axis=(1, 2))
    assert np.corrcoef(rows, target.picture.mean(axis=(1, 2)))[0, 1] > 0.95
    # the target is grey, the exemplar is not
    assert np.ptp(made, axis=2).mean() > 0.6 * np.ptp(exemplar.picture, axis=2).mean()
    assert exemplar.picture.min() - 1e-4 <= made.min() <= made.max() <= exemplar.picture.max() + 1e-4


def test_brush_marks_survive(analogy: tuple[Side, Side]) -> None:
    target, exemplar = analogy
    made = run(target, exemplar, make_manner(exemplar))

    def measure_marks(picture: Picture) -> float:
        light = picture.mean(axis=2)
        return float((light - cv2.GaussianBlur(light, (0, 0), 3.0)).std())

    assert measure_marks(made) > 0.45 * measure_marks(exemplar.picture)


def test_a_flat_target_does_not_become_one_repeated_patch() -> None:
    exemplar = make_brushwork().astype(np.float32) / np.float32(255)
    flat = np.full((100, 100, 3), 0.5, dtype=np.float32)
    target, source = Side(flat, describe(flat)), Side(exemplar, describe(exemplar))
    variety = [len(np.unique(run(target, source, make_manner(source, u)).round(3))) for u in (0.0, 0.3)]
    assert variety[1] > 200
    assert variety[1] >= 0.9 * variety[0]


def test_patches_keep_off_seams() -> None:
    """A colour that stands only on the seam arrives without the bar, and never with it."""
    exemplar = np.zeros((120, 120, 3), dtype=np.float32)
    exemplar[..., 2] = make_brushwork()[:120, :120, 2] / np.float32(255)
    exemplar[:, 58:62] = (1.0, 0.0, 0.0)
    target = np.zeros((100, 100, 3), dtype=np.float32)
    target[:, 48:52] = (1.0, 0.0, 0.0)
    blank = np.zeros((120, 120, GUIDES), dtype=np.float32)
    seams = np.zeros((120, 120), dtype=np.float32)
    amounts = []
    for _ in range(2):
        made = run(Side(target, blank[:100, :100]), Side(exemplar, blank), Manner(0.0, 0.0, 0.0, 0.35, seams))
        amounts.append(float(made[..., 0].max()))
        seams = seams.copy()
        seams[:, 58:62] = 1.0
    assert amounts[0] > 0.8
    assert amounts[1] < 0.05


def test_the_same_seed_and_any_number_of_threads_give_the_same(
    analogy: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, exemplar = analogy
    usual = run(target, exemplar, make_manner(exemplar))
    for threads in (1, 2, 3):
        monkeypatch.setattr(bands, "count_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(run(target, exemplar, make_manner(exemplar)), usual)
    assert np.abs(run(target, exemplar, make_manner(exemplar), seed=2) - usual).mean() > 1e-4


def test_progress_fills_its_span(analogy: tuple[Side, Side]) -> None:
    heard: list[float] = []
    target, exemplar = analogy
    synthesize(target, exemplar, make_manner(exemplar), seed=1, progress=Progress(heard.append), span=(0.2, 0.8))
    assert heard == sorted(heard)
    assert 0.2 < heard[0] < heard[-1] == pytest.approx(0.8)
