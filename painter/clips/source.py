"""Reading clips frame by frame."""

from __future__ import annotations

import json
import math
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageSequence

from painter.arrays import Photo
from painter.clips.errors import ClipError, ClipProgramError
from painter.clips.info import ClipInfo
from painter.clips.pipes import CAUSE_CHARS, PipedProgram
from painter.painting import MAX_SIDE_PX, MIN_SIDE_PX

MAX_FRAMES = 900
MAX_DURATION_S = 60.0
MAX_FRAMES_PER_S = 30.0
MAX_FRAME_PX = 921_600
MAX_SOURCE_BYTES = 512 * 1024 * 1024
PROBE_S = 20.0
DEFAULT_DURATION_MS = 100
PICTURE_SIGNATURES = (b"GIF8", b"\x89PNG", b"RIFF")
PICTURE_FORMATS = ("GIF", "PNG", "WEBP")
BROKEN_PICTURE = (
    *(OSError, EOFError, ValueError, SyntaxError, IndexError, KeyError, TypeError, struct.error, zlib.error),
    Image.DecompressionBombError,
)
"""What Pillow raises, by format, for files that are not whole, or that claim to be enormous."""
VIDEO_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
"""Containers only: a playlist could name other files of this machine."""


@dataclass(frozen=True)
class OpenClip:
    """A clip that can be read once or more, each time from its start."""

    info: ClipInfo  # after shrinking to what is painted
    read: Callable[[], Iterator[Photo]]


def open_clip(path: Path) -> OpenClip:
    """Look at a clip's head; raises ClipError when it is none, or beyond the limits."""
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise ClipError(f"{path.name} is larger than {MAX_SOURCE_BYTES >> 20} MiB.")
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise ClipError(f"{path.name} cannot be read: {error.strerror}.") from error
    is_picture = head[:4] in PICTURE_SIGNATURES and (head[:4] != b"RIFF" or head[8:] == b"WEBP")
    return _open_picture(path) if is_picture else _open_video(path)


def _check_limits(path: Path, width: int, height: int, frames: float, duration_s: float) -> None:
    if not (min(width, height) >= MIN_SIDE_PX and max(width, height) <= MAX_SIDE_PX):
        raise ClipError(f"{path.name} is {width}x{height}; a clip's sides are {MIN_SIDE_PX} to {MAX_SIDE_PX} pixels.")
    if duration_s > MAX_DURATION_S:
        raise ClipError(f"{path.name} lasts {duration_s:.0f} s; at most {MAX_DURATION_S:.0f} s can be painted.")
    if frames > MAX_FRAMES:
        raise ClipError(f"{path.name} has {frames:.0f} frames; at most {MAX_FRAMES} can be painted.")


