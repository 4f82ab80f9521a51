"""Image intake with good pictures: facts, upright pixels, clean copies, and what it costs."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageOps

from boothkit.images import ImageFacts, ImageIntake, ImageLimits
from tests.unit.boothkit import pictures

RIGHT_ANGLES = range(5, 9)


@pytest.fixture(scope="module")
def intake() -> Iterator[ImageIntake]:
    with ImageIntake() as intake:
        yield intake


@pytest.mark.parametrize(("name", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_facts_of_each_format(intake: ImageIntake, name: str, media_type: str) -> None:
    data = pictures.encode(pictures.portrait(), name)
    assert intake.inspect(data) == ImageFacts(name, media_type, 160, 120)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_becomes_upright(intake: ImageIntake, orientation: int) -> None:
    data = pictures.encode(pictures.portrait(), "PNG", exif=pictures.exif(orientation))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    facts = intake.inspect(data)
    assert (facts.width, facts.height) == upright.size == ((120, 160) if orientation in RIGHT_ANGLES else (160, 120))
    assert np.array_equal(intake.decode(data), np.asarray(upright))
    rebuilt = Image.open(io.BytesIO(intake.rebuild(data, media_type="image/png")))
    assert np.array_equal(np.asarray(rebuilt), np.asarray(upright))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(intake: ImageIntake, orientation: int) -> None:
    tags = Image.Exif()
    tags[0x0112] = orientation
    facts = intake.inspect(pictures.encode(pictures.portrait(), "JPEG", exif=tags))
    assert (facts.width, facts.height) == (160, 120)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA"])
def test_every_mode_becomes_rgb(intake: ImageIntake, mode: str) -> None:
    picture = pictures.portrait().convert(mode)
    expected = np.asarray(picture.convert("RGB"))
    assert np.array_equal(intake.decode(pictures.encode(picture, "PNG")), expected)


def test_cmyk_becomes_rgb(intake: ImageIntake) -> None:
    data = pictures.encode(pictures.portrait().convert("CMYK"), "JPEG", quality=95)
    difference = np.abs(intake.decode(data).astype(int) - np.asarray(pictures.portrait()).astype(int))
    assert difference.mean() < 8


def test_sixteen_bits_become_eight(intake: ImageIntake) -> None:
    levels = np.tile(np.arange(0, 65536, 512, dtype=np.uint16), (64, 1))
    pixels = intake.decode(pictures.encode(Image.fromarray(levels), "PNG"))
    assert np.abs(pixels[0, :, 0].astype(int) - levels[0] / 257).max() <= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(intake: ImageIntake, mode: str) -> None:
    picture = Image.new("RGBA", (80, 80), (10, 20, 30, 0)).convert(mode)
    options = {"transparency": picture.getpixel((0, 0))} if mode == "P" else {}
    assert intake.decode(pictures.encode(picture, "PNG", **options)).min() == 255


def test_a_colour_profile_is_applied_before_it_is_dropped(intake: ImageIntake) -> None:
    """A profile that swaps nothing changes nothing; a broken one is ignored."""
    plain = pictures.encode(pictures.portrait(), "PNG")
    for profile in (pictures.profile(), b"not a profile" * 20):
        tagged = pictures.encode(pictures.portrait(), "PNG", icc_profile=profile)
        difference = np.abs(intake.decode(tagged).astype(int) - intake.decode(plain).astype(int))
        assert difference.max() <= 1


def test_a_phone_jpeg_with_a_second_view_is_one_photograph(intake: ImageIntake) -> None:
    views = [pictures.portrait(), pictures.portrait(80, 60)]
    file = io.BytesIO()
    views[0].save(file, "MPO", save_all=True, append_images=views[1:])
    facts = intake.inspect(file.getvalue())
    assert (facts.format, facts.width, facts.height) == ("JPEG", 160, 120)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_f44_nothing_but_pixels_is_carried_on(intake: ImageIntake, name: str, media_type: str) -> None:
    clean = intake.rebuild(pictures.with_secrets(name), media_type=media_type)
    picture = Image.open(io.BytesIO(clean))
    assert Image.MIME[str(picture.format)] == media_type
    assert dict(picture.getexif()) == {}
    assert not {"icc_profile", "comment", "exif", "xmp", "photoshop"} & set(picture.info)
    assert b"Secret" not in clean


def test_f43_a_polyglot_leaves_its_other_halves_behind(intake: ImageIntake) -> None:
    dirty = pictures.polyglot()
    clean = intake.rebuild(dirty, media_type="image/jpeg")
    assert pictures.SCRIPT in dirty
    assert b"PK\x03\x04" in dirty
    assert pictures.SCRIPT not in clean
    assert b"PK\x03\x04" not in clean
    assert clean.endswith(b"\xff\xd9")


def test_rebuilding_can_make_it_smaller_but_never_larger(intake: ImageIntake) -> None:
    data = pictures.encode(pictures.portrait(400, 200), "PNG")
    for wish, size in ((100, (100, 50)), (4000, (400, 200)), (None, (400, 200))):
        picture = Image.open(io.BytesIO(intake.rebuild(data, media_type="image/webp", max_side_px=wish)))
        assert picture.size == size


def test_quality_matters(intake: ImageIntake) -> None:
    data = pictures.noise_jpeg(200)
    sizes = [len(intake.rebuild(data, media_type="image/jpeg", quality=quality)) for quality in (30, 90)]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_xmp_is_written_when_asked_for(intake: ImageIntake, media_type: str) -> None:
    packet = "<x:xmpmeta>사람이 만든 것이 아님</x:xmpmeta>".encode()
    file = intake.rebuild(pictures.encode(pictures.portrait(), "PNG"), media_type=media_type, xmp=packet)
    found = Image.open(io.BytesIO(file)).info["xmp"]
    assert (found.encode() if isinstance(found, str) else found) == packet


def test_another_media_type_is_a_mistake_of_the_caller(intake: ImageIntake) -> None:
    with pytest.raises(ValueError, match="image/gif"):
        intake.rebuild(pictures.encode(pictures.portrait(), "PNG"), media_type="image/gif")


def test_only_the_formats_that_were_named_are_taken() -> None:
    with ImageIntake(ImageLimits(formats=("PNG",))) as intake:
        assert intake.inspect(pictures.encode(pictures.portrait(), "PNG")).format == "PNG"
        with pytest.raises(Exception, match="Only still photographs"):
            intake.inspect(pictures.encode(pictures.portrait(), "JPEG"))
