"""Clips that several tests paint: the portrait, seen by a camera that moves along."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import painter
from painter.arrays import Photo

WIDTH, HEIGHT = 192, 160
STEP = (2, 1)
"""Pixels that the camera moves between two frames, x and y."""


def film(count: int, *, noise: float = 3.0, width: int = WIDTH, height: int = HEIGHT) -> Iterator[Photo]:
    """Frames of a pan over the portrait, with a camera's noise."""
    portrait = cv2.resize(painter.sample_portrait(), (288, 384), interpolation=cv2.INTER_AREA)
    generator = np.random.default_rng(0)
    for number in range(count):
        x, y = 36 + STEP[0] * number, STEP[1] * number
        view = portrait[y : y + height, x : x + width] + generator.normal(0, noise, (height, width, 3))
        yield np.asarray(np.clip(view + 0.5, 0, 255), dtype=np.uint8)


def measure_flicker(frames: list[Photo]) -> float:
    """Mean difference in levels between frames once the camera's motion is taken out."""
    x, y = STEP
    differences = []
    for first, second in itertools.pairwise(frames):
        moved, still = first[y:, x:].astype(np.float32), second[:-y, :-x].astype(np.float32)
        differences.append(float(np.abs(moved - still)[20:-20, 20:-20].mean()))
    return float(np.mean(differences[1:]))


def write_animation(path: Path, count: int = 4, duration_ms: int | list[int] = 80) -> Path:
    """A GIF, WebP or PNG."""
    frames = [Image.fromarray(frame) for frame in film(count, noise=0.0)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=duration_ms, loop=0)
    return path


def write_video(path: Path, count: int = 8, *, sound: bool = True) -> Path:
    """A video of `count` frames at 10 per second, with a tone."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    command += ["-framerate", "10", "-i", "pipe:0"]
    if sound:
        command += ["-f", "lavfi", "-t", str(count / 10), "-i", "sine=frequency=440:sample_rate=44100"]
    command += ["-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, input=b"".join(frame.tobytes() for frame in film(count)), check=True)
    return path


@pytest.fixture
def gif(tmp_path: Path) -> Path:
    return write_animation(tmp_path / "source.gif")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "source.mp4")
