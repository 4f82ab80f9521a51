"""Power cuts: a training that is killed at random moments never leaves half a file, and ends as an unbroken one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.lora_training.training.test_resume import assert_same, read_last
from tests.unit.lora_training.training.test_samples import read_samples

REPOSITORY = Path(__file__).resolve().parents[4]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_kills(base: Path, tmp_path: Path) -> None:
    check_kills(base, tmp_path, 20)


def test_a_killed_training_goes_on_from_whole_files(base: Path, tmp_path: Path) -> None:
    check_kills(base, tmp_path, 2)


def check_kills(base: Path, tmp_path: Path, kills: int) -> None:
    driver = "tests.unit.lora_training.training.kill_driver"
    done = subprocess.run(
        [sys.executable, "-m", driver, str(tmp_path), str(base), str(kills)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=850,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [answer["was_killed"] for answer in answers].count(True) == kills
    assert all(answer["whole"] == answer["steps"] for answer in answers)
    assert all(answer["broken_pictures"] == [] for answer in answers)
    broken = sorted(tmp_path.glob("broken-*"))
    assert broken
    for out in broken:
        assert read_samples(tmp_path / "whole") == read_samples(out)
        assert_same(read_last(tmp_path / "whole"), read_last(out))
        assert [path.name for path in (out / "checkpoints").iterdir() if path.suffix != ".safetensors"] == []
