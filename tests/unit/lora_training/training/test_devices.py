"""The precision that suits a device, and that a training which goes on keeps the one it was begun in."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lora_training.adapter_training import train
from lora_training.checkpoint import CheckpointFolder
from lora_training.devices import choose_precision, settle_precision
from lora_training.export import read_adapter
from lora_training.run_record import read_run
from lora_training.training_errors import ResumeRefusedError
from tests.unit.lora_training.training.small_training import SmallSet, run_training, small_config


@pytest.mark.parametrize(
    ("kind", "has_bf16", "expected"),
    [("cuda", True, "bf16"), ("cuda", False, "fp16"), ("cpu", False, "fp32"), ("cpu", True, "fp32")],
)
def test_each_device_has_its_precision(kind: str, has_bf16: bool, expected: str) -> None:
    assert choose_precision(kind, has_bf16=has_bf16) == expected


def test_only_what_is_left_open_is_settled() -> None:
    assert settle_precision(small_config(precision="auto"), None).precision == "fp32"
    asked = small_config(precision="fp16")
    assert settle_precision(asked, None) is asked


@pytest.mark.gpu
def test_the_gpu_here_is_asked_what_it_computes_itself() -> None:
    expected = "bf16" if torch.cuda.get_device_capability()[0] >= 8 else "fp16"
    assert settle_precision(small_config(device="cuda", precision="auto"), None).precision == expected


def test_a_training_goes_on_in_the_precision_that_it_was_begun_in(
    base: Path, small_set: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one does that was begun on a GPU, or by a release whose default was another one."""
    rest = {"steps": 2, "sample_every": 0, "validation_share": 0.0}
    run_training(small_config(precision="bf16", **rest), small_set, base, tmp_path, stop_after=1)
    with pytest.raises(ResumeRefusedError, match="other values of: precision"):
        train(small_config(precision="fp32", **rest), small_set, base, tmp_path, "fp16")
    assert train(small_config(precision="auto", **rest), small_set, base, tmp_path, "fp16") == 0
    assert "Goes on in the precision that it was begun in: bf16 (cpu)\n" in capsys.readouterr().out
    assert read_run(tmp_path).precision == "bf16"
    assert read_adapter(tmp_path / "warm_ink.safetensors").metadata["ss_mixed_precision"] == "bf16"
    latest = CheckpointFolder(tmp_path / "checkpoints").find_latest()
    assert latest is not None
    assert latest.record["about"]["config"]["precision"] == "bf16"
