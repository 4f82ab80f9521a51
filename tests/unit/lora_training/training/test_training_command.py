"""`memorial-booth style train` from its arguments to the adapter file."""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from PIL import Image

from boothkit.data_folder import DataFolderInUseError, DataFolderLock
from lora_training.adapter_training import train
from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.export import read_adapter
from lora_training.run_record import read_run
from lora_training.stopping import stop_on_signals
from lora_training.training_command import add_command
from lora_training.training_errors import BaseModelRefusedError, TrainingMemoryError
from tests.unit.lora_training.training.small_training import SmallSet, measure_size, small_config


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    return parser


def test_every_number_of_a_training_can_be_given() -> None:
    given = ["train", "set", "--base", "model", "--out", "out", "--batch-size", "2", "--schedule", "constant"]
    arguments = build_parser().parse_args([*given, "--shuffle-captions", "--learning-rate", "3e-4"])
    values = {name: value for name, value in vars(arguments).items() if name in TrainingConfig.model_fields}
    expected = TrainingConfig(batch_size=2, schedule="constant", shuffle_captions=True, learning_rate=3e-4)
    assert TrainingConfig(**values) == expected
    assert values.keys() == TrainingConfig.model_fields.keys() - {"resolution"}


def test_the_help_explains_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["train", "--help"])
    text = capsys.readouterr().out
    assert all(f"--{name.replace('_', '-')}" in text for name in TrainingConfig.model_fields if name != "resolution")


def test_a_training_ends_in_an_adapter_file_and_a_log(
    base: Path, small_set: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(small_config(steps=2, sample_every=2, precision="auto"), small_set, base, tmp_path, "fp16") == 0
    path = tmp_path / "warm_ink.safetensors"
    assert read_adapter(path).metadata["ss_output_name"] == "warm_ink"
    said = "계산 정밀도: fp32 (cpu)\nPrecision: fp32 (cpu)\n학습을 마쳤습니다.\nThe training is finished.\n"
    assert capsys.readouterr().out == f"{said}{path}\n"
    events = [json.loads(line)["event"] for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert events == ["sampled", "step", "step", "measured", "saved", "sampled", "ended"]
    assert sorted(path.name for path in tmp_path.glob("samples/*/*")) == ["portrait.png", "portrait.png"]
    record = read_run(tmp_path)
    assert (record.kind, record.style_id, record.trigger) == ("lora", "warm_ink", "warmink")
    assert (record.state, record.steps, record.base, record.precision) == ("finished", 2, base.name, "fp32")
    assert record.dataset == str(small_set.folder)


def test_ctrl_c_saves_and_the_same_command_goes_on(
    base: Path, small_set: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        while '"step": 2' not in read_log():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    def read_log() -> str:
        log = tmp_path / "progress.jsonl"
        return log.read_text() if log.is_file() else ""

    person = threading.Thread(target=interrupt)
    person.start()
    code = train(small_config(steps=5000, save_every=5000), small_set, base, tmp_path, "fp16")
    person.join()
    assert code == 3
    assert read_run(tmp_path).state == "interrupted"
    assert read_run(tmp_path).steps >= 2
    assert "같은 명령으로 이어집니다" in capsys.readouterr().out
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps()[-1] >= 2
    assert not list(tmp_path.glob("*.safetensors"))


def test_the_second_ctrl_c_is_the_usual_one() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


def test_two_trainings_do_not_share_a_folder(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    with DataFolderLock(tmp_path), pytest.raises(DataFolderInUseError):
        train(small_config(), small_set, base, tmp_path, "fp16")


def test_a_training_that_cannot_begin_says_so_in_its_record(
    base: Path, small_set: SmallSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BaseModelRefusedError):
        train(small_config(), small_set, tmp_path / "nothing", tmp_path / "out", "fp16")
    assert (read_run(tmp_path / "out").state, read_run(tmp_path / "out").steps) == ("failed", 0)

    def fill_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(AutoencoderKL, "encode", fill_memory)
    with pytest.raises(TrainingMemoryError, match="Kept: -"):
        train(small_config(), small_set, base, tmp_path / "out", "fp16")


def test_a_folder_of_faces_is_redrawn(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    (tmp_path / "faces").mkdir()
    for name, size in (("김 할머니.png", (300, 400)), ("b.jpg", (400, 300))):
        Image.new("RGB", size, (200, 150, 120)).save(tmp_path / "faces" / name)
    config = small_config(steps=2, warmup_steps=0, sample_every=2)
    assert train(config, small_set, base, tmp_path / "out", "fp16", faces=tmp_path / "faces") == 0
    sizes = {path.name: measure_size(path) for path in (tmp_path / "out/samples/step-000002").iterdir()}
    assert sizes == {"김 할머니_png.png": (48, 72), "b_jpg.png": (72, 48)}


def test_no_samples_are_made_when_none_are_wanted(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    assert train(small_config(steps=2, warmup_steps=0, sample_every=0), small_set, base, tmp_path, "fp16") == 0
    assert not (tmp_path / "samples").exists()
