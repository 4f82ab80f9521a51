"""Prior preservation: where class pictures come from, and what they do to a training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from lora_training.training_errors import PicturesRefusedError, ResumeRefusedError
from tests.unit.lora_training.training.small_training import (
    SmallSet,
    measure_size,
    open_training,
    prepare_quietly,
    run_training,
    small_config,
)
from tests.unit.lora_training.training.test_resume import read_last


def prior_config(**changes: Any) -> Any:
    return small_config(**({"steps": 2, "warmup_steps": 0, "prior_weight": 1.0} | changes))


def list_made(out: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.glob("cache/class_pictures/*/*.png")}


def test_the_base_makes_class_pictures_once(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    open_training(prior_config(), small_set, base, tmp_path)
    made = list_made(tmp_path)
    assert len({data for _, data in made.values()}) == 2
    assert {measure_size(path) for path in made} == {(64, 64)}
    open_training(prior_config(prior_pictures=3), small_set, base, tmp_path)
    assert len(list_made(tmp_path)) == 3
    assert made.items() <= list_made(tmp_path).items()
    open_training(prior_config(prior_prompt="a cat"), small_set, base, tmp_path)
    assert len(list_made(tmp_path)) == 5


def test_class_pictures_are_the_adapters_second_teacher(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    """The style's pictures and noise come as they would without; only the weights move otherwise."""
    learnt = {}
    losses = {}
    for weight in (0.0, 0.5, 2.0):
        out = tmp_path / str(weight)
        _, listener = run_training(prior_config(prior_weight=weight), small_set, base, out)
        steps = [values for event, _, values in listener.events if event == "step"]
        learnt[weight], losses[weight] = read_last(out).select("weights"), steps
    assert losses[0.0][0]["loss"] == losses[0.5][0]["loss"] == losses[2.0][0]["loss"]
    assert losses[0.5][0]["prior_loss"] == losses[2.0][0]["prior_loss"] > 0
    assert "prior_loss" not in losses[0.0][0]
    name = next(name for name in learnt[0.0] if name.endswith(".up"))
    assert len({tuple(weights[name].flatten().tolist()) for weights in learnt.values()}) == 3


def test_pictures_of_ones_own_are_taken_instead(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for number, size in enumerate(((300, 300), (500, 300))):
        Image.new("RGB", size, (40 * number, 90, 120)).save(own / f"{number}.jpg")
    prepared = prepare_quietly(prior_config(), small_set, base, tmp_path / "cache", own)
    assert prepared.about["prior_count"] == 2
    assert {path.parent.name for path in list_made(tmp_path)} == {"own"}
    assert {measure_size(path) for path in list_made(tmp_path)} == {(64, 64), (80, 48)}
    assert prepared.prior_drawer is not None
    assert prepared.prior_drawer.draw().latents.shape[1] == 4


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "no such folder"), ({}, "holds no pictures"), ({"a.png": b"no"}, r"a\.png: ")]
)
def test_a_folder_that_cannot_be_used_is_named(
    base: Path, small_set: SmallSet, tmp_path: Path, content: dict[str, bytes] | None, sentence: str
) -> None:
    own = tmp_path / "own"
    if content is not None:
        own.mkdir()
        for name, data in content.items():
            (own / name).write_bytes(data)
    with pytest.raises(PicturesRefusedError, match=sentence):
        prepare_quietly(prior_config(), small_set, base, tmp_path / "cache", own)


def test_other_class_pictures_are_another_training(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    run_training(prior_config(), small_set, base, tmp_path, stop_after=1)
    changed = sorted(list_made(tmp_path))[0]
    Image.new("RGB", (64, 64)).save(changed)
    with pytest.raises(ResumeRefusedError, match=r"other values of: prior\. Use another folder"):
        open_training(prior_config(), small_set, base, tmp_path)


def test_class_pictures_need_a_place_to_lie(base: Path, small_set: SmallSet) -> None:
    with pytest.raises(ValueError, match="need a folder"):
        prepare_quietly(prior_config(), small_set, base, None)


def test_the_checkpoint_knows_where_class_pictures_are(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    run_training(prior_config(), small_set, base, tmp_path, stop_after=1)
    checkpoint = read_last(tmp_path)
    assert json.loads(json.dumps(checkpoint.record["prior_draws"])) == checkpoint.record["prior_draws"]
    orders = [checkpoint.select(group)["order"] for group in ("draws", "prior_draws")]
    assert not torch.equal(*orders)
