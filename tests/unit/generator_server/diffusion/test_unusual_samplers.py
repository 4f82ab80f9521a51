"""Samplers with steps, calls or guidance of their own, through whole requests: progress, batches, cancelling, noise."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from generator_server.diffusion.components import Components
from generator_server.diffusion.sampler_names import SAMPLERS, find_plan
from generator_server.engines import Churn, Progress, Randomness
from generator_server.engines.protocol import Pixels
from generator_server.errors import GenerationCancelledError
from tests.unit.generator_server.diffusion.requests import load, make, make_photo, make_request

UNUSUAL = ("DPM++ 3M SDE", "DPM fast", "DPM adaptive", "Restart", "DDIM CFG++", "PLMS")


@pytest.mark.parametrize("sampler", UNUSUAL)
def test_progress_rises_to_the_end_in_the_steps_that_were_announced(sampler: str, sd15: Components) -> None:
    told: list[Progress] = []
    make(make_request(sampler=sampler, num_inference_steps=10), load(sd15), report=told.append)
    assert all(later.fraction >= earlier.fraction for earlier, later in pairwise(told))
    assert [progress.step for progress in told] == list(range(7))
    assert (told[-1].steps, told[-1].fraction) == (6, 1.0)


def test_adaptive_steps_of_a_picture_do_not_depend_on_its_neighbours(sd15: Components) -> None:
    model = load(sd15)
    fields: dict[str, Any] = {"sampler": "DPM adaptive", "seeds": (7, 8)}
    request = make_request(**fields, init_images=(make_photo(1), make_photo(2)))
    told: list[Progress] = []
    together = make(request, model, report=told.append)
    assert np.array_equal(together[1], make(request.pick_picture(1), model)[0])
    # One after the other: nobody's preview is another one's.
    assert {tuple(progress.previews) for progress in told if progress.previews} == {(0,), (1,)}
    assert told[-1].fraction == 1.0


@pytest.mark.parametrize("sampler", ["DPM adaptive", "DPM fast", "Restart"])
def test_a_cancelled_one_stops_before_the_next_call(sampler: str, sd15: Components) -> None:
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(GenerationCancelledError):
        make(make_request(sampler=sampler), load(sd15), is_cancelled=is_cancelled)
    assert len(asked) == 4


def test_cfgpp_asks_both_prompts_whatever_the_scale(sd15: Components) -> None:
    """A scale of 12.5 is 1 there, at which the others leave the negative prompt out."""
    model = load(sd15)

    def draw(sampler: str, scale: float, negative: str) -> Pixels:
        request = make_request(sampler=sampler, guidance_scale=scale, negative_prompt=negative)
        return make(request, model)[0]

    assert np.array_equal(draw("DDIM", 1.0, "photo"), draw("DDIM", 1.0, "a cat"))
    assert not np.array_equal(draw("DDIM CFG++", 12.5, "photo"), draw("DDIM CFG++", 12.5, "a cat"))
    assert not np.array_equal(draw("DDIM CFG++", 12.5, "photo"), draw("DDIM CFG++", 7.0, "photo"))


def test_fresh_noise_is_followed_where_the_sampler_has_it_and_only_there(sd15: Components) -> None:
    model = load(sd15)
    asked = Randomness(eta=0.3, noise_factor=1.05, churn=Churn(2.0))

    def changes(sampler: str) -> bool:
        plain, other = (make(make_request(sampler=sampler, **more), model)[0] for more in ({}, {"randomness": asked}))
        return not np.array_equal(plain, other)

    assert [changes(name) for name in ("Euler a", "Euler", "DDIM")] == [True, True, True]
    assert [changes(name) for name in ("DPM++ 2M", "PLMS", "LCM")] == [False, False, False]


def test_what_is_followed_is_told_in_the_web_uis_words() -> None:
    asked = Randomness(eta=0.3, noise_factor=1.1, churn=Churn(2.0, 0.5, 9.0))

    def describe(sampler: str, asked: Randomness, **options: object) -> dict[str, str]:
        choice = find_plan(sampler, "").choice
        return choice.describe(choice.settle(asked, options))

    churned = {"Sigma churn": "2", "Sigma tmin": "0.5", "Sigma tmax": "9", "Sigma noise": "1.1"}
    assert describe("Euler", asked) == churned
    assert describe("Euler a", asked) == {"Eta": "0.3"}
    assert describe("DPM++ 3M SDE", asked) == {"Eta": "0.3", "Sigma noise": "1.1"}
    assert describe("DDIM", asked) == {"Eta DDIM": "0.3"}
    assert describe("UniPC", asked) == {}
    # Options count where the request itself says nothing, and only possible ones.
    assert describe("DDIM", Randomness(), eta_ddim=0.5, eta_ancestral=0.2) == {"Eta DDIM": "0.5"}
    assert describe("Euler a", Randomness(eta=1.0), eta_ancestral=0.2) == {}
    assert describe("Euler a", Randomness(), eta_ancestral="much") == {}
    assert not any(describe(choice.name, Randomness()) for choice in SAMPLERS)
