"""From a clip to a painted clip, as a file that appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from painter.arrays import Photo
from painter.clips.errors import ClipError
from painter.clips.info import ClipInfo
from painter.clips.pipes import PipedProgram
from painter.clips.source import VIDEO_FORMATS, open_clip
from painter.progress import Progress

PALETTE_COLOURS = 256
PALETTE_SAMPLE_PX = 480
_VIDEO_COLOURS = ("-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
_TO_VIDEO = ("-vf", "scale=out_color_matrix=bt709:out_range=tv")
ENCODERS = {
    ".mp4": (
        *_TO_VIDEO,
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", *_VIDEO_COLOURS, "-c:a", "aac", "-b:a", "128k"),
        *("-movflags", "+faststart", "-f", "mp4"),
    ),
    ".webm": (
        *_TO_VIDEO,
        *("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-crf", "30", "-b:v", "0", *_VIDEO_COLOURS),
        *("-c:a", "libopus", "-b:a", "96k", "-f", "webm"),
    ),
    ".webp": ("-c:v", "libwebp_anim", "-quality", "80", "-compression_level", "3", "-loop", "0", "-f", "webp"),
    ".gif": ("-loop", "0", "-f", "gif"),
}
SOUND_SUFFIXES = (".mp4", ".webm")


def convert_clip(
    source: Path, target: Path, paint: Callable[[Iterable[Photo]], Iterator[Photo]], progress: Progress
) -> ClipInfo:
    """Read, paint, write; see `painter.clips.paint_clip`."""
    if target.suffix.lower() not in ENCODERS:
        raise ClipError(
            f"A painted clip is written as {', '.join(ENCODERS)}, not {target.suffix or 'without a suffix'}."
        )
    clip = open_clip(source)
    progress.reach(0.01)
    try:
        with tempfile.TemporaryDirectory(prefix=".clip-", dir=target.parent) as folder:
            part = Path(folder) / f"part{target.suffix.lower()}"
            frames = _write(_report(paint(clip.read()), clip.info, progress), clip.info, source, part)
            part.replace(target)
    except OSError as error:
        raise ClipError(f"{target.name} cannot be written: {error.strerror or error}.") from error
    progress.reach(1.0)
    has_sound = clip.info.has_sound and target.suffix.lower() in SOUND_SUFFIXES
    return replace(clip.info, frames=frames, has_sound=has_sound)


def _report(paintings: Iterable[Photo], info: ClipInfo, progress: Progress) -> Iterator[Photo]:
    for number, painting in enumerate(paintings, start=1):
        progress.reach(min(0.99, 0.01 + 0.98 * number / info.frames))
        yield painting


def _write(paintings: Iterator[Photo], info: ClipInfo, source: Path, part: Path) -> int:
    """Encode the paintings; gives their number."""
    first = next(paintings)
    suffix = part.suffix
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "2", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{info.width}x{info.height}", "-framerate", f"{info.frames_per_s:.6f}", "-i", "pipe:0"]
    if suffix == ".gif":
        # one palette for the whole clip: palettes of single frames flicker
        palette = part.with_name("palette.png")
        write_palette(first, palette)
        command += ["-i", f"file:{palette}", "-lavfi", "paletteuse=dither=none:diff_mode=rectangle"]
    elif suffix in SOUND_SUFFIXES and info.has_sound:
        command += ["-format_whitelist", VIDEO_FORMATS, "-protocol_whitelist", "file", "-i", f"file:{source}"]
        command += ["-map", "0:v:0", "-map", "1:a:0"]
    command += [*ENCODERS[suffix], f"file:{part}"]
    count = 1
    with PipedProgram(command, is_source=False) as program:
        program.write(first.tobytes())
        for painting in paintings:
            program.write(painting.tobytes())
            count += 1
        program.finish()
    return count


def write_palette(painting: Photo, path: Path) -> None:
    """The best 256 colours for a painting, as the 16x16 picture that ffmpeg reads."""
    small = Image.fromarray(painting)
    small.thumbnail((PALETTE_SAMPLE_PX, PALETTE_SAMPLE_PX))
    quantised = small.quantize(PALETTE_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = np.zeros((PALETTE_COLOURS, 3), dtype=np.uint8)
    found = np.array(quantised.getpalette()[: 3 * PALETTE_COLOURS], dtype=np.uint8).reshape(-1, 3)  # type: ignore[index]
    colours[: len(found)] = found
    Image.fromarray(colours.reshape(16, 16, 3)).save(path)
