"""Depth: evaluation mode, the true colour scale, the two sliders, and numbers that run away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from transformers import DepthAnythingConfig, DepthAnythingForDepthEstimation, Dinov2Config

from generator_server.diffusion.annotators import Annotators
from generator_server.diffusion.annotators.depth import DepthAnything, Leres
from generator_server.diffusion.failures import BrokenPictureError, ControlMapError, ModelFileError
from generator_server.engines.annotating import AnnotationOrder
from generator_server.engines.protocol import Pixels
from tests.unit.generator_server.diffusion.annotators.stand_ins import TinyDepth, wrap_for_several_gpus
from tests.unit.generator_server.diffusion.requests import make_photo


def make_ramp() -> Pixels:
    """Black on the left, white on the right: for the stand-in, near to far."""
    ramp = np.rint(np.linspace(0, 255, 96))[None, :, None] * np.ones((64, 1, 3))
    return ramp.astype(np.uint8)


@pytest.fixture
def leres(tmp_path: Path) -> Leres:
    torch.save(wrap_for_several_gpus(TinyDepth()), tmp_path / "res101.pth")
    return Leres(tmp_path, "cpu", TinyDepth)


def test_no_call_changes_the_network_and_neighbours_do_not_matter(leres: Leres) -> None:
    net = leres.get_net()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first = leres.annotate(make_photo(), 0, 0)
    leres.annotate(make_ramp(), 0, 0)
    assert np.array_equal(leres.annotate(make_photo(), 0, 0), first)
    assert not any(module.training for module in net.modules())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_colours_come_red_first_and_on_the_scale_of_the_training(leres: Leres) -> None:
    seen: list[torch.Tensor] = []
    leres.get_net().depth_model.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    photo = np.zeros((64, 64, 3), np.uint8)
    photo[..., 0] = np.linspace(200, 255, 64)
    leres.annotate(photo, 0, 0)
    assert seen[0].shape == (1, 3, 64, 64)
    assert float(seen[0][0, 0].max()) == pytest.approx((1 - 0.485) / 0.229, abs=1e-4)
    assert float(seen[0][0, 2].max()) == pytest.approx(-0.406 / 0.225, abs=1e-4)


def test_sides_are_fitted_to_the_network_and_the_map_to_the_photo(leres: Leres) -> None:
    seen: list[torch.Tensor] = []
    leres.get_net().depth_model.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    assert leres.annotate(make_photo()[:50, :41], 0, 0).shape == (50, 41)
    assert seen[0].shape == (1, 3, 64, 32)


def test_near_is_white_and_the_whole_range_is_used(leres: Leres) -> None:
    drawn = leres.annotate(make_ramp(), 0, 0)
    assert (drawn[:, 0].min(), drawn[:, -1].max()) == (255, 0)
    assert (np.diff(drawn.astype(int), axis=1) <= 0).all()


def test_the_sliders_flatten_the_near_and_black_out_the_far(leres: Leres) -> None:
    plain = leres.annotate(make_ramp(), 0, 0)
    near = leres.annotate(make_ramp(), 40, 0)
    assert (near[plain > 255 * 0.62] == 255).all()
    assert np.array_equal(near[plain < 255 * 0.58], plain[plain < 255 * 0.58])
    far = leres.annotate(make_ramp(), 0, 40)
    assert (far[plain < 255 * 0.4] == 0).all()
    assert np.array_equal(far[plain > 255 * 0.41], plain[plain > 255 * 0.41])


def test_the_clients_usual_64_for_both_is_obeyed(leres: Leres) -> None:
    drawn = Annotators([leres]).annotate(make_ramp(), AnnotationOrder("depth_leres", 64, 64, 64)).pixels
    assert set(np.unique(drawn)) == {0, 255}
    assert 0.5 < drawn.mean() / 255 < 0.75


def test_a_network_without_an_opinion_is_an_error(leres: Leres) -> None:
    with pytest.raises(ControlMapError, match="depth_leres"):
        Annotators([leres]).annotate(np.full((64, 64, 3), 9, np.uint8), AnnotationOrder("depth_leres", 64))


def test_numbers_that_run_away_are_an_error(leres: Leres) -> None:
    nn.init.constant_(leres.get_net().depth_model[0].weight, float("nan"))
    with pytest.raises(BrokenPictureError, match="depth_leres"):
        leres.annotate(make_ramp(), 0, 0)


@pytest.fixture(scope="module")
def depth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Depth Anything: the true layers, little width."""
    backbone = Dinov2Config(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        mlp_ratio=2,
        image_size=28,
        patch_size=14,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
    )
    config = DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=16,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=4,
    )
    torch.manual_seed(0)
    net = DepthAnythingForDepthEstimation(config)
    with torch.no_grad():
        for parameter in net.head.parameters():
            parameter.abs_().add_(0.1)
    folder = tmp_path_factory.mktemp("annotators")
    net.save_pretrained(folder / "depth_anything")
    return folder


def test_depth_anything_draws_a_map_of_the_photos_size(depth_folder: Path) -> None:
    annotator = DepthAnything(depth_folder, "cpu")
    assert annotator.find_obstacle() is None
    drawn = annotator.annotate(make_photo()[:50], 0, 0)
    assert (drawn.shape, drawn.dtype, drawn.min(), drawn.max()) == ((50, 64), np.uint8, 0, 255)
    assert np.array_equal(annotator.annotate(make_photo()[:50], 0, 0), drawn)


def test_depth_anything_without_its_folder_says_so(tmp_path: Path) -> None:
    assert "folder depth_anything" in (DepthAnything(tmp_path).find_obstacle() or "")


def test_a_torn_folder_is_refused(depth_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "depth_anything").mkdir()
    config = (depth_folder / "depth_anything" / "config.json").read_text()
    (tmp_path / "depth_anything" / "config.json").write_text(config)
    (tmp_path / "depth_anything" / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelFileError, match="cut off"):
        DepthAnything(tmp_path, "cpu").annotate(make_photo(), 0, 0)
