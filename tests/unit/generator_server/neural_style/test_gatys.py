"""The optimiser moves a picture's textures to the exemplar's and keeps its shapes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generator_server.engines.neural_style.gatys import CONTENT_LAYER, STYLE_LAYERS, Plan, _gram, transfer
from generator_server.engines.neural_style.network import Vgg, list_layers
from tests.unit.generator_server.neural_style.conftest import make_stripes


def make_photo(height: int = 72, width: int = 64) -> Tensor:
    """A soft grey ball on a lighter ground (1, 3, H, W)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    ball = 0.75 - 0.45 * (x * x + y * y < 0.4).float()
    return ball.expand(1, 3, height, width).contiguous()


EXEMPLAR = torch.tensor(make_stripes(64, 64)).permute(2, 0, 1)[None].float() / 255


def run(vgg: Vgg, photo: Tensor, *, strength: float = 1.0, iterations: int = 40) -> Tensor:
    return transfer(vgg, photo, EXEMPLAR, Plan(iterations, strength, lambda share: None))


def measure_style_distance(vgg: Vgg, picture: Tensor) -> float:
    """Mean over the layers of the squared differences of Gram matrices, against their squares."""
    seen, wanted = vgg.look(picture, STYLE_LAYERS), vgg.look(EXEMPLAR, STYLE_LAYERS)
    shares = [(_gram(seen[name]) - _gram(wanted[name])).norm() / _gram(wanted[name]).norm() for name in seen]
    return float(torch.stack(shares).square().mean())


def test_layers_have_the_names_of_torchvisions_file() -> None:
    names = dict(list_layers())
    assert names["conv1_1"] == "features.0"
    assert names["conv3_4"] == "features.16"
    assert names[CONTENT_LAYER] == "features.21"
    assert names["conv5_1"] == "features.28"
    assert len(names) == 16


def test_features_are_those_of_the_same_network_built_from_modules(vgg: Vgg, tiny_weights: dict[str, Tensor]) -> None:
    modules: list[torch.nn.Module] = []
    for name, key in list_layers():
        if name.endswith("_1") and name != "conv1_1":
            modules.append(torch.nn.AvgPool2d(2))
        weight = tiny_weights[f"{key}.weight"]
        convolution = torch.nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
        convolution.load_state_dict({"weight": weight, "bias": tiny_weights[f"{key}.bias"]})
        modules += [convolution, torch.nn.ReLU()]
        if name == "conv5_1":
            break
    photo = make_photo()
    mean = torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1)
    spread = torch.tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1)
    with torch.no_grad():
        expected = torch.nn.Sequential(*modules)((photo - mean) / spread)
    torch.testing.assert_close(vgg.look(photo, ("conv5_1",))["conv5_1"], expected)


def test_the_picture_comes_nearer_to_the_exemplar(vgg: Vgg) -> None:
    photo = make_photo()
    made = run(vgg, photo, iterations=150)
    assert made.shape == photo.shape
    assert 0.0 <= float(made.min()) <= float(made.max()) <= 1.0
    assert measure_style_distance(vgg, made) < 0.5 * measure_style_distance(vgg, photo)


def test_shapes_are_kept(vgg: Vgg) -> None:
    """Where the ball was dark the picture is darker still."""
    photo = make_photo()
    made = run(vgg, photo, strength=0.2)
    inside = photo.mean(dim=1) < 0.5
    grey = made.mean(dim=1)
    assert float(grey[~inside].mean() - grey[inside].mean()) > 0.1


def test_strength_weighs_the_style(vgg: Vgg) -> None:
    photo = make_photo()
    distances = [measure_style_distance(vgg, run(vgg, photo, strength=strength)) for strength in (0.0, 0.05, 1.0)]
    assert distances == sorted(distances, reverse=True)
    assert float((run(vgg, photo, strength=0.0) - photo).abs().mean()) < 0.02


def test_the_same_request_gives_the_same_picture(vgg: Vgg) -> None:
    assert torch.equal(run(vgg, make_photo(), iterations=8), run(vgg, make_photo(), iterations=8))


@pytest.mark.parametrize("size", [(64, 64), (65, 131), (200, 70)])
def test_any_size_is_kept(vgg: Vgg, size: tuple[int, int]) -> None:
    assert run(vgg, make_photo(*size), iterations=4).shape[-2:] == size


def test_every_step_is_told_and_can_stop_it(vgg: Vgg) -> None:
    told: list[float] = []
    transfer(vgg, make_photo(128, 128), EXEMPLAR, Plan(10, 1.0, told.append))
    assert told == sorted(told)
    assert len(told) >= 5

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(vgg, make_photo(), EXEMPLAR, Plan(10, 1.0, stop))
