"""What the measures see, and what they do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

import painter
from lora_training.evaluation.counting import DIRECTIONS, describe_look
from lora_training.evaluation.features import StyleEye, lay_road
from lora_training.evaluation.likeness import measure_likeness
from lora_training.sampling import Photo
from tests.tiny_diffusion import build_vae


@pytest.fixture(scope="module")
def portrait() -> Photo:
    return np.asarray(cv2.resize(painter.sample_portrait(), (192, 256), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def draw_stripes(angle: float) -> Photo:
    """Level stripes turned by `angle` degrees."""
    rows, columns = np.mgrid[0:64, 0:64]
    turn = np.deg2rad(angle)
    wave = np.sin((rows * np.cos(turn) + columns * np.sin(turn)) * 2 * np.pi / 8)
    return np.repeat((128 + 100 * wave)[..., None], 3, axis=2).astype(np.uint8)


class TestLikeness:
    def test_is_one_for_the_photograph_itself(self, portrait: Photo) -> None:
        assert measure_likeness(portrait, portrait) == pytest.approx(1.0)

    def test_does_not_mind_colours_tones_or_size(self, portrait: Photo) -> None:
        sepia = (portrait.mean(axis=2, keepdims=True) * (0.5, 0.4, 0.25) + 60).astype(np.uint8)
        assert measure_likeness(portrait, sepia) > 0.9
        assert measure_likeness(portrait, np.asarray(255 - portrait)) > 0.95
        half = np.asarray(cv2.resize(portrait, (96, 128), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        assert measure_likeness(portrait, half) > 0.95

    def test_falls_when_the_head_moves_and_is_near_nothing_for_another_picture(self, portrait: Photo) -> None:
        moved = np.roll(portrait, 24, axis=1)
        noise = np.random.default_rng(0).integers(0, 255, portrait.shape, dtype=np.uint8)
        assert measure_likeness(portrait, moved) < 0.7
        assert abs(measure_likeness(portrait, noise)) < 0.15

    def test_a_blank_picture_is_like_nothing(self, portrait: Photo) -> None:
        assert measure_likeness(portrait, np.full_like(portrait, 200)) == 0.0


class TestCounting:
    def test_finds_the_direction_of_lines(self) -> None:
        shares = describe_look([draw_stripes(angle) for angle in (0, 45, 90)])[:, 6 : 6 + DIRECTIONS]
        assert shares.argmax(dim=1).tolist() == [DIRECTIONS // 2, DIRECTIONS // 4, 0]

    def test_finds_colours(self) -> None:
        red, grey = np.full((32, 32, 3), (200, 40, 40), np.uint8), np.full((32, 32, 3), 128, np.uint8)
        look = describe_look([red, grey])
        assert look[0, 1] > 40
        assert look[1, 1].abs() < 1
        assert torch.isfinite(look).all()


class TestStyleEye:
    def test_sees_strokes_and_not_where_they_are(self) -> None:
        eye = StyleEye(build_vae(), torch.device("cpu"))
        level, moved, upright = (
            eye.look(each) for each in (draw_stripes(0), np.roll(draw_stripes(0), 8, 0), draw_stripes(90))
        )
        assert (level - moved).norm() < 0.2 * (level - upright).norm()

    def test_leaves_nothing_behind_in_the_model(self) -> None:
        vae = build_vae()
        StyleEye(vae, torch.device("cpu")).look(draw_stripes(0))
        assert not any(part._forward_hooks for part in vae.modules())


class TestRoad:
    base = torch.tensor([[0.0, 10.0], [2.0, 30.0]])
    style = torch.tensor([[10.0, 10.0], [12.0, 30.0]])

    def test_both_ends(self) -> None:
        road = lay_road(self.base, self.style)
        assert road.measure_progress(self.base) == 0.0
        assert road.measure_to_base(self.base) == 0.0
        assert road.measure_to_style(self.base) == pytest.approx(1.0)
        assert road.measure_progress(self.style) == pytest.approx(1.0)
        assert road.measure_to_style(self.style) == 0.0

    def test_aside_is_no_progress(self) -> None:
        road = lay_road(self.base, self.style)
        aside = self.base + torch.tensor([0.0, 40.0])
        assert road.measure_progress(aside) == pytest.approx(0.0)
        assert road.measure_to_style(aside) > 1.0

    def test_each_feature_is_measured_in_its_own_spread(self) -> None:
        """The second feature is ten times as loud; 10 of it is as much as 1 of the first."""
        road = lay_road(self.base, self.style)
        first, second = self.base + torch.tensor([1.0, 0.0]), self.base + torch.tensor([0.0, 10.0])
        assert road.measure_to_base(first) == pytest.approx(road.measure_to_base(second))