def _fit_size(width: int, height: int) -> tuple[int, int]:
    """The size to paint at: even sides, which video needs, and no more pixels than allowed."""
    scale = min(1.0, math.sqrt(MAX_FRAME_PX / (width * height)))
    fitted = (max(MIN_SIDE_PX, int(side * scale) // 2 * 2) for side in (width, height))
    return next(fitted), next(fitted)


def _open_picture(path: Path) -> OpenClip:
    try:
        with Image.open(path, formats=PICTURE_FORMATS) as image:
            width, height = image.size
            _check_limits(path, width, height, 1, 0.0)
            count = getattr(image, "n_frames", 1)
            _check_limits(path, width, height, count, 0.0)
            durations = [_load_duration(frame) for frame in ImageSequence.Iterator(image)]
    except BROKEN_PICTURE as error:
        raise ClipError(f"{path.name} is broken or no picture: {error}") from error
    if len(durations) < 2:
        raise ClipError(f"{path.name} is a still picture, not a clip.")
    step_ms, repeats = _find_grid(durations)
    frames = sum(repeats)
    _check_limits(path, width, height, frames, sum(durations) / 1000.0)
    size = _fit_size(width, height)
    info = ClipInfo(frames, *size, frames_per_s=1000.0 / step_ms, has_sound=False)
    return OpenClip(info, lambda: _read_picture(path, size, repeats))


def _load_duration(frame: Image.Image) -> float:
    """A frame's milliseconds; some formats tell them only once the frame is decoded, which also proves it whole."""
    frame.load()
    duration = float(frame.info.get("duration", DEFAULT_DURATION_MS) or DEFAULT_DURATION_MS)
    return max(10.0, duration)


def _find_grid(durations: list[float]) -> tuple[float, list[int]]:
    """(step in ms, steps per frame): the longest step that all durations are multiples of, else their mean."""
    step = math.gcd(*(round(duration) for duration in durations))
    repeats = [round(duration) // step for duration in durations]
    if step >= 1000.0 / MAX_FRAMES_PER_S - 1.0 or max(repeats) == 1:
        return float(step), repeats
    return sum(durations) / len(durations), [1] * len(durations)


def _read_picture(path: Path, size: tuple[int, int], repeats: list[int]) -> Iterator[Photo]:
    try:
        with Image.open(path, formats=PICTURE_FORMATS) as image:
            for frame, times in zip(ImageSequence.Iterator(image), repeats, strict=True):
                photo = _flatten(frame, size)
                for _ in range(times):
                    yield photo
    except BROKEN_PICTURE as error:
        raise ClipError(f"{path.name} is broken: {error}") from error


def _flatten(frame: Image.Image, size: tuple[int, int]) -> Photo:
    """RGB on white, resized."""
    colour = frame.convert("RGBA")
    sheet = Image.new("RGBA", colour.size, (255, 255, 255, 255))
    sheet.alpha_composite(colour)
    photo = np.array(sheet.convert("RGB"), dtype=np.uint8)
    if photo.shape[1::-1] == size:
        return photo
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _open_video(path: Path) -> OpenClip:
    found = _probe(path)
    streams = found.get("streams", [])
    video = next((s for s in streams if s.get("codec_type") == "video"), None)
    if video is None:
        raise ClipError(f"{path.name} holds no moving picture.")
    try:
        width, height = _read_upright_size(video)
        duration_s = float(video.get("duration") or found["format"]["duration"])
        rate = float(Fraction(video["avg_frame_rate"]))
    except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        raise ClipError(f"{path.name} does not tell its size, duration and frame rate.") from error
    if not (rate > 0.0 and math.isfinite(duration_s) and duration_s > 0.0):
        raise ClipError(f"{path.name} has no duration or frame rate.")
    rate = min(rate, MAX_FRAMES_PER_S)
    frames = max(1, round(duration_s * rate))
    _check_limits(path, width, height, frames, duration_s)
    size = _fit_size(width, height)
    has_sound = any(s.get("codec_type") == "audio" for s in streams)
    info = ClipInfo(frames, *size, frames_per_s=rate, has_sound=has_sound)
    return OpenClip(info, lambda: _read_video(path, info))


def _probe(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-format_whitelist", VIDEO_FORMATS, "-protocol_whitelist", "file"]
    command += ["-show_streams", "-show_format", "-of", "json", f"file:{path}"]
    try:
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise ClipProgramError(f"ffprobe did not answer within {PROBE_S:.0f} s.") from error
    except OSError as error:
        raise ClipProgramError(f"ffprobe could not be started: {error.strerror}.") from error
    if answer.returncode != 0:
        cause = answer.stderr.decode("utf-8", "replace").strip()[-CAUSE_CHARS:]
        raise ClipError(f"{path.name} is broken or no video: {cause}")
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _read_upright_size(video: dict[str, Any]) -> tuple[int, int]:
    width, height = int(video["width"]), int(video["height"])
    turns = [float(data["rotation"]) for data in video.get("side_data_list", []) if "rotation" in data]
    is_turned = bool(turns) and round(turns[0] / 90.0) % 2 == 1
    return (height, width) if is_turned else (width, height)


def _read_video(path: Path, info: ClipInfo) -> Iterator[Photo]:
    shape = (info.height, info.width, 3)
    size = info.height * info.width * 3
    command = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1"]
    command += ["-format_whitelist", VIDEO_FORMATS, "-protocol_whitelist", "file", "-i", f"file:{path}"]
    command += ["-map", "0:v:0", "-vf", f"fps={info.frames_per_s:.6f},scale={info.width}:{info.height}:flags=area"]
    command += ["-t", f"{MAX_DURATION_S:.3f}", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    with PipedProgram(command, is_source=True) as program:
        seen = 0
        while len(data := program.read(size)) == size:
            seen += 1
            yield np.frombuffer(data, dtype=np.uint8).reshape(shape)
        program.finish()
    if seen == 0:
        raise ClipError(f"{path.name} holds no frame that can be read.")
