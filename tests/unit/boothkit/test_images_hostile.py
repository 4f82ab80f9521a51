"""F41-F44: hostile pictures are refused with the right words, quickly, in bounded memory, and break nothing."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boothkit.errors import BoothError
from boothkit.images import BrokenImageError, ImageIntake, ImageLimits, TooManyPixelsError, UnsupportedImageError
from tests.unit.boothkit import pictures

GOOD = pictures.encode(pictures.portrait(), "JPEG")
MOST_RESIDENT_BYTES = 300 * 2**20


@pytest.fixture(scope="module")
def intake() -> Iterator[ImageIntake]:
    with ImageIntake() as intake:
        intake.inspect(GOOD)
        yield intake


def peak_resident_bytes() -> int:
    """Largest resident size that any decoder of this test process ever had."""
    peaks = [0]
    for child in psutil.Process().children():
        if "boothkit.image_worker" in child.cmdline():
            with open(f"/proc/{child.pid}/status") as status:  # noqa: PTH123 - not a file on disk
                peaks += [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")]
    return max(peaks)


def test_there_are_enough_cases() -> None:
    assert len(pictures.REFUSED) >= 30


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_hostile_files_are_refused(intake: ImageIntake, name: str) -> None:
    make, codes = pictures.REFUSED[name]
    data = make()
    with pytest.raises(BoothError) as caught:
        intake.inspect(data)
    assert caught.value.code in codes
    assert 400 <= caught.value.status < 500
    assert intake.inspect(GOOD).width == 160


def test_f41_the_memory_of_the_decoder_stayed_bounded(intake: ImageIntake) -> None:
    for name in ("f41_png_400_megapixels", "f41_png_header_of_3_6_gigapixels", "f41_webp_of_2000_frames"):
        with pytest.raises(BoothError):
            intake.inspect(pictures.REFUSED[name][0]())
    assert 0 < peak_resident_bytes() < MOST_RESIDENT_BYTES


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_f42_a_cut_at_every_percent_is_refused(intake: ImageIntake, name: str) -> None:
    whole = pictures.encode(pictures.portrait(400, 300), name)
    for percent in range(100):
        with pytest.raises((BrokenImageError, UnsupportedImageError)):
            intake.inspect(whole[: len(whole) * percent // 100])


@given(position=st.floats(0, 1, exclude_max=True), junk=st.binary(min_size=1, max_size=64), name=st.sampled_from("JPW"))
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_is_refused_or_harmless(intake: ImageIntake, position: float, junk: bytes, name: str) -> None:
    """Some damage still decodes (a changed pixel); it must never cost the child process or answer with a 5xx."""
    whole = bytearray(pictures.encode(pictures.portrait(), {"J": "JPEG", "P": "PNG", "W": "WEBP"}[name]))
    start = int(position * len(whole))
    whole[start : start + len(junk)] = junk
    workers = [child.pid for child in psutil.Process().children()]
    try:
        intake.inspect(bytes(whole))
    except BoothError as refusal:
        assert refusal.status < 500
    assert [child.pid for child in psutil.Process().children()] == workers


def test_the_address_space_of_the_decoder_is_limited() -> None:
    """36 megapixels are within the limit of pixels, but not within 160 MiB: refused, and the next picture is fine."""
    with ImageIntake(memory_bytes=160 * 2**20) as intake:
        with pytest.raises((TooManyPixelsError, BrokenImageError)):
            intake.rebuild(pictures.png_bomb(6000, 6000), media_type="image/jpeg")
        assert intake.inspect(GOOD).width == 160


def test_the_limits_of_a_decoder_are_set_by_the_system() -> None:
    with ImageIntake(memory_bytes=512 * 2**20, deadline_s=7) as intake:
        intake.inspect(GOOD)
        workers = [child for child in psutil.Process().children() if "boothkit.image_worker" in child.cmdline()]
        limits = [worker.rlimit(psutil.RLIMIT_AS) for worker in workers]
        assert (512 * 2**20, 512 * 2**20) in limits
        limited = workers[limits.index((512 * 2**20, 512 * 2**20))]
        assert 7 <= limited.rlimit(psutil.RLIMIT_CPU)[0] <= 10
        assert limited.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert limited.environ().keys() <= {"LC_CTYPE", "PILLOW_BLOCKS_MAX"}


def test_limits_can_be_tightened() -> None:
    with ImageIntake(ImageLimits(max_pixels=10_000, max_bytes=100_000)) as intake:
        with pytest.raises(TooManyPixelsError) as caught:
            intake.inspect(GOOD)
        with pytest.raises(BoothError, match="at most 0 MB"):
            intake.inspect(GOOD + bytes(100_000))
    assert caught.value.status == 413
