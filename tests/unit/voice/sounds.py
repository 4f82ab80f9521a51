"""Sound files made and measured by the real programs, for these tests."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from service_bridge.voice.programs import ProgramRunner

SINE = "sine=frequency=330:sample_rate=48000"
SILENCE = "anullsrc=sample_rate=48000"
FILM = "testsrc=size=64x64:rate=5"


def make_sound(path: Path, *, seconds: float, options: str = "", source: str = SINE) -> bytes:
    """A sound of `seconds` in the format that `path`'s ending (and ffmpeg's `options`) name."""
    generated = ["-f", "lavfi", "-i", source, "-t", str(seconds)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *generated, *options.split(), str(path)], check=True, timeout=60)
    return path.read_bytes()


def make_speech(path: Path, text: str, language: str = "en") -> bytes:
    """`text` spoken by espeak-ng as WAV."""
    subprocess.run(["espeak-ng", "-v", language, "-w", str(path), "--stdin"], input=text.encode(), check=True)
    return path.read_bytes()


def read_facts(path: Path) -> dict[str, str]:
    """codec_name, profile, sample_rate, channels, duration, format_name of a sound file."""
    asked = "format=duration,format_name:stream=codec_name,profile,sample_rate,channels"
    command = ["ffprobe", "-v", "error", "-show_entries", asked, "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return {**found["streams"][0], **found["format"]}


def measure(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP), by ffmpeg's ebur128 filter."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True).stderr
    loudness, peak = re.findall(r"(?:I:|Peak:) +(-?[\d.]+|-inf)", said.split("Summary")[-1])
    return float(loudness), float(peak)


def runner_in(folder: Path) -> ProgramRunner:
    return ProgramRunner(folder, timeout_s=30.0)
