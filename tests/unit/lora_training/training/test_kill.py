"""Power cuts: a training that is killed at random moments never leaves half a file, and ends as an unbroken one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.lora_training.training.test_resume import assert_same, read_last

REPOSITORY = Path(__file__).resolve().parents[4]


def test_a_killed_training_goes_on_from_whole_files(base: Path, tmp_path: Path, is_long: bool) -> None:
    kills = 20 if is_long else 3
    driver = "tests.unit.lora_training.training.kill_driver"
    done = subprocess.run(
        [sys.executable, "-m", driver, str(tmp_path), str(base), str(kills)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=170,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert len(answers) == kills
    assert any(answer["was_killed"] for answer in answers)
    assert all(answer["whole"] == answer["steps"] for answer in answers)
    assert_same(read_last(tmp_path / "whole"), read_last(tmp_path / "broken"))
    left = [path.name for path in (tmp_path / "broken/checkpoints").iterdir() if path.suffix != ".safetensors"]
    assert left == []
