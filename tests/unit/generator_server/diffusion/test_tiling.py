"""Pictures whose opposite edges fit together, and a model that is as before once they are made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.lora.side_path import Rows, SidePath
from generator_server.diffusion.lora.targets import Target
from generator_server.diffusion.obstacles import list_obstacles
from generator_server.diffusion.tiling import joining_edges
from generator_server.errors import GenerationCancelledError
from tests.unit.generator_server.diffusion.requests import load, make, make_request


def shift(values: Tensor, places: int) -> Tensor:
    return torch.roll(values, (places, places), dims=(2, 3))


@torch.inference_mode()
def measure_shift_error(components: Components) -> tuple[float, float]:
    """How much UNet and decoder change when what they see is moved around the edges; nothing, if there is no edge."""
    latents = torch.randn((1, 4, 16, 16), generator=torch.Generator().manual_seed(1))
    words = torch.zeros(1, 77, components.unet.config.cross_attention_dim)

    def predict(sample: Tensor) -> Tensor:
        return components.unet(sample, torch.tensor(500.0), encoder_hidden_states=words, return_dict=False)[0]

    def decode(sample: Tensor) -> Tensor:
        return components.vae.decode(sample, return_dict=False)[0]

    def compare(call: Callable[[Tensor], Tensor], side: int) -> float:
        return float((call(shift(latents, 8)) - shift(call(latents), 8 * side)).abs().max())

    return compare(predict, 1), compare(decode, components.latent_px)


def test_a_tiling_picture_has_no_edge(sd15: Components) -> None:
    assert min(measure_shift_error(sd15)) > 1e-3
    with joining_edges(sd15):
        assert max(measure_shift_error(sd15)) < 1e-4
    assert min(measure_shift_error(sd15)) > 1e-3


def test_the_model_is_as_before_to_the_bit_also_after_one_that_was_cancelled(sd15: Components) -> None:
    model = load(sd15)
    (before,) = make(make_request(), model)
    (tiling,) = make(make_request(is_tiling=True), model)
    assert not np.array_equal(before, tiling)
    with pytest.raises(GenerationCancelledError):
        make(make_request(is_tiling=True), model, is_cancelled=lambda: True)
    assert np.array_equal(make(make_request(), model)[0], before)


def test_a_loras_way_beside_a_layer_sees_the_same_edges() -> None:
    """It is the layer with changed weights, whatever the layer does at its edges."""
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(3, 5, 3, padding=1, padding_mode="circular").requires_grad_(False)
    changed = torch.nn.Conv2d(3, 5, 3, padding=1, padding_mode="circular").requires_grad_(False)
    rows = Rows(Target("unet", "0", layer), rank=2)
    for values in (rows.down, rows.up, rows.scale):
        values.normal_()
    rows.used = 2
    change = torch.einsum("ork,rihw->oihw", rows.up[..., 0] * rows.scale[None, :, None], rows.down)
    changed.weight.copy_(layer.weight + change)
    changed.bias.copy_(layer.bias)
    path = SidePath(Target("unet", "0", layer), runs_always=False)
    path.rows["style"] = rows
    picture = torch.randn(1, 3, 6, 6)
    assert (layer(picture) - changed(picture)).abs().max() < 1e-5


def test_a_compiled_model_makes_none_and_says_so() -> None:
    assert list(list_obstacles(make_request(is_tiling=True), is_compiled=True)) == [
        "A compiled model makes no tiling pictures."
    ]
    assert not list(list_obstacles(make_request(is_tiling=True), is_compiled=False))
