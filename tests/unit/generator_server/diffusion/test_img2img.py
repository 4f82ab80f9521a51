"""The loop: which steps run, batches, guidance, masks, cancelling, progress, and pictures that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import BrokenPictureError
from generator_server.diffusion.parts import count_steps
from generator_server.diffusion.schedules import SigmaTable
from generator_server.engines import Progress
from generator_server.errors import GenerationCancelledError
from tests.unit.generator_server.diffusion.requests import (
    SIDE_PX,
    load,
    make,
    make_latents,
    make_photo,
    make_request,
)


@contextmanager
def count_calls(module: Any) -> Iterator[list[int]]:
    """How many rows each call of a module got."""
    rows: list[int] = []
    handle = module.register_forward_pre_hook(lambda _, args: rows.append(len(args[0])))
    try:
        yield rows
    finally:
        handle.remove()


@pytest.mark.parametrize(
    ("steps", "strength", "expected"),
    [(20, 0.5, 11), (20, 0.75, 16), (10, 0.0, 1), (10, 0.999, 10), (10, 1.0, 10), (1, 0.5, 1), (3, 0.4, 2)],
)
def test_strength_means_steps_as_in_the_web_ui(steps: int, strength: float, expected: int, sd15: Components) -> None:
    request = make_request(num_inference_steps=steps, denoising_strength=strength)
    assert count_steps(request) == expected
    with count_calls(sd15.unet) as calls:
        make(request, load(sd15))
    assert len(calls) == expected


def test_txt2img_runs_every_step(sd15: Components) -> None:
    assert count_steps(make_request(kind="txt2img", num_inference_steps=7, denoising_strength=0.2)) == 7


def test_a_higher_strength_leaves_less_of_the_photograph(sd15: Components) -> None:
    start, low, high = (
        make_latents(make_request(denoising_strength=strength, num_inference_steps=10), load(sd15))
        for strength in (0.0, 0.1, 0.9)
    )
    assert (low - start).abs().mean() < (high - start).abs().mean()


@pytest.mark.parametrize("sampler", ["Euler", "Euler a", "DPM++ 2M SDE"])
def test_a_batched_picture_equals_its_single_run(sampler: str, sd15: Components) -> None:
    photos = (make_photo(0), make_photo(1), make_photo(2))
    request = make_request(sampler=sampler, seeds=(5, 6, 7), init_images=photos)
    together = make_latents(request, load(sd15))
    for number in range(3):
        alone = replace(request, seeds=(5 + number,), init_images=(photos[number],))
        assert torch.allclose(make_latents(alone, load(sd15))[0], together[number], rtol=1e-5, atol=1e-5)


def test_small_batches_make_the_same_pictures(sd15: Components) -> None:
    request = make_request(seeds=(5, 6, 7), init_images=(make_photo(0), make_photo(1)))
    at_once, in_two = make(request, load(sd15), batch_size=4), make(request, load(sd15), batch_size=2)
    for left, right in zip(at_once, in_two, strict=True):
        assert np.abs(left.astype(int) - right).max() <= 1
    assert np.abs(at_once[0].astype(int) - at_once[2]).max() > 1


def test_guidance_of_one_halves_the_work(sd15: Components) -> None:
    with count_calls(sd15.unet) as guided:
        make(make_request(), load(sd15))
    with count_calls(sd15.unet) as plain:
        without = make(make_request(guidance_scale=1.0), load(sd15))[0]
    assert set(guided) == {2}
    assert set(plain) == {1}
    other = make(make_request(guidance_scale=1.0, negative_prompt="a cat"), load(sd15))[0]
    assert np.array_equal(without, other)


def test_prompts_change_the_picture(sd15: Components) -> None:
    latents = [make_latents(make_request(prompt=prompt), load(sd15)) for prompt in ("ink", "a cat", "(a cat:1.5)")]
    assert (latents[0] - latents[1]).abs().max() > 1e-3
    assert (latents[1] - latents[2]).abs().max() > 1e-4


def test_lora_tags_are_no_text(sd15: Components) -> None:
    plain, tagged = (make_latents(make_request(prompt=prompt), load(sd15)) for prompt in ("ink", "ink<lora:wash:1>"))
    assert torch.equal(plain, tagged)


def test_outside_the_mask_nothing_changes(sd15: Components) -> None:
    mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    mask[:, : SIDE_PX // 2] = 255
    made = make(make_request(mask=mask, denoising_strength=0.9), load(sd15))[0]
    assert np.array_equal(made[:, SIDE_PX // 2 :], make_photo()[:, SIDE_PX // 2 :])
    assert np.abs(made[:, : SIDE_PX // 2].astype(int) - make_photo()[:, : SIDE_PX // 2]).mean() > 5


def test_latents_outside_the_mask_are_the_photographs(sd15: Components) -> None:
    mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    mask[: SIDE_PX // 2] = 255
    nothing = make_latents(make_request(mask=np.zeros_like(mask)), load(sd15))
    half = make_latents(make_request(mask=mask), load(sd15))
    assert torch.equal(half[..., 4:, :], nothing[..., 4:, :])
    assert not torch.allclose(half[..., :4, :], nothing[..., :4, :])


def test_a_mask_of_everything_is_no_mask(sd15: Components) -> None:
    mask = np.full((SIDE_PX, SIDE_PX), 255, np.uint8)
    assert torch.equal(make_latents(make_request(mask=mask), load(sd15)), make_latents(make_request(), load(sd15)))


def test_cancelling_stops_between_steps_and_leaves_nothing(sd15: Components) -> None:
    model = load(sd15)
    request = make_request(kind="txt2img", num_inference_steps=10)
    before = make_latents(request, model)
    seen: list[Progress] = []
    with (
        count_calls(sd15.unet) as calls,
        count_calls(sd15.vae.decoder) as decoded,
        pytest.raises(GenerationCancelledError),
    ):
        make(request, model, report=seen.append, is_cancelled=lambda: len(seen) > 4)
    assert len(calls) == 4
    assert decoded == []
    assert torch.equal(make_latents(request, model), before)


def test_cancelling_after_the_last_step_makes_no_picture(sd15: Components) -> None:
    seen: list[Progress] = []
    request = make_request(kind="txt2img")
    with count_calls(sd15.vae.decoder) as decoded, pytest.raises(GenerationCancelledError):
        make(request, load(sd15), report=seen.append, is_cancelled=lambda: len(seen) > 4)
    assert decoded == []


def test_progress_rises_over_all_pictures(sd15: Components) -> None:
    seen: list[Progress] = []
    make(make_request(kind="txt2img", seeds=(1, 2, 3)), load(sd15), batch_size=2, report=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert [progress.step for progress in seen] == [0, 1, 2, 3, 4] * 2
    assert {progress.steps for progress in seen} == {4}


def test_previews_come_every_few_steps(sd15: Components) -> None:
    seen: list[Progress] = []
    make(make_request(kind="txt2img", num_inference_steps=6), load(sd15), report=seen.append)
    previews = [progress.preview for progress in seen if progress.preview is not None]
    assert len(previews) == 2
    assert {preview.shape for preview in previews} == {(SIDE_PX // 2, SIDE_PX // 2, 3)}
    assert previews[0].dtype == np.uint8


def test_velocity_models_are_understood(sd15: Components) -> None:
    """A net that predicts v = 0 means the picture x / (sigma^2 + 1), so one step to 0 ends there."""
    request = make_request(kind="txt2img", num_inference_steps=1)
    components = replace(sd15, prediction_type="v_prediction")
    handle = sd15.unet.register_forward_hook(lambda module, args, output: (torch.zeros_like(output[0]),))
    try:
        made = make_latents(request, load(components))
    finally:
        handle.remove()
    noise = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(7))
    sigma = sd15.table.largest
    assert torch.allclose(made, noise * sigma / (sigma**2 + 1), atol=1e-6)


@pytest.mark.parametrize(("value", "reason"), [(float("nan"), "not numbers"), (float("inf"), "not numbers")])
def test_numbers_that_ran_away_are_no_picture(value: float, reason: str, sd15: Components) -> None:
    handle = sd15.unet.register_forward_hook(lambda module, args, output: (output[0] * value,))
    try:
        with pytest.raises(BrokenPictureError, match=reason):
            make(make_request(), load(sd15))
    finally:
        handle.remove()


def test_a_black_picture_is_refused(sd15: Components) -> None:
    model = load(sd15)
    handle = sd15.vae.decoder.register_forward_hook(lambda module, args, output: torch.full_like(output, -1.0))
    try:
        with pytest.raises(BrokenPictureError, match="black"):
            make(make_request(), model)
    finally:
        handle.remove()


def test_an_autoencoder_that_overflows_is_noticed(sd15: Components) -> None:
    model = load(sd15)
    handle = sd15.vae.decoder.register_forward_hook(lambda module, args, output: output * float("nan"))
    try:
        with pytest.raises(BrokenPictureError, match="decoded picture"):
            make(make_request(), model)
    finally:
        handle.remove()


def test_photographs_of_other_sizes_are_fitted(sd15: Components) -> None:
    made = make(make_request(init_images=(make_photo(side_px=100),), width_px=72, height_px=64), load(sd15))[0]
    assert made.shape == (64, 72, 3)


def test_the_table_belongs_to_the_model(sd15: Components) -> None:
    assert isinstance(sd15.table, SigmaTable)
    assert sd15.table.largest == pytest.approx(14.6146, abs=1e-3)
    assert sd15.table.least == pytest.approx(0.0292, abs=1e-4)
