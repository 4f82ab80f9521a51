"""A picture in half precision on another device than the processor: nothing is mixed, and nothing waits between steps.

The device is simulated, because machines without a GPU run this. It stands for what the code does; speed it does not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own says, since the device is registered in the whole process."""
    from benchmarks.random_models import write_random_models

    folder = tmp_path_factory.mktemp("models")
    for family in ("sd15", "sdxl"):
        write_random_models(folder / family, family, is_tiny=True, device="cpu")  # type: ignore[arg-type]
    command = [sys.executable, "-W", "ignore", "-m", "tests.unit.generator_server.diffusion.simulated_run", str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_no_tensor_is_left_behind_and_no_step_waits(family: str, said: dict[str, Any]) -> None:
    """Three nets of three modes, a LoRA, a long weighed prompt, and a mask; previews are the only way back."""
    heard = said[family]
    assert heard["spread"] > 0
    # Previews are drawn after the first step and every third one from there.
    assert heard["waits of the steps"] == [1, 0, 0]


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_switching_between_known_adapters_waits_for_nothing(family: str, said: dict[str, Any]) -> None:
    assert said[family]["waits of a switch"] == 0
