"""Sample pictures: what they show, that they cost the training nothing, and that none is missing after a cut."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lora_training.checkpoint import CheckpointFolder
from lora_training.sampling import Photo, make_pictures
from lora_training.training_errors import TrainingDiskFullError
from tests.unit.lora_training.training.small_training import (
    Listener,
    SmallSet,
    open_training,
    prepare_quietly,
    run_training,
    small_config,
)
from tests.unit.lora_training.training.test_resume import assert_same, read_last


@pytest.fixture(scope="module")
def faces() -> dict[str, Photo]:
    chance = np.random.default_rng(5)
    return {name: chance.integers(0, 255, (64, 48, 3), dtype=np.uint8) for name in ("first", "second")}


def sampling_config(**changes: Any) -> Any:
    return small_config(**({"steps": 2, "sample_every": 1, "learning_rate": 0.1} | changes))


def read_samples(out: Path) -> dict[str, bytes]:
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in sorted(out.glob("samples/*/*"))}


def test_a_training_learns_the_same_with_and_without_samples(
    base: Path, small_set: SmallSet, tmp_path: Path, faces: dict[str, Photo]
) -> None:
    config = sampling_config(caption_dropout=0.5, ema_decay=0.5)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    run_training(config, small_set, base, tmp_path / "with", faces=faces)
    assert torch.equal(torch.get_rng_state(), before)
    run_training(config, small_set, base, tmp_path / "without")
    assert_same(read_last(tmp_path / "with"), read_last(tmp_path / "without"))

    names = list(read_samples(tmp_path / "with"))
    steps = ("step-000000", "step-000001", "step-000002")
    assert names == [f"{step}/{name}.png" for step in steps for name in faces]


def test_samples_begin_with_the_base_and_follow_the_adapter(
    base: Path, small_set: SmallSet, tmp_path: Path, faces: dict[str, Photo]
) -> None:
    _, listener = run_training(sampling_config(), small_set, base, tmp_path, faces=faces)
    pictures = [[read(tmp_path / f"samples/step-00000{step}/{name}.png") for step in (0, 1, 2)] for name in faces]
    prepared = prepare_quietly(sampling_config(), small_set, base, None)
    prompt, empty = prepared.embed(["warmink, a portrait", ""])
    redrawn = make_pictures(prepared.load_sampling_parts(), list(faces.values()), prompt, empty, strength=0.6, steps=2)
    for (plain, early, late), expected in zip(pictures, redrawn, strict=True):
        assert np.array_equal(plain, expected)
        assert min(np.abs(early - plain).mean(), np.abs(late - plain).mean(), np.abs(late - early).mean()) > 1
    said = [(step, values["folder"]) for event, step, values in listener.events if event == "sampled"]
    assert said == [(0, "step-000000"), (1, "step-000001"), (2, "step-000002")]


def read(path: Path) -> Any:
    with Image.open(path) as opened:
        return np.asarray(opened).astype(int)


def test_after_a_cut_the_missing_are_made_and_the_unsaved_go(
    base: Path, small_set: SmallSet, tmp_path: Path, faces: dict[str, Photo]
) -> None:
    config = sampling_config(save_every=1)
    run_training(config, small_set, base, tmp_path / "whole", faces=faces)
    run_training(config, small_set, base, tmp_path / "broken", stop_after=1, faces=faces)
    broken = tmp_path / "broken/samples"
    (broken / "step-000001/second.png").unlink()
    (broken / "step-000001/first.png").write_bytes(b"kept as it is")
    (broken / "step-000002").mkdir()
    (broken / "step-000002/first.png").write_bytes(b"of a step that was not saved")

    open_training(config, small_set, base, tmp_path / "broken", faces).run(Listener(), lambda: True)
    assert not (broken / "step-000002").exists()
    run_training(config, small_set, base, tmp_path / "broken", faces=faces)
    assert read_samples(tmp_path / "broken") == read_samples(tmp_path / "whole")


def test_a_full_disk_among_samples_keeps_the_checkpoint(
    base: Path, small_set: SmallSet, tmp_path: Path, faces: dict[str, Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = open_training(sampling_config(), small_set, base, tmp_path, faces)
    real = os.fsync

    def refuse_pictures(descriptor: int) -> None:
        if "step-000002/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_pictures)
    with pytest.raises(TrainingDiskFullError, match=r"no room to save step 2\. Make room.*Kept: step 2"):
        trainer.run(Listener(), lambda: False)
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps() == [2]
    assert list((tmp_path / "samples/step-000002").iterdir()) == []
