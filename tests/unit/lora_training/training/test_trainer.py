"""What a training does when all goes well, and what it says and keeps when something does not."""

from __future__ import annotations

import errno
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from boothkit.errors import BoothError
from lora_training.checkpoint import CheckpointFolder
from lora_training.model.adapter import Adapter
from lora_training.progress import JsonLines
from lora_training.trainer import Trainer
from lora_training.training_errors import (
    BaseModelRefusedError,
    EmptyDatasetError,
    PictureUnreadableError,
    TrainingDeviceLostError,
    TrainingDiskFullError,
    TrainingDivergedError,
    TrainingMemoryError,
)
from tests.tiny_diffusion import build_unet, write_model
from tests.unit.lora_training.training.small_training import (
    Listener,
    SmallSet,
    open_training,
    paint_set,
    prepare_quietly,
    run_training,
    small_config,
)


def open_with_unet(config: Any, pictures: SmallSet, base: Path, out: Path) -> tuple[Trainer, Any]:
    prepared = prepare_quietly(config, pictures, base, None)
    return Trainer(config, prepared, CheckpointFolder(out / "checkpoints")), prepared.adapter.unet


def test_the_loss_on_held_out_pictures_falls_and_the_base_stays(base: Path, tmp_path: Path) -> None:
    pictures = paint_set(tmp_path, sizes=((64, 64),) * 4)
    config = small_config(steps=8, save_every=4, caption_dropout=0.0, min_snr_gamma=0.0, learning_rate=3e-2)
    trainer, unet = open_with_unet(config, pictures, base, tmp_path)
    before = {name: value.clone() for name, value in unet.state_dict().items() if "lora" not in name}
    listener = Listener()
    result = trainer.run(listener, lambda: False)
    measured = [values["loss"] for event, _, values in listener.events if event == "measured"]
    assert (result.ending, result.step) == ("finished", 8)
    assert measured[-1] < 0.995 * measured[0]
    after = unet.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_every_step_says_its_loss_rate_and_pace(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    result, listener = run_training(small_config(), small_set, base, tmp_path)
    steps = [(step, values) for event, step, values in listener.events if event == "step"]
    assert [step for step, _ in steps] == [1, 2, 3, 4, 5, 6]
    assert all(math.isfinite(values["loss"]) and values["images_per_s"] > 0 for _, values in steps)
    assert steps[-1][1]["left_s"] == 0
    rates = [values["learning_rate"] for _, values in steps]
    assert max(rates) == rates[1] == 1e-2
    assert rates == [rates[0], *sorted(rates[1:], reverse=True)]
    assert listener.events[-1][::2] == ("ended", {"ending": "finished", "best_step": result.best_step})


def test_the_last_checkpoints_and_the_best_are_kept(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    config = small_config(steps=4, save_every=1, keep_checkpoints=2, patience=0, learning_rate=1.0)
    result, _ = run_training(config, small_set, base, tmp_path)
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps() == sorted({result.best_step, 3, 4})


def test_training_stops_when_it_only_gets_worse(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    config = small_config(steps=40, save_every=1, patience=2, learning_rate=1.0)
    result, listener = run_training(config, small_set, base, tmp_path)
    measured = {step: values["loss"] for event, step, values in listener.events if event == "measured"}
    assert result.ending == "overtrained"
    assert result.step == result.best_step + 2 < 40
    assert min(measured, key=lambda step: measured[step]) == result.best_step
    again, _ = run_training(config, small_set, base, tmp_path)
    assert again == result


def test_an_empty_set_fails_loudly(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    with pytest.raises(EmptyDatasetError, match="holds no pictures to learn from"):
        open_training(small_config(), replace(small_set, pictures=()), base, tmp_path)


def test_a_single_picture_is_learnt_from_and_not_held_out(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    alone = replace(small_set, pictures=small_set.pictures[:1])
    result, listener = run_training(small_config(steps=2, warmup_steps=0), alone, base, tmp_path)
    assert (result.ending, result.best_step) == ("finished", 2)
    assert "measured" not in {event for event, _, _ in listener.events}


def test_a_picture_that_was_changed_is_refused(base: Path, tmp_path: Path) -> None:
    pictures = paint_set(tmp_path)
    pictures.pictures[2].path.write_bytes(b"something else")
    with pytest.raises(PictureUnreadableError, match=r"2\.png cannot be read.*was changed"):
        open_training(small_config(), pictures, base, tmp_path / "out")


def test_a_loss_that_is_no_number_stops_and_names_the_step(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    trainer, unet = open_with_unet(small_config(), small_set, base, tmp_path)
    spoil_at_call(unet, 5, lambda answer: answer.sample.mul_(math.nan))
    with pytest.raises(TrainingDivergedError, match=r"At step 4 the loss is not a number.*Kept: step 2"):
        trainer.run(Listener(), lambda: False)
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps() == [2]


@pytest.mark.parametrize(
    ("trouble", "expected", "sentence"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), TrainingMemoryError, r"step 3.*smaller batches.*Kept: step 2"),
        (torch.AcceleratorError("CUDA error"), TrainingDeviceLostError, r"failed at step 3.*goes on.*Kept: step 2"),
    ],
)
def test_a_device_that_fails_keeps_the_last_checkpoint(
    base: Path, small_set: SmallSet, tmp_path: Path, trouble: Exception, expected: type[BoothError], sentence: str
) -> None:
    """And with less memory per step the training goes on from it."""
    trainer, unet = open_with_unet(small_config(), small_set, base, tmp_path)

    def fail(_: Any) -> None:
        raise trouble

    spoil_at_call(unet, 4, fail)
    with pytest.raises(expected, match=sentence):
        trainer.run(Listener(), lambda: False)
    assert open_training(small_config(gradient_checkpointing=True), small_set, base, tmp_path).step == 2


def spoil_at_call(unet: Any, number: int, spoil: Any) -> None:
    """Let the denoiser's answer number `number` go wrong; a measurement is one call."""
    calls = []

    def hook(_: Any, __: Any, answer: Any) -> None:
        calls.append(1)
        if len(calls) == number:
            spoil(answer)

    unet.register_forward_hook(hook)


def test_a_full_disk_keeps_the_last_checkpoint(
    base: Path, small_set: SmallSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, _ = open_with_unet(small_config(), small_set, base, tmp_path)
    listener = Listener()

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill_disk() -> bool:
        if len(listener.list_losses()) == 3:
            monkeypatch.setattr(os, "fsync", refuse)
        return False

    with pytest.raises(TrainingDiskFullError, match=r"no room to save step 4\. Make room.*Kept: step 2"):
        trainer.run(listener, fill_disk)
    monkeypatch.undo()
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps() == [2]
    assert [path.suffix for path in (tmp_path / "checkpoints").iterdir()] == [".safetensors"]


def test_a_log_that_finds_no_room_keeps_the_last_checkpoint(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    trainer, _ = open_with_unet(small_config(), small_set, base, tmp_path)
    log = tmp_path / "progress.jsonl"
    lines = JsonLines(log, resumed_at=0)

    def fill_disk() -> bool:
        if trainer.step == 3:
            log.unlink()
            log.symlink_to("/dev/full")
        return False

    with pytest.raises(TrainingDiskFullError, match=r"Make room.*Kept: step 2"):
        trainer.run(lines, fill_disk)
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps() == [2]


def test_models_that_cannot_be_trained_are_refused_in_words(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    with pytest.raises(BaseModelRefusedError, match=r"no readable model_index\.json"):
        open_training(small_config(), small_set, tmp_path, tmp_path / "out")
    (tmp_path / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    with pytest.raises(BaseModelRefusedError, match="FluxPipeline is neither"):
        open_training(small_config(), small_set, tmp_path, tmp_path / "out")
    (tmp_path / "model_index.json").write_text((base / "model_index.json").read_text())
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet/config.json").write_text("{}")
    (tmp_path / "unet/diffusion_pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(BaseModelRefusedError, match=r"unet lacks config\.json or .*safetensors"):
        open_training(small_config(), small_set, tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    ("family", "prediction", "changes"),
    [("sdxl", "epsilon", {}), ("sd15", "v_prediction", {"precision": "bf16"})],
)
def test_other_models_and_precisions_are_trained_too(
    small_set: SmallSet, tmp_path: Path, family: Any, prediction: str, changes: dict[str, Any]
) -> None:
    base = write_model(tmp_path / "base", family, prediction_type=prediction)
    result, listener = run_training(small_config(steps=2, **changes), small_set, base, tmp_path / "out")
    assert result.ending == "finished"
    assert all(math.isfinite(loss) for loss in listener.list_losses())
    latest = CheckpointFolder(tmp_path / "out/checkpoints").find_latest()
    assert latest is not None
    learnt = latest.select("weights")
    assert {value.dtype for value in learnt.values()} == {torch.float32}
    assert all(float(value.abs().max()) > 0 for name, value in learnt.items() if name.endswith(".up"))


def test_an_adapter_begins_as_no_change_and_takes_only_its_own_weights() -> None:
    unet = build_unet("sd15")
    inputs = (torch.ones(1, 4, 8, 8), torch.tensor([500]), torch.ones(1, 77, 32))
    with torch.no_grad():
        plain = unet(*inputs).sample
        adapter = Adapter(unet, rank=2, alpha=2.0, seed=1)
        assert torch.equal(unet(*inputs).sample, plain)
    weights = adapter.copy_weights()
    with adapter.holding({name: value + 1 for name, value in weights.items()}), torch.no_grad():
        assert not torch.equal(unet(*inputs).sample, plain)
    assert all(torch.equal(value, weights[name]) for name, value in adapter.copy_weights().items())
    first = next(iter(weights))
    with pytest.raises(ValueError, match="other modules"):
        adapter.set_weights({first: weights[first]})
    with pytest.raises(ValueError, match=f"{first} has the shape"):
        adapter.set_weights(weights | {first: torch.zeros(1, 1)})
