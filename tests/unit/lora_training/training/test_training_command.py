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

from boothkit.data_folder import DataFolderInUseError, DataFolderLock
from lora_training.checkpoint import CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.export import read_adapter
from lora_training.training_command import _stop_on_signals, add_command, train
from tests.unit.lora_training.training.small_training import SmallSet, small_config


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
    assert train(small_config(steps=2), small_set, base, tmp_path, "fp16") == 0
    path = tmp_path / "warm_ink.safetensors"
    assert read_adapter(path).metadata["ss_output_name"] == "warm_ink"
    assert capsys.readouterr().out == f"학습을 마쳤습니다.\nThe training is finished.\n{path}\n"
    events = [json.loads(line)["event"] for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert events == ["step", "step", "measured", "saved", "ended"]


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
    assert "같은 명령으로 이어집니다" in capsys.readouterr().out
    assert CheckpointFolder(tmp_path / "checkpoints").list_steps()[-1] >= 2
    assert not list(tmp_path.glob("*.safetensors"))


def test_the_second_ctrl_c_is_the_usual_one() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with _stop_on_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


def test_two_trainings_do_not_share_a_folder(base: Path, small_set: SmallSet, tmp_path: Path) -> None:
    with DataFolderLock(tmp_path), pytest.raises(DataFolderInUseError):
        train(small_config(), small_set, base, tmp_path, "fp16")
