"""Variations of a picture: its first noise mixed with another seed's, or taken over from another size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.first_noise import Variation, draw_seeded, mix_spherically, paste_middle
from generator_server.diffusion.walk import NoiseSource
from tests.unit.generator_server.diffusion.requests import load, make, make_latents, make_request

SHAPE = (4, 8, 8)
CPU = torch.device("cpu")


def test_no_strength_is_the_seed_and_full_strength_the_other_one() -> None:
    first, second = draw_seeded(1, SHAPE), draw_seeded(2, SHAPE)
    assert torch.allclose(mix_spherically(first, second, 0.0), first, atol=1e-6)
    assert torch.allclose(mix_spherically(first, second, 1.0), second, atol=1e-6)


def test_a_mixture_is_as_strong_as_what_it_is_mixed_of() -> None:
    """A plain mean of two noises would be weaker, and its picture flat."""
    large = (4, 64, 64)
    mixed = mix_spherically(draw_seeded(1, large), draw_seeded(2, large), 0.5)
    assert float(mixed.std()) == pytest.approx(1.0, abs=0.03)


def test_a_mixture_turns_evenly_from_one_to_the_other() -> None:
    """Of two columns at a right angle, a third of the way is 30 degrees."""
    first, second = torch.zeros(1, 2, 1), torch.zeros(1, 2, 1)
    first[0, 0, 0], second[0, 1, 0] = 2.0, 2.0
    mixed = mix_spherically(first, second, 1 / 3)
    assert mixed.flatten().tolist() == pytest.approx([2 * 3**0.5 / 2, 2 * 0.5])


def test_the_same_seed_twice_changes_nothing() -> None:
    noise = draw_seeded(1, SHAPE)
    assert torch.allclose(mix_spherically(noise, noise, 0.3), noise, atol=1e-6)


@pytest.mark.parametrize("sides", [(8, 8), (6, 12), (3, 5), (11, 7)])
def test_noise_of_another_size_lies_in_the_middle(sides: tuple[int, int]) -> None:
    small, large = torch.arange(1, 1 + sides[0] * sides[1]).view(1, *sides).float(), torch.zeros(1, 8, 8)
    pasted = paste_middle(small, large)
    rows, columns = pasted[0].nonzero(as_tuple=True)
    for length, places, own in ((8, rows, sides[0]), (8, columns, sides[1])):
        before, after = int(places.min()), length - 1 - int(places.max())
        assert abs(before - after) <= 1
        assert length - before - after >= min(length, own) - 1
    assert not large.any()


def test_only_the_first_noise_is_varied() -> None:
    varied = NoiseSource((1, 2), SHAPE, CPU, Variation((5, 6), 0.4, (4, 4, 4)))
    plain = NoiseSource((1, 2), SHAPE, CPU)
    first, usual = varied.draw(), plain.draw()
    assert torch.allclose(
        first[1, :, 2:6, 2:6], mix_spherically(draw_seeded(2, (4, 4, 4)), draw_seeded(6, (4, 4, 4)), 0.4)
    )
    assert torch.equal(first[:, :, :2], usual[:, :, :2])
    assert torch.equal(varied.draw(), plain.draw())


def test_variations_of_a_picture_lie_between_two_seeds(sd15: Components) -> None:
    model = load(sd15)
    plain, other = (make_latents(make_request(seeds=(seed,)), model) for seed in (7, 8))
    varied = [
        make_latents(make_request(variation_seeds=(8,), variation_strength=strength), model)
        for strength in (0.0, 0.3, 1.0)
    ]
    assert torch.equal(varied[0], plain)
    assert (varied[2] - other).abs().max() < 1e-4
    assert 0.1 < float((varied[1] - plain).norm() / (other - plain).norm()) < 0.9


def test_each_picture_of_a_batch_is_its_own_variation(sd15: Components) -> None:
    fields = {"sampler": "Euler a", "seeds": (7, 7), "variation_seeds": (1, 2), "variation_strength": 0.3}
    request = make_request(**fields, noise_size_px=(48, 96))
    model = load(sd15)
    together = make(request, model)
    assert not np.array_equal(*together)
    for number, picture in enumerate(together):
        (alone,) = make(request.pick_picture(number), model)
        assert int(np.abs(picture.astype(int) - alone.astype(int)).max()) <= 1
    assert not np.array_equal(make(replace(request, noise_size_px=None), model)[0], together[0])
