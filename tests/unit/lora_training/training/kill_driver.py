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

import numpy as np
import torch
from PIL import Image

from lora_training.checkpoint import CheckpointFolder
from tests.unit.lora_training.training.small_training import SmallSet, paint_set, run_training, small_config

CONFIG = small_config(
    steps=4, save_every=1, keep_checkpoints=2, validation_share=0.0, ema_decay=0.5, sample_every=2, prior_weight=0.5
)
FACES = {"face": np.full((64, 48, 3), 90, np.uint8)}


def start_training(pictures: SmallSet, base: Path, out: Path) -> int:
    process_id = os.fork()
    if process_id == 0:
        try:
            run_training(CONFIG, pictures, base, out, faces=FACES)
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
        "broken_pictures": list_broken_pictures(out),
    }


def list_broken_pictures(out: Path) -> list[str]:
    """Samples and class pictures that cannot be read to their end."""
    broken = []
    for path in out.rglob("*.png"):
        try:
            with Image.open(path) as opened:
                opened.load()
        except OSError:
            broken.append(path.name)
    return broken


def main(work: Path, base: Path, kills: int) -> None:
    torch.set_num_threads(1)
    chance = random.Random(11)
    (work / "set").mkdir()
    pictures = paint_set(work / "set")
    whole_s = train_unbroken(pictures, base, work / "whole")
    killed = begun = 0
    while killed < kills:
        out = work / f"broken-{begun}"
        answer = kill_once(pictures, base, out, chance.uniform(0.1, 0.7) * whole_s)
        print(json.dumps(answer), flush=True)
        if answer["was_killed"]:
            killed += 1
        else:
            begun += 1
    train_unbroken(pictures, base, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
