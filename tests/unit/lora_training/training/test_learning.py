"""Steps in other precisions, and what is said when something ends a training."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from boothkit.errors import BoothError, StorageFullError
from lora_training.checkpoint import CheckpointFolder
from lora_training.learning import Learner, RanAwayError
from lora_training.training_errors import (
    CompileError,
    TrainingDeviceLostError,
    TrainingDiskFullError,
    TrainingDivergedError,
    TrainingMemoryError,
)
from lora_training.training_state import TrainingState, start_state
from lora_training.troubles import explaining_troubles
from tests.unit.lora_training.training.small_training import SmallSet, prepare_quietly, run_training, small_config
from tests.unit.lora_training.training.test_resume import read_last


def open_learner(base: Path, small_set: SmallSet, **changes: Any) -> tuple[Learner, TrainingState]:
    config = small_config(**changes)
    prepared = prepare_quietly(config, small_set, base, None)
    state = start_state(config, prepared.adapter, prepared.drawer, None, prepared.device)
    return Learner(config, prepared, state), state


def spoil_gradient(state: TrainingState) -> Any:
    """Let the gradient of one weight be infinite, until the answer is removed."""
    weight: Any = state.adapter.parameters[0]
    return weight.register_hook(lambda gradient: gradient * math.inf)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_learns_nearly_the_same(base: Path, small_set: SmallSet, tmp_path: Path, precision: Any) -> None:
    learnt = {}
    for name in ("fp32", precision):
        _, listener = run_training(small_config(steps=2, precision=name), small_set, base, tmp_path / name)
        learnt[name] = (listener.list_losses(), read_last(tmp_path / name).select("weights"))
    assert learnt[precision][0] == pytest.approx(learnt["fp32"][0], rel=2e-2)
    assert learnt[precision][0] != learnt["fp32"][0]
    ups = [
        torch.cat([weights[name].flatten() for name in sorted(weights) if name.endswith(".up")])
        for _, weights in learnt.values()
    ]
    assert {value.dtype for value in learnt[precision][1].values()} == {torch.float32}
    assert float(torch.cosine_similarity(ups[0], ups[1], dim=0)) > 0.8


def test_gradients_that_half_precision_cannot_hold_move_nothing(base: Path, small_set: SmallSet) -> None:
    learner, state = open_learner(base, small_set, precision="fp16")
    learner.take_step()
    scale, before = state.scaler.get_scale(), state.adapter.copy_weights()
    spoiled = spoil_gradient(state)
    learner.take_step()
    assert state.scaler.get_scale() == scale / 2
    assert all(torch.equal(value, before[name]) for name, value in state.adapter.copy_weights().items())
    spoiled.remove()
    learner.take_step()
    assert not all(torch.equal(value, before[name]) for name, value in state.adapter.copy_weights().items())


def test_a_loss_that_no_scale_can_save_is_given_up(base: Path, small_set: SmallSet) -> None:
    learner, state = open_learner(base, small_set, precision="fp16")
    state.scaler.load_state_dict(state.scaler.state_dict() | {"scale": 1.5})
    spoil_gradient(state)
    with pytest.raises(RanAwayError):
        learner.take_step()


def test_infinite_gradients_end_a_training_in_full_precision(base: Path, small_set: SmallSet) -> None:
    learner, state = open_learner(base, small_set)
    before = state.adapter.copy_weights()
    spoil_gradient(state)
    with pytest.raises(RanAwayError):
        learner.take_step()
    assert all(torch.equal(value, before[name]) for name, value in state.adapter.copy_weights().items())


def test_the_scale_of_half_precision_is_kept_in_the_checkpoint(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    learner, state = open_learner(base, small_set, precision="fp16")
    state.scaler.load_state_dict(state.scaler.state_dict() | {"scale": 512.0, "_growth_tracker": 7})
    learner.take_step()
    checkpoints = CheckpointFolder(tmp_path)
    checkpoints.save(state.pack({}))
    _, other = open_learner(base, small_set, precision="fp16")
    loaded = checkpoints.find_latest()
    assert loaded is not None
    other.restore(loaded)
    assert other.scaler.state_dict() == state.scaler.state_dict()
    assert (other.scaler.state_dict()["scale"], other.scaler.state_dict()["_growth_tracker"]) == (512.0, 8)


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_gpu_learns_nearly_what_the_processor_learns(base: Path, small_set: SmallSet, precision: Any) -> None:
    losses = []
    for place in ({"device": "cpu"}, {"device": "cuda", "precision": precision}):
        learner, _ = open_learner(base, small_set, **place)
        losses.append([learner.take_step().loss for _ in range(3)])
    assert losses[1] == pytest.approx(losses[0], rel=5e-2)


@pytest.mark.gpu
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_denoiser_learns_the_same(base: Path, small_set: SmallSet) -> None:
    losses = []
    for is_compiled in (False, True):
        learner, _ = open_learner(base, small_set, compile=is_compiled, batch_size=1, device="cuda")
        losses.append(learner.take_step().loss)
    torch.compiler.reset()
    # Both multiply in TF32, in another order.
    assert losses[1] == pytest.approx(losses[0], rel=1e-2)


class BackendFailure(RuntimeError):  # noqa: N818 - named after what the compiler raises
    """As the compiler's own, which are private."""


BackendFailure.__module__ = "torch._inductor.exc"


def blame(cause: Exception) -> Exception:
    """What the compiler raises when something went wrong inside it."""
    error = BackendFailure("inside")
    error.inner_exception = cause  # type: ignore[attr-defined]
    return error


def fail_device(code: int) -> Exception:
    """What torch raises for an error of the GPU, with the number that the driver gives."""
    error = torch.AcceleratorError("CUDA error")
    error.error_code = code
    return error


@pytest.mark.parametrize(
    ("cause", "expected", "sentence"),
    [
        (RanAwayError(), TrainingDivergedError, "At step 5 .*Kept: step 4"),
        (torch.OutOfMemoryError("CUDA out of memory"), TrainingMemoryError, "step 5.*Kept: step 4"),
        (MemoryError(), TrainingMemoryError, "step 5"),
        (blame(torch.OutOfMemoryError("CUDA out of memory")), TrainingMemoryError, "--gradient-checkpointing goes on"),
        (RuntimeError("CUDNN_STATUS_ALLOC_FAILED"), TrainingMemoryError, "step 5"),
        (fail_device(2), TrainingMemoryError, "step 5"),
        (fail_device(700), TrainingDeviceLostError, "failed at step 5.*again, goes on.*Kept: step 4"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 12 bytes"), TrainingMemoryError, "step 5"),
        (StorageFullError(cause="x"), TrainingDiskFullError, "save step 4.*Kept: step 4"),
        (BackendFailure("no compiler"), CompileError, r"--no-compile\. BackendFailure"),
    ],
)
def test_every_trouble_is_a_sentence(cause: Exception, expected: type[BoothError], sentence: str) -> None:
    with pytest.raises(expected, match=sentence) as caught, explaining_troubles(lambda: (4, 4)):
        raise cause
    assert caught.value.__cause__ is cause
    assert "4" in caught.value.public_message("ko") or expected is CompileError


def test_what_is_no_trouble_of_training_is_left_as_it_is() -> None:
    with pytest.raises(RuntimeError, match="a bug"), explaining_troubles(lambda: (0, None)):
        raise RuntimeError("a bug")
