"""The second pass of txt2img: its size, its steps, its start, and the units that belong to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.enlarging import LATENT_MODES, build_second_request, enlarge_latents
from generator_server.diffusion.img2img import PictureMaker
from generator_server.diffusion.latents import decode_latents
from generator_server.diffusion.parts import Batch, Part, split_work
from generator_server.engines import GenerationRequest, HiresFix, Progress
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.upscaling import LATENT_UPSCALERS
from tests.unit.generator_server.diffusion.requests import (
    SIDE_PX,
    list_nets,
    load,
    make,
    make_request,
    make_unit,
)
from tests.unit.generator_server.diffusion.test_img2img import count_calls


def make_hires(**changes: Any) -> HiresFix:
    fields: dict[str, Any] = {"width_px": 96, "height_px": 96, "scaled_px": (96, 96), "num_inference_steps": 3}
    return HiresFix(**{**fields, "sampler": "Euler", **changes})


def ask(hires: HiresFix | None = None, **changes: Any) -> GenerationRequest:
    fields: dict[str, Any] = {"kind": "txt2img", "num_inference_steps": 4, "denoising_strength": 0.5}
    return make_request(**{**fields, "hires": hires or make_hires(), **changes})


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.7, 1.0])
def test_all_steps_of_the_second_pass_run_at_every_strength(strength: float, sd15: Components) -> None:
    request = ask(denoising_strength=strength)
    with count_calls(sd15.unet) as calls:
        (picture,) = make(request, load(sd15))
    assert len(calls) == 4 + 3
    assert picture.shape == (96, 96, 3)


def test_at_strength_zero_the_enlarged_picture_stays(sd15: Components) -> None:
    with count_calls(sd15.unet) as calls:
        make(ask(denoising_strength=0.0), load(sd15))
    assert len(calls) == 4


def test_the_second_schedule_is_so_long_that_the_steps_are_the_strengths_share() -> None:
    second = build_second_request(ask(denoising_strength=0.5), make_hires(num_inference_steps=10))
    assert (second.num_inference_steps, second.width_px, second.hires) == (20, 96, None)
    full = build_second_request(ask(denoising_strength=1.0), make_hires(num_inference_steps=10))
    assert full.num_inference_steps == 10


def test_the_second_pass_is_img2img_from_the_enlarged_latents(sd15: Components) -> None:
    """The same as our own img2img loop, begun at the first pass's latents, enlarged by the same function."""
    request, model = ask(), load(sd15)
    ours = make(request, model)[0]
    first = PictureMaker(replace(request, hires=None), model, (), NoAnnotators())
    batch, quiet = Batch(range(1), 1), (lambda progress: None, lambda: False)
    with torch.inference_mode():
        start = enlarge_latents(first.denoise(batch, first.list_sigmas(), *quiet), make_hires(), sd15)
        second = PictureMaker(build_second_request(request, make_hires()), model, (), NoAnnotators(), part=Part(3))
        assert len(second.list_sigmas()) == 4
        made = decode_latents(second.denoise(batch, second.list_sigmas(), *quiet, start=start), sd15)[0]
    assert np.array_equal(ours, made)


@pytest.mark.parametrize("upscaler", [*LATENT_UPSCALERS, "None", "Lanczos", "Nearest"])
def test_every_upscaler_reaches_the_size(upscaler: str, sd15: Components) -> None:
    latents = torch.randn((2, 4, 8, 8), generator=torch.Generator().manual_seed(1))
    hires = make_hires(upscaler=upscaler, width_px=96, height_px=80, scaled_px=(96, 96))
    with torch.inference_mode():
        larger = enlarge_latents(latents, hires, sd15)
    assert larger.shape == (2, 4, 10, 12)
    assert not torch.allclose(larger[0], larger[1])


def test_latent_names_are_the_listed_ones() -> None:
    assert tuple(LATENT_MODES) == LATENT_UPSCALERS


def test_nearest_latents_are_cut_in_the_middle(sd15: Components) -> None:
    latents = torch.arange(64.0).reshape(1, 1, 8, 8).repeat(1, 4, 1, 1)
    hires = make_hires(upscaler="Latent (nearest)", width_px=96, height_px=128, scaled_px=(128, 128))
    larger = enlarge_latents(latents, hires, sd15)
    assert larger[0, 0, 0].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]


def test_pictures_do_not_depend_on_their_neighbours(sd15: Components) -> None:
    pair = make(ask(seeds=(5, 6)), load(sd15))
    alone = make(ask(seeds=(6,)), load(sd15))[0]
    assert np.abs(pair[1].astype(int) - alone).max() <= 1


def test_the_second_pass_may_have_words_and_a_sampler_of_its_own(sd15: Components) -> None:
    plain = make(ask(), load(sd15))[0]
    for changes in ({"prompt": "a cat"}, {"negative_prompt": "ink"}, {"sampler": "DPM++ 2M"}, {"scheduler": "karras"}):
        assert not np.array_equal(make(ask(make_hires(**changes)), load(sd15))[0], plain), changes


def test_units_speak_in_the_passes_that_they_name(sd15: Components, sd15_models: Path) -> None:
    model, nets = load(sd15), list_nets(sd15_models)
    net = model.nets.get(nets[0])
    counts = {}
    for passes in ("both", "first", "second"):
        with count_calls(net.conv_in) as calls:
            make(ask(control_units=(make_unit(passes=passes),)), model, nets=nets)
        counts[passes] = len(calls)
    assert counts == {"both": 7, "first": 4, "second": 3}


def test_maps_of_the_second_pass_come_first_and_only_those_that_are_kept(sd15: Components, sd15_models: Path) -> None:
    units = (make_unit(keeps_detected_map=True), make_unit("second"), make_unit("third", keeps_detected_map=True))
    maker = PictureMaker(ask(control_units=units), load(sd15), list_nets(sd15_models), NoAnnotators())
    assert [drawn.shape[0] for drawn in maker.list_control_maps(0)] == [96, 96, SIDE_PX, SIDE_PX]


def test_progress_goes_on_through_both_passes(sd15: Components) -> None:
    seen: list[Progress] = []
    make(ask(seeds=(1, 2)), load(sd15), batch_size=1, report=seen.append)
    shares = [progress.fraction for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    first, second = split_work(ask())
    assert second is not None
    assert first.end == pytest.approx(4 / (4 + 3 * 2.25))
    assert [progress.steps for progress in seen if progress.step == 0] == [4, 3, 4, 3]
