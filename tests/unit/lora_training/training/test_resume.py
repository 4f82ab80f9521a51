"""A training that is stopped and resumed learns exactly what an unbroken one learns."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from lora_training.checkpoint import Checkpoint, CheckpointFolder
from lora_training.training_errors import ResumeRefusedError
from tests.unit.lora_training.training.small_training import SmallSet, open_training, run_training, small_config

RECIPES: dict[str, dict[str, Any]] = {
    "plain": {"steps": 3},
    "everything": {
        "steps": 3,
        "accumulation": 2,
        "noise_offset": 0.1,
        "caption_dropout": 0.5,
        "shuffle_captions": True,
        "ema_decay": 0.8,
        "gradient_checkpointing": True,
        "text_encoder": True,
        "prior_weight": 0.5,
    },
    "half precision": {"steps": 2, "precision": "fp16", "text_encoder": True},
}


def read_last(out: Path) -> Checkpoint:
    latest = CheckpointFolder(out / "checkpoints").find_latest()
    assert latest is not None
    return latest


def assert_same(one: Checkpoint, other: Checkpoint) -> None:
    assert one.step == other.step
    assert one.record == other.record
    assert one.tensors.keys() == other.tensors.keys()
    for name, value in one.tensors.items():
        assert torch.equal(value, other.tensors[name]), name


@pytest.mark.parametrize("recipe", RECIPES)
def test_resuming_after_every_single_step_changes_no_bit(
    base: Path, small_set: SmallSet, tmp_path: Path, recipe: str
) -> None:
    """Nor does `gradient_checkpointing`, which is switched on for the last step."""
    config = small_config(**RECIPES[recipe])
    run_training(config, small_set, base, tmp_path / "whole")

    endings = []
    for left in reversed(range(config.steps)):
        part = config if left == 0 else config.model_copy(update={"gradient_checkpointing": False})
        result, _ = run_training(part, small_set, base, tmp_path / "broken", stop_after=1)
        endings.append(result.ending)

    assert endings == ["interrupted"] * (config.steps - 1) + ["finished"]
    assert_same(read_last(tmp_path / "whole"), read_last(tmp_path / "broken"))


@pytest.mark.parametrize("optimizer", ["adamw8bit", "prodigy"])
def test_optimizers_of_other_packages_go_on_where_they_were(
    base: Path, small_set: SmallSet, tmp_path: Path, optimizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the packages, which are optional: state at any depth, tensors in groups, more arguments."""
    install_stand_in(monkeypatch)
    config = small_config(steps=2, optimizer=optimizer, learning_rate=1.0)
    run_training(config, small_set, base, tmp_path / "whole")
    for _ in range(config.steps):
        run_training(config, small_set, base, tmp_path / "broken", stop_after=1)
    whole = read_last(tmp_path / "whole")
    assert_same(whole, read_last(tmp_path / "broken"))
    assert whole.tensors["optimizer/param_groups/0/distance"].item() == 2.0


class FarOptimizer(torch.optim.Optimizer):
    """Keeps what it has learnt of the distance in its group, as Prodigy does, and bytes in its state, as 8-bit do."""

    def __init__(self, groups: Any, *, lr: float, weight_decay: float, **more: bool) -> None:
        super().__init__(groups, {"lr": lr, "distance": torch.tensor(0.0), "weight_decay": weight_decay, **more})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            group["distance"] = group["distance"] + 1.0
            for weight in group["params"]:
                state = self.state[weight]
                state["signs"] = (weight.grad > 0).to(torch.uint8)
                state["past"] = {"mean": 0.5 * state["past"]["mean"] + weight.grad if "past" in state else weight.grad}
                weight.sub_(state["past"]["mean"], alpha=group["lr"] * float(group["distance"]))


def install_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in (("bitsandbytes.optim", "AdamW8bit"), ("prodigyopt", "Prodigy")):
        module = ModuleType(name)
        setattr(module, kind, FarOptimizer)
        monkeypatch.setitem(sys.modules, name.partition(".")[0], module)
        monkeypatch.setitem(sys.modules, name, module)


def test_another_seed_learns_something_else(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    for seed in (0, 1):
        run_training(small_config(seed=seed, steps=1, warmup_steps=0), small_set, base, tmp_path / str(seed))
    first, second = (read_last(tmp_path / str(seed)).select("weights") for seed in (0, 1))
    assert all(not torch.equal(first[name], second[name]) for name in first)


def test_a_damaged_checkpoint_is_left_out(
    base: Path, small_set: SmallSet, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = small_config(steps=2, save_every=1)
    run_training(config, small_set, base, tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "broken")
    last = max((tmp_path / "broken/checkpoints").iterdir())
    data = bytearray(last.read_bytes())
    data[-1] ^= 1
    last.write_bytes(data)

    assert open_training(config, small_set, base, tmp_path / "broken").step == 1
    assert "damaged" in caplog.text
    last.unlink()
    run_training(config, small_set, base, tmp_path / "broken")
    assert_same(read_last(tmp_path / "whole"), read_last(tmp_path / "broken"))


@pytest.fixture(scope="module")
def begun(base: Path, small_set: SmallSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was stopped after its first step."""
    out = tmp_path_factory.mktemp("begun")
    run_training(small_config(), small_set, base, out, stop_after=1)
    return out


@pytest.mark.parametrize(
    ("changes", "named"), [({"rank": 2}, "rank"), ({"learning_rate": 1e-3, "seed": 4}, "learning_rate, seed")]
)
def test_another_recipe_is_refused(
    base: Path, small_set: SmallSet, begun: Path, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(ResumeRefusedError, match=f"other values of: {named}. Use another folder"):
        open_training(small_config(**changes), small_set, base, begun)


def test_other_pictures_are_refused_and_bookkeeping_is_not(base: Path, small_set: SmallSet, begun: Path) -> None:
    fewer = SmallSet(small_set.folder, small_set.pictures[:-1])
    with pytest.raises(ResumeRefusedError, match="other values of: set"):
        open_training(small_config(), fewer, base, begun)
    assert open_training(small_config(keep_checkpoints=9), small_set, base, begun).step == 1


def test_a_finished_training_does_nothing_more(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    config = small_config(steps=2)
    run_training(config, small_set, base, tmp_path)
    before = read_last(tmp_path)
    result, listener = run_training(config, small_set, base, tmp_path)
    assert (result.ending, [event for event, _, _ in listener.events]) == ("finished", ["ended"])
    assert_same(before, read_last(tmp_path))
