"""A picture in half precision on another device than the processor: nothing is mixed, and nothing waits between steps.

The device is simulated, because machines without a GPU run this. It stands for what the code does; speed it does not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.random_models import write_random_models
from tests.tiny_diffusion import Family


@pytest.mark.parametrize("family", [pytest.param("sd15", marks=pytest.mark.long), "sdxl"])
def test_no_tensor_is_left_behind_and_nothing_waits(family: Family, tmp_path: Path) -> None:
    """Three nets of three modes, a LoRA, a long weighed prompt, and a mask; previews are the only way back.

    XL has all that the smaller one has: its other encoder, its summaries and its sizes come on top.
    """
    heard = ask(write_random_models(tmp_path, family, is_tiny=True, device="cpu"), family)
    assert heard["spread"] > 0
    # Previews are drawn after the first step and every third one from there.
    assert heard["waits of the steps"] == [1, 0, 0]
    assert heard["waits of a switch"] == 0


def ask(models: Path, family: Family) -> dict[str, Any]:
    """What a process of its own says, since the device is registered in the whole process."""
    driver = "tests.unit.generator_server.diffusion.simulated_run"
    command = [sys.executable, "-W", "ignore", "-m", driver, str(models), family]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
