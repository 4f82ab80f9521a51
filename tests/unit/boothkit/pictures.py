"""Pictures for the tests of image intake: ordinary ones, and files that strangers send to break things."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageCms

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>alert('polyglot')</script>"


def portrait(width: int = 160, height: int = 120) -> Image.Image:
    """A picture without symmetry, so that every turn and flip shows."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 255 // width, y * 255 // height, (x * y) % 256], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8))


def encode(picture: Image.Image, name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def noise_jpeg(side: int) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return encode(Image.fromarray(pixels), "JPEG", quality=98)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, body: bytes = b"", bits: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    """A PNG made by hand: whatever size it claims, with whatever body."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (
        PNG_SIGNATURE + png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", zlib.compress(body, 9))
    ) + png_chunk(b"IEND", b"")


def png_bomb(width: int, height: int) -> bytes:
    """A complete one-bit PNG: a few kilobytes of file, `width * height` pixels."""
    return png(width, height, bits=1, body=bytes((width // 8 + 1) * height))


def moving(name: str, frames: int) -> bytes:
    """An animation of `frames` frames."""
    pictures = [
        Image.new("RGB", (64, 64), (number * 97 % 256, number // 8, 255 * (number % 2))) for number in range(frames)
    ]
    return encode(pictures[0], name, save_all=True, append_images=pictures[1:], duration=20)


def polyglot() -> bytes:
    """A valid JPEG that is also a ZIP archive and holds a script in a comment."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.html", SCRIPT)
    return encode(portrait(), "JPEG", comment=SCRIPT) + archive.getvalue() + SCRIPT


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a turn, a place on earth and a maker."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Secret Maker"
    tags.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)})
    return tags


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_secrets(name: str) -> bytes:
    """A picture with everything that must not be served: place, maker, comment, profile, description."""
    options: dict[str, Any] = {"exif": exif(), "icc_profile": profile()}
    if name == "JPEG":
        options |= {"comment": b"Secret comment", "xmp": b"<x>Secret xmp</x>"}
    return encode(portrait(), name, **options)


# Each must be refused: name, bytes (made when needed), the codes that are right for it.
REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "f41_png_400_megapixels": (lambda: png_bomb(20_000, 20_000), {"too_many_pixels"}),
    "f41_png_175_megapixels": (lambda: png_bomb(13_250, 13_250), {"too_many_pixels"}),
    "f41_png_just_over_the_limit": (lambda: png_bomb(6401, 6250), {"too_many_pixels"}),
    "f41_png_header_of_3_6_gigapixels": (lambda: png(60_000, 60_000), {"too_many_pixels"}),
    "f41_png_header_of_largest_size": (lambda: png(2**31 - 1, 2**31 - 1), {"too_many_pixels", "broken_image"}),
    "f41_png_wide_as_a_rope": (lambda: png(40_000_001, 1, body=b""), {"too_many_pixels"}),
    "f41_webp_of_2000_frames": (lambda: moving("WEBP", 2000), {"unsupported_image"}),
    "f41_webp_of_2_frames": (lambda: moving("WEBP", 2), {"unsupported_image"}),
    "f41_moving_png": (lambda: moving("PNG", 5), {"unsupported_image"}),
    "f41_gif": (lambda: moving("GIF", 5), {"unsupported_image"}),
    "f41_png_text_bomb": (
        lambda: png(64, 64, body=bytes(65 * 64), extra=png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000)))),
        {"broken_image"},
    ),
    "f41_png_profile_bomb": (
        lambda: png(64, 64, extra=png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(90_000_000)))),
        {"broken_image"},
    ),
    "f41_13_megabytes": (lambda: encode(portrait(), "JPEG") + bytes(13 * 2**20), {"image_too_large"}),
    "f42_nothing": (lambda: b"", {"unsupported_image"}),
    "f42_one_byte": (lambda: b"\xff", {"unsupported_image"}),
    "f42_only_a_jpeg_mark": (lambda: b"\xff\xd8\xff", {"broken_image"}),
    "f42_only_a_png_mark": (lambda: PNG_SIGNATURE, {"broken_image"}),
    "f42_only_a_webp_mark": (lambda: b"RIFF\x04\0\0\0WEBP", {"broken_image"}),
    "f42_png_without_pixels": (lambda: png(100, 100), {"broken_image"}),
    "f42_png_with_too_few_pixels": (lambda: png(100, 100, body=bytes(500)), {"broken_image"}),
    "f42_png_of_no_size": (lambda: png(0, 0), {"broken_image", "image_too_small"}),
    "f42_png_of_unknown_depth": (lambda: png(100, 100, bits=7), {"broken_image"}),
    "f42_png_with_wrong_checksum": (
        lambda: png_bomb(64, 64)[:40] + b"\0\0\0\0" + png_bomb(64, 64)[44:],
        {"broken_image"},
    ),
    "f42_jpeg_of_random_bytes": (lambda: b"\xff\xd8\xff\xe0" + noise_jpeg(64)[300:], {"broken_image"}),
    "f43_html_named_jpg": (lambda: b"<!doctype html><html><body>hello</body></html>", {"unsupported_image"}),
    "f43_html_with_a_jpeg_mark": (lambda: b"\xff\xd8\xff\xe0<html>" + SCRIPT, {"broken_image"}),
    "f43_svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", {"unsupported_image"}),
    "f43_eps": (lambda: encode(portrait(), "EPS"), {"unsupported_image"}),
    "f43_pdf": (lambda: encode(portrait(), "PDF"), {"unsupported_image"}),
    "f43_bmp": (lambda: encode(portrait(), "BMP"), {"unsupported_image"}),
    "f43_tiff": (lambda: encode(portrait(), "TIFF"), {"unsupported_image"}),
    "f43_icon": (lambda: encode(portrait(), "ICO"), {"unsupported_image"}),
    "f43_jpeg_2000": (lambda: encode(portrait(), "JPEG2000"), {"unsupported_image"}),
    "f43_zip": (lambda: polyglot()[len(encode(portrait(), "JPEG", comment=SCRIPT)) :], {"unsupported_image"}),
    "f43_executable": (lambda: b"\x7fELF" + bytes(500), {"unsupported_image"}),
    "f43_sound_in_riff": (lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), {"unsupported_image"}),
    "too_small": (lambda: encode(portrait(63, 400), "PNG"), {"image_too_small"}),
    "one_pixel": (lambda: encode(portrait(1, 1), "PNG"), {"image_too_small"}),
}
