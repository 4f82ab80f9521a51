"""The small arithmetic of a training: sizes, batches, rates, weights, and when it is over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from lora_training.buckets import fit_size, plan_epoch
from lora_training.config import TrainingConfig
from lora_training.losses import NoiseSchedule, compute_losses, draw_noise
from lora_training.optimizers import (
    MovingAverage,
    build_optimizer,
    find_learning_rate,
    pack_optimizer,
    restore_optimizer,
)
from lora_training.pictures import compute_set_digest, split_held_out
from lora_training.training_errors import OptimizerMissingError
from lora_training.validation import Measurement, find_best, is_overtrained
from tests.unit.lora_training.training.small_training import SmallPicture, small_config


def make_pictures(count: int) -> list[SmallPicture]:
    return [SmallPicture(Path(f"{number}.png"), f"{number:064x}", 64, 64, "a cat") for number in range(count)]


def test_the_defaults_are_the_recipe_that_staff_start_with() -> None:
    config = TrainingConfig()
    assert (config.batch_size, config.learning_rate, config.rank, config.alpha) == (4, 1e-4, 8, 8.0)
    assert (config.min_snr_gamma, config.caption_dropout, config.optimizer) == (5.0, 0.1, "adamw")


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"batch_size": 0},
        {"learning_rate": 0},
        {"caption_dropout": 1.1},
        {"validation_share": 0.6},
        {"bucket_step_px": 20},
        {"optimizer": "sgd"},
        {"ema_decay": 1.0},
        {"steps": 10, "warmup_steps": 10},
        {"unknown": 1},
    ],
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TrainingConfig(**wrong)


def test_help_and_settings_load_no_torch() -> None:
    code = "import lora_training.config, lora_training.training_command, sys; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ((512, 512), (512, 512)),
        ((448, 576), (448, 576)),
        ((4000, 3000), (576, 384)),
        ((3000, 4000), (384, 576)),
        ((300, 300), (256, 256)),
        ((30, 30), (64, 64)),
        ((5000, 100), (3584, 64)),
    ],
)
def test_pictures_keep_their_shape_and_are_not_enlarged(picture: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fit_size(*picture, resolution=512, step_px=64) == expected


def test_an_epoch_shows_every_picture_once_in_batches_of_one_size() -> None:
    sizes = [(64, 64)] * 5 + [(64, 96)] * 3
    draw = torch.Generator().manual_seed(1)
    plans = [plan_epoch(sizes, 2, draw) for _ in range(2)]
    for plan in plans:
        assert sorted(index for batch in plan for index in batch) == list(range(8))
        assert all(len({sizes[index] for index in batch}) == 1 for batch in plan)
        assert Counter(len(batch) for batch in plan) == {2: 3, 1: 2}
    assert plans[0] != plans[1]


def test_the_rate_warms_up_and_falls_along_a_cosine() -> None:
    config = TrainingConfig(steps=110, warmup_steps=10, learning_rate=1.0)
    rates = [find_learning_rate(config, step) for step in range(110)]
    assert rates[0] == pytest.approx(1 / 11)
    assert rates[10] == 1.0
    assert rates[60] == pytest.approx(0.5)
    assert 0 < rates[-1] < 0.001
    assert find_learning_rate(config.model_copy(update={"schedule": "constant"}), 109) == 1.0


def build_schedule(prediction_type: Any = "epsilon") -> NoiseSchedule:
    return NoiseSchedule(torch.tensor([0.99, 0.8, 0.5, 0.01]), prediction_type)


def test_min_snr_weights_are_those_of_the_paper() -> None:
    steps = torch.arange(4)
    # SNR: 99, 4, 1 and 1 / 99.
    noise = build_schedule().weigh(steps, 5.0)
    velocity = build_schedule("v_prediction").weigh(steps, 5.0)
    torch.testing.assert_close(noise, torch.tensor([5 / 99, 1.0, 1.0, 1.0]), rtol=1e-4, atol=0)
    torch.testing.assert_close(velocity, torch.tensor([5 / 100, 4 / 5, 1 / 2, 1 / 100]), rtol=1e-3, atol=0)
    assert build_schedule().weigh(steps, 0.0).tolist() == [1.0] * 4


def test_noise_and_velocity_give_the_picture_back() -> None:
    latents, noise = torch.randn(2, 4, 2, 2), torch.randn(2, 4, 2, 2)
    steps = torch.tensor([1, 3])
    schedule = build_schedule("v_prediction")
    noisy, velocity = schedule.add_noise(latents, noise, steps), schedule.make_target(latents, noise, steps)
    signal = schedule.alphas_cumprod[steps].reshape(-1, 1, 1, 1)
    torch.testing.assert_close(signal.sqrt() * noisy - (1 - signal).sqrt() * velocity, latents)
    assert build_schedule().make_target(latents, noise, steps) is noise


def test_the_noise_offset_shifts_whole_channels() -> None:
    shape = torch.Size((2, 4, 64, 64))
    plain, shifted = (draw_noise(shape, offset, torch.Generator().manual_seed(2)) for offset in (0.0, 0.5))
    difference = shifted - plain
    assert torch.allclose(difference, difference[..., :1, :1], atol=1e-6)
    assert 0.2 < float(difference[..., 0, 0].std()) < 1.0


def test_each_sample_has_its_own_loss() -> None:
    guess = torch.zeros(2, 1, 2, 2, dtype=torch.bfloat16)
    assert compute_losses(guess, torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1).expand(2, 1, 2, 2)).tolist() == [1.0, 9.0]


def test_the_average_follows_the_weights_slowly() -> None:
    weight = torch.nn.Parameter(torch.zeros(1))
    average = MovingAverage([weight], 0.75)
    weight.data.fill_(4.0)
    for expected in (1.0, 1.75):
        average.update()
        assert average.values[0].item() == expected


@pytest.mark.parametrize(
    ("count", "share", "held"), [(100, 0.1, 10), (5, 0.1, 1), (1, 0.5, 0), (9, 0.0, 0), (0, 0.5, 0)]
)
def test_a_share_is_held_out_whatever_the_order(count: int, share: float, held: int) -> None:
    pictures = make_pictures(count)
    learnt, held_out = split_held_out(pictures, share)
    assert (len(held_out), len(learnt)) == (held, count - held)
    assert {picture.sha256 for picture in split_held_out(pictures[::-1], share)[1]} == {
        picture.sha256 for picture in held_out
    }


def test_the_digest_of_a_set_sees_pictures_captions_and_order() -> None:
    one, two = make_pictures(2)
    sets = [[one, two], [two, one], [one], [one, replace(two, caption="a dog")]]
    assert len({compute_set_digest(pictures) for pictures in sets}) == 4


@pytest.mark.parametrize(
    ("losses", "patience", "over"),
    [
        ([], 1, False),
        ([3.0, 2.0, 1.0], 1, False),
        ([1.0, 2.0], 1, True),
        ([1.0, 2.0], 2, False),
        ([2.0, 1.0, 1.5, 1.2], 2, True),
        ([1.0, 2.0, 3.0, 4.0], 0, False),
    ],
)
def test_training_is_over_when_the_best_lies_too_far_back(losses: list[float], patience: int, over: bool) -> None:
    assert is_overtrained([Measurement(step, loss) for step, loss in enumerate(losses)], patience) is over


def test_the_first_of_two_equal_losses_is_the_best() -> None:
    history = [Measurement(1, 2.0), Measurement(2, 1.0), Measurement(3, 1.0)]
    assert find_best(history) == history[1]
    assert find_best([]) is None


@pytest.mark.parametrize(("optimizer", "package"), [("adamw8bit", "bitsandbytes"), ("prodigy", "prodigyopt")])
def test_an_optimizer_that_is_not_installed_is_named(
    optimizer: Any, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, f"{package}.optim", None)
    with pytest.raises(OptimizerMissingError, match=f"{optimizer} needs the package {package}"):
        build_optimizer(small_config(optimizer=optimizer), [torch.nn.Parameter(torch.zeros(2))])


class NestingOptimizer(torch.optim.SGD):
    """Keeps tensors where 8-bit and Prodigy optimizers do: deep in the state, and in the groups."""

    def state_dict(self) -> dict[str, Any]:
        group = {"params": [0], "lr": 0.5, "d": torch.tensor(3.0), "betas": (0.9, 0.99)}
        return {"state": {0: {"step": 2, "deep": {"map": torch.arange(3)}}}, "param_groups": [group]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.loaded = state_dict


def test_an_optimizers_tensors_are_found_at_any_depth() -> None:
    optimizer = NestingOptimizer([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    tensors, rest = pack_optimizer(optimizer)
    restore_optimizer(optimizer, tensors, json.loads(json.dumps(rest)))
    state, group = optimizer.loaded["state"][0], optimizer.loaded["param_groups"][0]
    assert (state["step"], state["deep"]["map"].tolist()) == (2, [0, 1, 2])
    assert (group["d"].item(), group["betas"], group["params"]) == (3.0, [0.9, 0.99], [0])
