"""Palettes, printing screens, panes and plain zones: what the graphic styles are made of."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from painter.arrays import Photo, Picture
from painter.blocks.cutline import draw_cutline, find_edges, lay_frame
from painter.blocks.halftone import make_screen, print_dots
from painter.blocks.palette import assign_colours, learn_palette
from painter.blocks.panes import average_panes, find_seams, grow_panes, lay_quarries, number_panes, throw_seeds
from painter.blocks.plain import find_plain
from painter.blocks.skin import trust_skin
from painter.blocks.tone import to_lab
from painter.canvas import Canvas, prepare_canvas
from painter.progress import Progress


def _prepare(photo: Photo) -> Canvas:
    return prepare_canvas(photo, seed=1, subject=None, progress=Progress(None))


def _make_flag() -> Picture:
    """Three Lab stripes of unequal height, 90x60."""
    flag = np.empty((90, 60, 3), dtype=np.float32)
    flag[:60] = (80.0, 0.0, 60.0)
    flag[60:80] = (30.0, 40.0, -50.0)
    flag[80:] = (55.0, -45.0, 20.0)
    return flag


# --- palette


def test_a_palette_holds_the_colours_that_are_there_the_darkest_first() -> None:
    palette = learn_palette(_make_flag(), colours=3)
    np.testing.assert_allclose(palette, [(30, 40, -50), (55, -45, 20), (80, 0, 60)], atol=0.1)


def test_a_palette_has_no_more_colours_than_the_picture() -> None:
    assert learn_palette(_make_flag(), colours=12).shape == (3, 3)
    assert learn_palette(np.full((64, 64, 3), 40.0, np.float32), colours=12).shape == (1, 3)


def test_a_palette_is_nearer_with_more_colours(generator: np.random.Generator) -> None:
    lab = to_lab(cv2.GaussianBlur(generator.random((80, 80, 3)).astype(np.float32), (0, 0), 3))

    def measure(colours: int) -> float:
        palette = learn_palette(lab, colours=colours)
        return float(np.abs(palette[assign_colours(lab, palette, rounding_px=0.0)] - lab).mean())

    assert measure(16) < 0.75 * measure(4) < measure(4) < measure(2)


def test_a_weight_draws_colours_to_what_matters() -> None:
    shades = np.zeros((90, 90, 3), dtype=np.float32)
    shades[..., 0] = np.linspace(0, 100, 90)[:, None]
    weight = np.zeros((90, 90), dtype=np.float32)
    weight[60:] = 1.0
    assert (learn_palette(shades, colours=6, weight=weight)[:, 0] > 60).sum() >= 4
    assert (learn_palette(shades, colours=6)[:, 0] > 60).sum() <= 3


def test_colours_are_assigned_to_the_nearest_and_specks_vanish() -> None:
    flag = _make_flag()
    palette = learn_palette(flag, colours=3)
    flag[20:22, 20:22] = palette[0]
    assert assign_colours(flag, palette, rounding_px=0.0)[20, 20] == 0
    rounded = assign_colours(flag, palette, rounding_px=7.0)
    assert np.array_equal(np.unique(rounded[:58]), [2])
    assert np.array_equal(np.unique(rounded[84:, 4:-4]), [1])


# --- printing screens


@pytest.mark.parametrize("coverage", [0.0, 0.1, 0.35, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("angle_deg", [0.0, 45.0, 75.0])
def test_dots_cover_the_share_that_the_tone_asks_for(coverage: float, angle_deg: float) -> None:
    tone = np.full((240, 240), coverage, np.float32)
    dots = print_dots(
        tone, make_screen((240, 240), period_px=6.4, angle_deg=angle_deg), np.full((240, 240), 0.1, np.float32)
    )
    assert dots.mean() == pytest.approx(coverage, abs=0.02)
    if coverage in (0.0, 1.0):
        assert (dots == coverage).all()


def test_dots_repeat_with_their_period() -> None:
    screen = make_screen((64, 64), period_px=8.0, angle_deg=0.0)
    np.testing.assert_allclose(screen[:, 8:], screen[:, :-8], atol=0.01)
    assert np.abs(screen[:, 4:] - screen[:, :-4]).mean() > 0.2


def test_dots_never_fall_between_the_pixels() -> None:
    tiny = make_screen((64, 64), period_px=0.5, angle_deg=45.0)
    assert np.ptp(tiny) > 0.9
    np.testing.assert_array_equal(tiny, make_screen((64, 64), period_px=2.0, angle_deg=45.0))


# --- panes


def test_seeds_keep_their_distance_and_fill_the_space(generator: np.random.Generator) -> None:
    seeds = throw_seeds(np.full((200, 160), 12.0, np.float32), generator)
    points = np.argwhere(seeds > 0)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + 1e6 * np.eye(len(points))
    assert apart.min() >= 12.0
    assert np.median(apart.min(axis=1)) < 18.0
    assert sorted(seeds[seeds > 0]) == list(range(1, len(points) + 1))


def test_seeds_are_dense_where_they_are_wanted(generator: np.random.Generator) -> None:
    spacing = np.full((200, 200), 30.0, np.float32)
    spacing[:, :100] = 8.0
    seeds = throw_seeds(spacing, generator)
    assert (seeds[:, :95] > 0).sum() > 5 * (seeds[:, 105:] > 0).sum()


def test_panes_meet_on_an_edge_that_is_near() -> None:
    edges = np.zeros((60, 100), dtype=np.float32)
    edges[:, 62] = 1.0
    seeds = np.zeros((60, 100), dtype=np.int32)
    seeds[30, 30], seeds[30, 80] = 1, 2
    panes = grow_panes(edges, seeds)
    assert (panes[:, :61] == 1).all()
    assert (panes[:, 64:] == 2).all()
    assert abs((grow_panes(0 * edges, seeds) == 1)[30].sum() - 55) <= 1


def test_quarries_are_lozenges_of_one_size() -> None:
    quarries = lay_quarries((400, 300), 30.0)
    _, areas = np.unique(quarries[60:-60, 60:-60], return_counts=True)
    assert quarries.min() >= 1
    assert np.median(areas) == pytest.approx(0.5 * 30 * 45, rel=0.05)
    # as high as it is wide times one and a half
    ys, xs = np.nonzero(quarries == quarries[200, 150])
    assert np.ptp(ys) > 1.3 * np.ptp(xs)


def test_panes_are_numbered_without_gaps_and_splinters_are_given_away() -> None:
    labels = np.full((40, 60), 7, dtype=np.int32)
    labels[:, 30:] = 90
    labels[10:13, 10:13] = 90
    labels[30:, 50:] = 7
    numbered = number_panes(labels, 20.0)
    assert np.array_equal(np.unique(numbered), [1, 2, 3])
    assert numbered[11, 11] == numbered[0, 0]
    assert numbered[35, 55] not in (numbered[0, 0], numbered[0, 59])


def test_splinters_alone_become_one_pane() -> None:
    labels = np.arange(100, dtype=np.int32).reshape(10, 10) + 1
    assert (number_panes(labels, 5.0) == 1).all()


def test_the_mean_of_a_pane_is_that_of_its_pixels(generator: np.random.Generator) -> None:
    labels = np.repeat(np.array([[1, 2, 4]], dtype=np.int32), 5, axis=0)
    values = generator.random((5, 3, 3)).astype(np.float32)
    means = average_panes(values, labels)
    assert means.shape == (5, 3)
    np.testing.assert_allclose(means[[1, 2, 4]], values.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(average_panes(values[..., 0], labels)[2], values[:, 1, 0].mean(), atol=1e-6)


def test_a_seam_lies_on_both_sides_of_a_border() -> None:
    labels = np.ones((6, 8), dtype=np.int32)
    labels[:, 4:] = 2
    seams = find_seams(labels)
    assert np.array_equal(np.flatnonzero(seams[3]), [3, 4])
    assert find_seams(np.ones((5, 5), np.int32)).max() == 0.0


# --- cutline


def test_edges_are_seen_in_lightness_and_in_colour() -> None:
    flat = np.full((40, 40, 3), 50.0, dtype=np.float32)
    assert find_edges(flat).max() == 0.0
    for channel in range(3):
        step = flat.copy()
        step[:, 20:, channel] += 40.0
        edges = find_edges(step)
        assert edges[20, 20] > 0.5
        assert edges[20, 5] == 0.0


def test_a_frame_surrounds_the_picture_with_pieces_in_turn() -> None:
    numbers, turns = lay_frame((200, 150), 10.0, 30.0)
    inside = (slice(10, -10), slice(10, -10))
    assert not numbers[inside].any()
    assert not turns[inside].any()
    turns[inside] = 9
    assert set(np.unique(turns)) == {1, 2, 9}
    top = turns[0, np.flatnonzero(np.diff(numbers[0])) + 1]
    assert (np.diff(top) != 0).all()
    assert len(top) >= 4


@pytest.mark.parametrize(("shape", "breadth"), [((200, 150), 0.0), ((50, 150), 10.0)])
def test_no_frame_where_none_is_wanted_or_none_fits(shape: tuple[int, int], breadth: float) -> None:
    numbers, turns = lay_frame(shape, breadth, 30.0)
    assert not numbers.any()
    assert not turns.any()


def test_a_face_is_one_pane_and_the_backdrop_is_not(small_portrait: Photo) -> None:
    canvas = _prepare(small_portrait)
    cutline = draw_cutline(canvas, to_lab(canvas.photo), pane_size=1.0, border=1.0)
    (face,) = canvas.faces
    x, y = (round(value) for value in face.centre)
    reach = round(0.25 * face.width)
    assert len(np.unique(cutline.panes[y - reach : y + reach, x - reach : x + reach])) == 1
    assert cutline.skin[y, x] > 0.95
    assert cutline.skin[-20:].max() < 0.05
    assert cutline.panes.max() > 100
    assert set(np.unique(cutline.frame)) == {0, 1, 2}


def test_a_larger_pane_size_makes_fewer_panes(small_portrait: Photo) -> None:
    canvas = _prepare(small_portrait)
    counts = [draw_cutline(canvas, to_lab(canvas.photo), pane_size=s, border=0.0).panes.max() for s in (0.7, 1.5)]
    assert counts[0] > 2 * counts[1]


# --- plain zones and skin


def test_a_slow_gradient_is_plain_and_a_pattern_is_not(generator: np.random.Generator) -> None:
    sky = np.broadcast_to(np.linspace(0.2, 0.7, 200, dtype=np.float32)[:, None], (200, 200)).copy()
    assert find_plain(sky, 1.0)[20:-20, 20:-20].min() > 0.95
    leaves = sky + 0.15 * generator.standard_normal(sky.shape).astype(np.float32)
    assert find_plain(leaves, 1.0).max() < 0.05


def test_what_is_only_coloured_like_skin_gets_a_share_of_the_care(small_portrait: Photo) -> None:
    with_face = _prepare(small_portrait)
    assert trust_skin(with_face, 0.4) is with_face
    without = _prepare(np.ascontiguousarray(small_portrait[::-1]))
    assert without.faces == ()
    np.testing.assert_allclose(trust_skin(without, 0.4).face_mask, 0.4 * without.face_mask, atol=1e-6)
