"""ControlNet units: windows, weights and modes, and nets that are not run when they have nothing to say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.control import ControlNets, UNetInput, sum_residuals, weigh_blocks
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.engines import ControlUnit
from tests.unit.generator_server.diffusion.requests import (
    list_nets,
    load,
    make_latents,
    make_photo,
    make_request,
    make_unit,
)
from tests.unit.generator_server.diffusion.test_img2img import count_calls


def run(components: Components, models: Path, *units: ControlUnit, **changes: Any) -> torch.Tensor:
    """The latents of a txt2img request of four steps with these units."""
    request = make_request(kind="txt2img", num_inference_steps=4, control_units=units, **changes)
    latents: torch.Tensor = make_latents(request, load(components), nets=list_nets(models))
    return latents


@pytest.mark.parametrize(
    ("start", "end", "scale", "expected"),
    [(0.0, 1.0, 1.0, 10), (0.0, 0.5, 1.0, 5), (0.3, 1.0, 1.0, 7), (0.0, 1.0, 0.0, 0), (0.0, 0.05, 1.0, 0)],
)
def test_nets_run_only_inside_their_window(
    start: float, end: float, scale: float, expected: int, sd15: Components, sd15_models: Path
) -> None:
    model = load(sd15)
    net = model.nets.get(list_nets(sd15_models)[0])
    unit = make_unit(guidance_start=start, guidance_end=end, conditioning_scale=scale)
    request = make_request(kind="txt2img", num_inference_steps=10, control_units=(unit,))
    with count_calls(net.conv_in) as calls, count_calls(sd15.unet) as unet_calls:
        make_latents(request, model, nets=list_nets(sd15_models))
    assert len(calls) == expected
    assert len(unet_calls) == 10


def test_a_unit_that_never_speaks_changes_nothing(sd15: Components, sd15_models: Path) -> None:
    without = run(sd15, sd15_models)
    assert torch.equal(run(sd15, sd15_models, make_unit(conditioning_scale=0.0)), without)
    assert not torch.allclose(run(sd15, sd15_models, make_unit()), without, atol=1e-3)


def test_every_part_of_a_unit_counts(sd15: Components, sd15_models: Path) -> None:
    made = [
        run(sd15, sd15_models, make_unit(**changes))
        for changes in (
            {},
            {"model": "second"},
            {"image": make_photo(5)},
            {"conditioning_scale": 0.5},
            {"guidance_end": 0.5},
            {"control_mode": "prompt"},
            {"control_mode": "control"},
        )
    ]
    for number, latents in enumerate(made):
        for other in made[:number]:
            assert (latents - other).abs().max() > 1e-4


def test_the_order_of_units_does_not_matter(sd15: Components, sd15_models: Path) -> None:
    first, second = make_unit(), make_unit("second", image=make_photo(5))
    one_way, other_way = run(sd15, sd15_models, first, second), run(sd15, sd15_models, second, first)
    assert (one_way - other_way).abs().max() < 1e-4


def test_without_an_image_the_photograph_controls(sd15: Components, sd15_models: Path) -> None:
    photos = (make_photo(0), make_photo(1))
    nets = list_nets(sd15_models)
    silent = make_request(seeds=(1, 2), init_images=photos, control_units=(make_unit(image=None),))
    batched = make_latents(silent, load(sd15), nets=nets)
    for number in range(2):
        unit = make_unit(image=photos[number])
        alone = make_request(seeds=(1 + number,), init_images=(photos[number],), control_units=(unit,))
        assert torch.allclose(make_latents(alone, load(sd15), nets=nets)[0], batched[number], rtol=1e-5, atol=1e-5)


def test_soft_weights_fall_away_from_the_middle() -> None:
    assert weigh_blocks("balanced", 3, 0.7) == [0.7, 0.7, 0.7]
    soft = weigh_blocks("prompt", 13, 2.0)
    assert soft == weigh_blocks("control", 13, 2.0)
    assert soft == pytest.approx([2.0 * 0.825 ** (12 - number) for number in range(13)])
    assert soft[-1] == 2.0


def test_control_mode_leaves_the_negative_half_alone(sd15: Components, sd15_models: Path) -> None:
    model = load(sd15)
    generator = torch.Generator().manual_seed(1)
    rows, embeddings = (torch.randn(shape, generator=generator) for shape in ((2, 4, 8, 8), (2, 77, 32)))
    given = UNetInput(rows, torch.tensor(500.0), embeddings, {}, is_guided=True)
    net = model.nets.get(list_nets(sd15_models)[0])
    image = torch.zeros(1, 3, 64, 64)
    outputs = {
        mode: sum_residuals([_activate(net, image, mode)], given, 0, 10) for mode in ("balanced", "prompt", "control")
    }
    assert len(outputs["control"] or ()) == 13
    for balanced, prompt, control in zip(*(outputs[mode] or () for mode in outputs), strict=True):
        assert float(control[0].abs().max()) == 0
        assert torch.allclose(control[1], prompt[1], atol=1e-5)
        assert float(balanced[0].abs().max()) > 0


def _activate(net: Any, image: torch.Tensor, mode: str) -> Any:
    from generator_server.diffusion.control import ActiveUnit

    return ActiveUnit(net, image, 1.0, 0.0, 1.0, mode)


def test_nothing_active_is_nothing_added() -> None:
    given = UNetInput(torch.zeros(1), torch.zeros(()), torch.zeros(1), {}, is_guided=False)
    assert sum_residuals([], given, 0, 10) is None


def test_a_net_of_another_family_is_refused(sd15: Components, sdxl_models: Path) -> None:
    with pytest.raises(ModelFileError, match="another family"):
        ControlNets(sd15).get(list_nets(sdxl_models)[0])


def test_a_net_that_went_away_is_named(sd15: Components) -> None:
    request = make_request(control_units=(make_unit("gone"),))
    with pytest.raises(ModelFileError, match="gone is not there"):
        make_latents(request, load(sd15))


def test_only_the_last_nets_stay_in_memory(sd15: Components, sd15_models: Path) -> None:
    nets = ControlNets(sd15)
    path = sd15_models / "controlnet" / "first"
    first = nets.get(ControlNetFiles("net 0", path, "0"))
    for number in range(4):
        nets.get(ControlNetFiles(f"net {number}", path, "0"))
    assert nets.get(ControlNetFiles("net 0", path, "0")) is first
    nets.get(ControlNetFiles("net 4", path, "0"))
    assert nets.get(ControlNetFiles("net 0", path, "0")) is first
    for number in range(1, 5):
        nets.get(ControlNetFiles(f"net {number}", path, "0"))
    assert nets.get(ControlNetFiles("net 0", path, "0")) is not first


def test_sdxl_nets_work_with_sdxl(sdxl: Components, sdxl_models: Path) -> None:
    without, with_unit = run(sdxl, sdxl_models), run(sdxl, sdxl_models, make_unit())
    assert np.isfinite(with_unit.numpy()).all()
    assert (without - with_unit).abs().max() > 1e-3
