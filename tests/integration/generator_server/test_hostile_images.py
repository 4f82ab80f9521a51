"""Hostile pictures through base64 (F41-F43): refused with a sentence, quickly, without filling the memory."""

from __future__ import annotations

import base64
import io
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest
import requests
from PIL import Image

from tests.integration.generator_server.server import RunningGenerator, make_body, make_photo, read_picture


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_png_bomb(side: int) -> bytes:
    """A grey PNG of side x side zeros, one thousandth of that in bytes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side + 1)) for _ in range(min(side, 20_000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def make_animation() -> bytes:
    """A WebP of 300 frames; the catalogue's 2,000 take a minute to write and differ in nothing that is checked."""
    frames = [Image.new("RGB", (64, 64), (number % 256, 0, 0)) for number in range(300)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], duration=10, method=0)
    return buffer.getvalue()


def make_polyglot() -> bytes:
    """A good JPEG with a script in its comment and a ZIP behind its end."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as pack:
        pack.writestr("evil.sh", "echo stolen-marker")
    jpeg = make_photo()
    comment = b"<script>stolen-marker</script>"
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:] + archive.getvalue()


def send(generator: RunningGenerator, data: bytes) -> tuple[requests.Response, float]:
    started_at = time.monotonic()
    answer = generator.post("/sdapi/v1/img2img", make_body(data))
    return answer, time.monotonic() - started_at


REFUSED = {
    "html": b"<html><body>.jpg</body></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "gif": b"GIF89a" + bytes(40),
    "empty": b"",
    "text": b"hello",
    "only a signature": b"\x89PNG\r\n\x1a\n",
    "only a JPEG start": b"\xff\xd8\xff\xe0" + bytes(200),
    "riff without webp": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(20),
    "tiny": make_photo(8, 8, "PNG"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_f43_what_is_no_photograph_is_refused(generator: RunningGenerator, name: str) -> None:
    answer, _ = send(generator, REFUSED[name])
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"error", "detail", "body", "errors"}
    assert answer.json()["detail"]


@pytest.mark.parametrize("side", [20_000, 60_000, 2**31 - 1])
def test_f41_bombs_are_refused_quickly_in_bounded_memory(generator: RunningGenerator, side: int) -> None:
    """20,000 squared is 400 megapixels, 60,000 squared 3.6 gigapixels."""
    bomb = make_png_bomb(side) if side < 2**20 else make_header_bomb(side)
    before = generator.read_family_bytes()
    answer, took_s = send(generator, bomb)
    assert 400 <= answer.status_code < 500
    assert took_s < 5
    assert generator.read_family_bytes() - before < 300 * 2**20


def make_header_bomb(side: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_f41_animation_is_refused(generator: RunningGenerator) -> None:
    answer, took_s = send(generator, make_animation())
    assert answer.status_code == 415
    assert took_s < 5


def test_file_of_more_bytes_than_allowed_is_refused(generator: RunningGenerator) -> None:
    answer, _ = send(generator, make_photo() + bytes(13 * 2**20))
    assert (answer.status_code, answer.json()["error"]) == (413, "image_too_large")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_f42_truncated_photographs_are_refused(generator: RunningGenerator, kind: str) -> None:
    whole = make_photo(kind=kind)
    for share in (0.01, 0.1, 0.35, 0.6, 0.8, 0.95):
        answer, _ = send(generator, whole[: int(len(whole) * share)])
        assert answer.status_code in {415, 422}, share


def test_f43_polyglot_comes_out_clean(generator: RunningGenerator) -> None:
    answer, _ = send(generator, make_polyglot())
    assert answer.status_code == 200
    made = base64.b64decode(answer.json()["images"][0])
    assert b"stolen-marker" not in made
    assert b"PK\x03\x04" not in made


def test_photograph_lying_on_its_side_is_painted_upright(generator: RunningGenerator) -> None:
    image = Image.open(io.BytesIO(make_photo(256, 192)))
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    turned = np.asarray(read_picture(send(generator, buffer.getvalue())[0].json()["images"][0]))
    buffer = io.BytesIO()
    image.transpose(Image.Transpose.ROTATE_270).save(buffer, "PNG")
    upright = np.asarray(read_picture(send(generator, buffer.getvalue())[0].json()["images"][0]))
    assert np.abs(turned.astype(int) - upright).mean() < 12


def test_generator_is_well_afterwards(generator: RunningGenerator) -> None:
    assert generator.post("/sdapi/v1/img2img", make_body()).status_code == 200
    assert generator.get("/health/ready").json()["status"] == "ready"
