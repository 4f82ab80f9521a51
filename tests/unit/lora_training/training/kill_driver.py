"""Kills a training at random moments, again and again, and says whether what lies on disk was whole each time.

A process of its own: it loads the libraries once, and each training is a fork of it that `SIGKILL` ends.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

from lora_training.checkpoint import CheckpointFolder
from tests.unit.lora_training.training.small_training import SmallSet, paint_set, run_training, small_config

CONFIG = small_config(steps=5, save_every=1, keep_checkpoints=2, validation_share=0.0, ema_decay=0.5)


def start_training(pictures: SmallSet, base: Path, out: Path) -> int:
    process_id = os.fork()
    if process_id == 0:
        try:
            run_training(CONFIG, pictures, base, out)
            os._exit(0)
        finally:
            os._exit(1)
    return process_id


def train_unbroken(pictures: SmallSet, base: Path, out: Path) -> float:
    """Train to the end; how long it took, in seconds."""
    started_at = time.monotonic()
    _, status = os.waitpid(start_training(pictures, base, out), 0)
    if status != 0:
        raise RuntimeError(f"the training failed with status {status}")
    return time.monotonic() - started_at


def kill_once(pictures: SmallSet, base: Path, out: Path, delay_s: float) -> dict[str, object]:
    process_id = start_training(pictures, base, out)
    time.sleep(delay_s)
    os.kill(process_id, signal.SIGKILL)
    _, status = os.waitpid(process_id, 0)
    checkpoints = CheckpointFolder(out / "checkpoints")
    steps = checkpoints.list_steps()
    return {
        "was_killed": os.WIFSIGNALED(status),
        "steps": steps,
        "whole": [step for step in steps if checkpoints.find(step) is not None],
    }


def main(work: Path, base: Path, kills: int) -> None:
    torch.set_num_threads(1)
    chance = random.Random(11)
    (work / "set").mkdir()
    pictures = paint_set(work / "set")
    whole_s = train_unbroken(pictures, base, work / "whole")
    for _ in range(kills):
        answer = kill_once(pictures, base, work / "broken", chance.uniform(0.1, 0.7) * whole_s)
        print(json.dumps(answer), flush=True)
    train_unbroken(pictures, base, work / "broken")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
