"""Clips from file to file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import painter
from painter.clips import source as source_module
from painter.clips.convert import write_palette
from painter.clips.pipes import PipedProgram
from painter.clips.source import open_clip
from tests.unit.painter.clips.conftest import HEIGHT, WIDTH, film, write_animation, write_video

STYLE = "watercolour"


class CancelledError(Exception):
    """What a caller's listener raises."""


def probe(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def read_animation(path: Path) -> tuple[int, float]:
    """(frames, duration in ms)."""
    with Image.open(path) as image:
        total = 0.0
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            total += image.info["duration"]
        return image.n_frames, total


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_an_animation_keeps_frames_and_duration(suffix: str, gif: Path, tmp_path: Path) -> None:
    target = tmp_path / f"painted{suffix}"
    info = painter.paint_clip(gif, target, style=STYLE)
    assert read_animation(target) == (4, pytest.approx(320, abs=1))
    assert (info.frames, info.width, info.height, info.has_sound) == (4, WIDTH, HEIGHT, False)
    assert info.duration_s == pytest.approx(0.32)


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_all_animated_pictures_are_read(suffix: str, tmp_path: Path) -> None:
    clip = open_clip(write_animation(tmp_path / f"source{suffix}"))
    frames = list(clip.read())
    assert len(frames) == clip.info.frames == 4
    assert clip.info.frames_per_s == pytest.approx(12.5)
    # a palette or compression changes little
    assert np.abs(frames[2].astype(int) - list(film(3, noise=0.0))[2]).mean() < 8


@pytest.mark.parametrize(
    "head", [b"GIF89a" + b"\xff" * 4, b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\xff\xff" * 2]
)
def test_a_picture_that_claims_to_be_enormous_is_refused(head: bytes, tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(head + b"\x08\2\0\0\0" + bytes(64))
    with pytest.raises(painter.ClipError, match="bomb"):
        open_clip(tmp_path / "bomb")


@pytest.mark.parametrize(("suffix", "codecs"), [(".mp4", {"h264", "aac"}), (".webm", {"vp9", "opus"})])
def test_a_video_keeps_frames_duration_and_sound(suffix: str, codecs: set[str], video: Path, tmp_path: Path) -> None:
    target = tmp_path / f"painted{suffix}"
    info = painter.paint_clip(video, target, style=STYLE)
    assert info.has_sound
    found = probe(target)
    assert {stream["codec_name"] for stream in found["streams"]} == codecs
    pictures = next(stream for stream in found["streams"] if stream["codec_type"] == "video")
    assert int(pictures["nb_read_frames"]) == info.frames == 8
    assert (pictures["width"], pictures["height"]) == (WIDTH, HEIGHT)
    assert float(found["format"]["duration"]) == pytest.approx(0.8, abs=0.1)


def test_a_silent_video_becomes_a_silent_picture(tmp_path: Path) -> None:
    silent = write_video(tmp_path / "silent.mp4", 3, sound=False)
    assert not painter.paint_clip(silent, tmp_path / "a.webp", style=STYLE).has_sound
    assert read_animation(tmp_path / "a.webp")[0] == 3


def test_an_animation_becomes_a_video(gif: Path, tmp_path: Path) -> None:
    info = painter.paint_clip(gif, tmp_path / "a.mp4", style=STYLE)
    assert not info.has_sound
    (stream,) = probe(tmp_path / "a.mp4")["streams"]
    assert int(stream["nb_read_frames"]) == 4


def test_what_is_written_is_the_painting(gif: Path, tmp_path: Path) -> None:
    painter.paint_clip(gif, tmp_path / "a.webp", style=STYLE, seed=5)
    painted = next(painter.paint_frames(open_clip(gif).read(), style=STYLE, seed=5))
    with Image.open(tmp_path / "a.webp") as image:
        written = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(written - painted).mean() < 6


def test_durations_on_a_common_grid_are_kept(tmp_path: Path) -> None:
    clip = open_clip(write_animation(tmp_path / "a.gif", 3, [100, 200, 100]))
    assert (clip.info.frames, clip.info.frames_per_s) == (4, 10.0)
    frames = list(clip.read())
    np.testing.assert_array_equal(frames[1], frames[2])


def test_odd_durations_are_averaged(tmp_path: Path) -> None:
    clip = open_clip(write_animation(tmp_path / "a.gif", 3, [70, 90, 110]))
    assert (clip.info.frames, clip.info.duration_s) == (3, pytest.approx(0.27))


def test_transparent_frames_stand_on_white(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (64, 64), (200, 0, 0, alpha)) for alpha in (0, 255)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=100)
    first, second = open_clip(tmp_path / "a.png").read()
    assert (first == 255).all()
    assert (second == (200, 0, 0)).all()


def test_large_frames_are_painted_smaller_and_even() -> None:
    width, height = source_module._fit_size(1921, 1081)
    assert width * height <= source_module.MAX_FRAME_PX
    assert (width % 2, height % 2) == (0, 0)
    assert width / height == pytest.approx(1921 / 1081, rel=0.01)


def test_a_turned_video_is_upright(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", 2, sound=False)
    turned = tmp_path / "turned.mp4"
    command = ["ffmpeg", "-v", "error", "-i", str(video), "-c", "copy", "-metadata:s:v:0", "rotate=90", str(turned)]
    subprocess.run(command, check=True)
    clip = open_clip(turned)
    assert (clip.info.width, clip.info.height) == (HEIGHT, WIDTH)
    assert next(clip.read()).shape == (WIDTH, HEIGHT, 3)


def test_progress_grows_to_one(gif: Path, tmp_path: Path) -> None:
    heard: list[float] = []
    painter.paint_clip(gif, tmp_path / "a.webp", style=STYLE, on_progress=heard.append)
    assert heard == sorted(heard)
    assert len(heard) >= 5
    assert heard[-1] == 1.0


@pytest.mark.parametrize("suffix", [".webp", ".mp4", ".gif"])
def test_cancelling_leaves_no_half_file_and_no_program(suffix: str, video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / f"a{suffix}"
    target.write_bytes(b"older")

    def cancel(fraction: float) -> None:
        if fraction > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        painter.paint_clip(video, target, style=STYLE, on_progress=cancel)
    assert [path.name for path in folder.iterdir()] == [target.name]
    assert target.read_bytes() == b"older"
    children = subprocess.run(["ps", "--ppid", str(__import__("os").getpid()), "-o", "comm="], capture_output=True)
    assert b"ffmpeg" not in children.stdout


def test_an_older_target_is_replaced(gif: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.webp"
    target.write_bytes(b"older")
    painter.paint_clip(gif, target, style=STYLE)
    assert read_animation(target)[0] == 4


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.mp4", "a.txt"])
@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"not a clip at all " * 50])
def test_files_that_are_no_clips_are_named(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(painter.ClipError, match=name):
        painter.paint_clip(tmp_path / name, tmp_path / "out.webp", style=STYLE)
    assert not (tmp_path / "out.webp").exists()


@pytest.mark.parametrize("make", [write_animation, write_video])
def test_truncated_clips_are_refused(make: Any, tmp_path: Path) -> None:
    suffix = ".gif" if make is write_animation else ".mp4"
    whole = make(tmp_path / f"whole{suffix}")
    broken = tmp_path / f"broken{suffix}"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(painter.ClipError, match="broken"):
        painter.paint_clip(broken, tmp_path / "out.webp", style=STYLE)
    assert not (tmp_path / "out.webp").exists()


def test_a_playlist_that_names_other_files_is_not_followed(video: Path, tmp_path: Path) -> None:
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"ffconcat version 1.0\nfile {video}\n")
    with pytest.raises(painter.ClipError):
        painter.paint_clip(playlist, tmp_path / "out.webp", style=STYLE)


def test_a_still_picture_is_no_clip(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    with pytest.raises(painter.ClipError, match="still picture"):
        open_clip(tmp_path / "a.png")


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(painter.ClipError, match=r"gone\.gif cannot be read"):
        open_clip(tmp_path / "gone.gif")


@pytest.mark.parametrize("name", ["a.avi", "a", "a.jpg"])
def test_only_four_kinds_of_target_are_written(name: str, gif: Path, tmp_path: Path) -> None:
    with pytest.raises(painter.ClipError, match=r"\.mp4, \.webm, \.webp, \.gif"):
        painter.paint_clip(gif, tmp_path / name, style=STYLE)


def test_a_target_without_a_folder_is_refused(gif: Path, tmp_path: Path) -> None:
    with pytest.raises(painter.ClipError, match="cannot be written"):
        painter.paint_clip(gif, tmp_path / "none" / "a.gif", style=STYLE)


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("MAX_FRAMES", 3, "4 frames"), ("MAX_DURATION_S", 0.2, "lasts"), ("MAX_SOURCE_BYTES", 100, "larger")],
)
def test_limits_are_said(
    limit: str, value: float, words: str, gif: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, limit, value)
    with pytest.raises(painter.ClipError, match=words):
        painter.paint_clip(gif, tmp_path / "a.gif", style=STYLE)


def test_tiny_clips_are_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 32), (value, 0, 0)) for value in (0, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(painter.ClipError, match="32x32"):
        open_clip(tmp_path / "a.gif")


def test_what_ffmpeg_says_is_kept() -> None:
    with PipedProgram(["ffmpeg", "-v", "error", "-i", "/no/such/file", "-f", "null", "-"], is_source=True) as program:
        assert program.read(10) == b""
        with pytest.raises(painter.ClipProgramError, match="No such file"):
            program.finish()


def test_a_missing_program_is_named() -> None:
    with pytest.raises(painter.ClipProgramError, match="no-such-program could not be started"):
        PipedProgram(["no-such-program"], is_source=True)


def test_a_program_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("painter.clips.pipes.STALL_S", 0.1)
    with (
        PipedProgram(["sleep", "60"], is_source=True) as program,
        pytest.raises(painter.ClipProgramError, match="moved"),
    ):
        program.read(1)
    with (
        PipedProgram(["sleep", "60"], is_source=False) as program,
        pytest.raises(painter.ClipProgramError, match="moved"),
    ):
        program.write(bytes(10_000_000))


def test_a_program_that_ends_early_is_explained() -> None:
    with (
        PipedProgram(["false"], is_source=False) as program,
        pytest.raises(painter.ClipProgramError, match="false failed"),
    ):
        program.write(bytes(10_000_000))


def test_a_flat_painting_has_a_palette(tmp_path: Path) -> None:
    write_palette(np.full((64, 64, 3), 90, np.uint8), tmp_path / "palette.png")
    with Image.open(tmp_path / "palette.png") as image:
        assert image.size == (16, 16)
        assert image.getpixel((0, 0)) == (90, 90, 90)
