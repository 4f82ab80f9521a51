"""Which requests go into one batch, and which picture of it is whose."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from generator_server.engines import Churn, GenerationRequest, HiresFix, MaskUse, Model, Output, Randomness
from generator_server.runner import GenerationJob
from generator_server.runner.joining import PER_PICTURE, find_companions, is_alike, join_requests, share_outputs
from tests.unit.generator_server.diffusion.requests import make_photo, make_request, make_unit
from tests.unit.generator_server.engines import make_job


def make_jobs(*pictures: int) -> list[GenerationJob]:
    """One job for each number of pictures, all alike."""
    return [make_job(f"task-{place}", seeds=tuple(range(count))) for place, count in enumerate(pictures)]


def test_requests_that_differ_in_task_seed_and_photograph_are_alike() -> None:
    other = make_request(task_id="other", seeds=(8, 9), init_images=(make_photo(4),))
    assert is_alike(make_request(), other)


CHANGES: dict[str, Any] = {
    "kind": "txt2img",
    "model": Model(name="other", sha256="1" * 64, filename="other", revision="1"),
    "prompt": "a cat <lora:ink:0.8>",
    "negative_prompt": "ink",
    "width_px": 128,
    "height_px": 128,
    "denoising_strength": 0.6,
    "num_inference_steps": 5,
    "guidance_scale": 6.0,
    "sampler": "Euler a",
    "scheduler": "karras",
    "clip_skip": 2,
    "resize_mode": 1,
    "mask": np.full((64, 64), 255, np.uint8),
    "mask_use": MaskUse(blur_px=4),
    "hires": HiresFix(128, 128, (128, 128), 4),
    "noise_multiplier": 0.9,
    "control_units": (make_unit(),),
    "keeps_likeness": True,
    "override_settings": {"eta": 1},
    "variation_strength": 0.2,
    "noise_size_px": (128, 128),
    "randomness": Randomness(eta=0.5, churn=Churn(2.0)),
    "is_tiling": True,
}


def test_the_changes_below_are_all_there_are() -> None:
    """A new field is either for each picture, or makes requests different."""
    assert {field.name for field in fields(GenerationRequest)} == set(CHANGES) | PER_PICTURE | {"task_id"}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_else_differs_keeps_them_apart(name: str) -> None:
    assert not is_alike(make_request(), make_request(**{name: CHANGES[name]}))
    assert is_alike(make_request(**{name: CHANGES[name]}), make_request(**{name: CHANGES[name]}))


def test_units_are_compared_by_their_pixels() -> None:
    ready, same, other = (make_request(control_units=(make_unit(image=make_photo(seed)),)) for seed in (1, 1, 2))
    assert is_alike(ready, same)
    assert not is_alike(ready, other)
    assert not is_alike(ready, make_request(control_units=(make_unit(image=None),)))
    assert not is_alike(ready, make_request(control_units=(make_unit(image=make_photo(1), conditioning_scale=0.5),)))


def test_companions_come_in_their_order_as_far_as_there_is_room() -> None:
    first, two, three, one = make_jobs(1, 2, 3, 1)
    assert find_companions(first, [two, three, one], 4) == (two, one)
    assert find_companions(first, [two, three, one], 8) == (two, three, one)
    assert find_companions(first, [two, three, one], 1) == ()


def test_what_stops_or_shall_be_alone_is_no_companion() -> None:
    first, cancelled, alone, late, fine = make_jobs(1, 1, 1, 1, 1)
    cancelled.is_cancel_asked, alone.may_join, late.deadline_at = True, False, 0.0
    assert find_companions(first, [cancelled, alone, late, fine], 8) == (fine,)
    assert find_companions(alone, [fine], 8) == ()


def test_each_picture_keeps_its_photograph_and_seed() -> None:
    """One photograph for all pictures of a request, or one for each."""
    shared = make_request(seeds=(1, 2), init_images=(make_photo(1),))
    own = make_request(seeds=(3, 4), init_images=(make_photo(2), make_photo(3)))
    joined = join_requests([shared, own])
    assert joined.seeds == (1, 2, 3, 4)
    for place, seed in enumerate((1, 1, 2, 3)):
        assert np.array_equal(joined.get_init_image(place), make_photo(seed))
    assert joined.init_images[0] is shared.init_images[0]
    assert joined.init_images[1] is shared.init_images[0]
    assert joined.init_images[2:] == own.init_images


def test_requests_without_photographs_are_joined_without() -> None:
    request = make_request(kind="txt2img")
    assert join_requests([request, replace(request, seeds=(9,))]).init_images == ()


def test_each_picture_keeps_its_variation_seed() -> None:
    requests = [make_request(seeds=(1, 1), variation_seeds=(5, 6)), make_request(seeds=(3,), variation_seeds=(8,))]
    assert is_alike(*requests)
    assert join_requests(requests).variation_seeds == (5, 6, 8)
    assert not is_alike(requests[0], make_request())


def test_outputs_are_shared_out_in_order() -> None:
    jobs = make_jobs(2, 1)
    outputs = [Output(make_photo(seed), seed, {}) for seed in (10, 11, 12)]
    assert [[output.seed for output in share] for share in share_outputs(outputs, jobs)] == [[10, 11], [12]]
