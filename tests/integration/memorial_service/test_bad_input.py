"""What must not get in: broken, hostile or mislabelled content. Fault ids F31, F41-F47."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from boothkit.ids import new_id
from memorial_service.db.tables import Memory
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House

MEBIBYTE = 1 << 20


@pytest.fixture(autouse=True)
def nothing_gets_in(shared_house: House, request: pytest.FixtureRequest) -> Any:
    """Whatever a test of this file sends, the number of memories stays what it was, unless it says otherwise."""

    def count() -> int:
        with shared_house.site.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Memory)) or 0

    before = count()
    yield
    if "accepted" not in request.node.name:
        assert count() == before


def send(house: House, document: Any, content: parcels.Files) -> tuple[int, str]:
    answer = house.put(new_id(), document, content)
    problem = answer.json()
    assert problem.get("request_id") or answer.is_success, "every refusal can be found in the log"
    return answer.status_code, problem.get("type", "").rpartition(":")[2]


def send_original(house: House, data: bytes, media_type: str = "image/jpeg") -> tuple[int, str]:
    content = {"original": data}
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["original"] = parcels.entry("original", data, media_type=media_type)
    return send(house, document, content)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(MEBIBYTE))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def animation(frames: int) -> bytes:
    file = io.BytesIO()
    pictures = [Image.new("RGB", (64, 64), (number % 255, 0, 0)) for number in range(frames)]
    pictures[0].save(file, "WEBP", save_all=True, append_images=pictures[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (png_that_claims(20_000, 20_000), 413),
        (png_that_claims(60_000, 60_000), 413),
        (animation(40), 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", 415),
        (b"%PDF-1.7\n", 415),
        (b"GIF89a" + bytes(100), 415),
        (b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>", 422),
        (b"<!doctype html><title>x</title>", 415),
        (b"PK\x03\x04" + bytes(60), 415),
        (b"\x00" * 300, 415),
        (parcels.picture(0, width=32, height=200), 422),
    ],
    ids=["400mp", "3.6gp", "frames", "svg", "eps", "pdf", "gif", "html_in_jpeg", "html", "zip", "zeros", "tiny"],
)
def test_f41_f43_what_is_not_one_sound_photograph(shared_house: House, data: bytes, status: int) -> None:
    assert send_original(shared_house, data)[0] == status


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("percent", [1, 30, 70, 95])
def test_f42_a_cut_picture_is_refused_even_when_its_hash_fits(shared_house: House, form: str, percent: int) -> None:
    whole = parcels.picture(3, width=400, height=500, form=form)
    cut = whole[: max(1, len(whole) * percent // 100)]
    assert send_original(shared_house, cut, f"image/{form.lower()}")[0] in (415, 422)


@pytest.mark.parametrize("role", ["original", "picture", "voice"])
def test_f42_content_that_changed_on_the_way(shared_house: House, role: str) -> None:
    content = parcels.files(5)
    document = parcels.metadata(shared_house.memorial_id, content)
    changed = {**content, role: content[role] + b"\x00"}
    assert send(shared_house, document, changed) == (422, "file_mismatch")


def test_a_wrong_size_or_type_in_the_metadata(shared_house: House) -> None:
    content = parcels.files(6)
    document = parcels.metadata(shared_house.memorial_id, content)
    document["files"]["original"]["bytes"] += 1
    assert send(shared_house, document, content) == (422, "file_mismatch")
    assert send_original(shared_house, parcels.picture(6), "image/png") == (422, "file_mismatch")


@pytest.mark.parametrize(
    ("voice", "media_type", "duration_s", "status"),
    [
        (parcels.wav(claimed_bytes=0xFFFFFF00), "audio/wav", 1.0, 422),
        (parcels.wav(rate=0), "audio/wav", 1.0, 422),
        (parcels.wav(0), "audio/wav", 1.0, 422),
        (parcels.wav(2.0), "audio/wav", 90.0, 422),
        (parcels.wav(1.0)[:30], "audio/wav", 1.0, 422),
        (b"fLaC" + bytes(2000), "audio/flac", 1.0, 415),
        (b"OggS" + bytes(2000), "audio/ogg", 36_000.0, 422),
        (b"OggS" + bytes(2000), "audio/ogg", 900.0, 422),
        (b"OggS" + bytes(2000), "audio/mpeg", 1.0, 422),
        (b"<html>", "audio/mpeg", 1.0, 415),
        (b"\xff\xf1" + bytes(2000), "audio/mpeg", 1.0, 415),
        (b"#!AMR\n", "audio/amr", 1.0, 415),
    ],
    ids=["4gb", "sr0", "empty", "longer", "cut", "flac", "ten_hours", "too_long", "wrong_type", "html", "adts", "amr"],
)
def test_f45_what_is_not_a_voice(
    shared_house: House, voice: bytes, media_type: str, duration_s: float, status: int
) -> None:
    content = {"original": parcels.picture(7), "voice": voice}
    document = parcels.metadata(shared_house.memorial_id, content)
    document["files"]["voice"] |= {"media_type": media_type, "duration_s": duration_s}
    assert send(shared_house, document, content)[0] == status


def too_large(role: str, size: int) -> Callable[[str], tuple[Any, parcels.Files]]:
    def build(memorial_id: str) -> tuple[Any, parcels.Files]:
        content = {"original": parcels.picture(8), role: b"\xff\xd8\xff" + bytes(size)}
        return parcels.metadata(memorial_id, content), content

    return build


@pytest.mark.parametrize(
    "build",
    [
        too_large("original", 12 * MEBIBYTE),
        too_large("picture", 12 * MEBIBYTE),
        too_large("voice", 10 * MEBIBYTE),
        lambda memorial_id: (b'{"letter": "' + b"x" * 70_000 + b'"}', {"original": parcels.picture(8)}),
    ],
    ids=["original", "picture", "voice", "metadata"],
)
def test_f31_parts_above_their_size_are_413(shared_house: House, build: Any) -> None:
    assert send(shared_house, *build(shared_house.memorial_id)) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"revision": NaN}',
        b'{"revision": ' + b"9" * 5000 + b"}",
        b"[" * 60_000,
        b'{"letter": "\\ud800"}',
        b"\xff\xfe\x00",
        b'{"revision": "one"}',
    ],
    ids=["empty", "text", "list", "null", "nan", "digits", "depth", "surrogate", "utf16", "word"],
)
def test_metadata_that_is_not_metadata(shared_house: House, text: bytes) -> None:
    assert send(shared_house, text, {"original": parcels.picture(9)}) == (422, "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": 0},
        {"revision": 10**7},
        {"language": "xx"},
        {"letter": "가" * 5001},
        {"sender_name": "x" * 81},
        {"relation": "x" * 41},
        {"chosen": "both"},
        {"captured_at": "2026-03-01T05:20:00"},
        {"captured_at": "yesterday"},
        {"memorial_id": None},
        {"files": {}},
    ],
    ids=lambda changes: next(iter(changes)) if isinstance(changes, dict) else str(changes),
)
def test_fields_out_of_range(shared_house: House, changes: dict[str, Any]) -> None:
    content = {"original": parcels.picture(10)}
    document = parcels.metadata(shared_house.memorial_id, content) | changes
    assert send(shared_house, document, content) == (422, "invalid_request")


def test_files_that_are_declared_and_files_that_come_must_be_the_same(shared_house: House) -> None:
    content = parcels.files(11)
    document = parcels.metadata(shared_house.memorial_id, content)
    fewer = {role: data for role, data in content.items() if role != "voice"}
    assert send(shared_house, document, fewer) == (422, "invalid_request")
    assert send(shared_house, parcels.metadata(shared_house.memorial_id, fewer), content) == (422, "invalid_request")


FORM = "multipart/form-data; boundary=x"


def put_raw(house: House, body: bytes, content_type: str, memory_id: str = "") -> int:
    headers = {**house.booth.headers, "Content-Type": content_type}
    answer = house.client.put(f"/api/v1/memories/{memory_id or new_id()}", content=body, headers=headers)
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data", 415),
        (b"", FORM, 422),
        (b"--x\r\n", FORM, 422),
        (b"no boundary at all", FORM, 422),
        (
            b'--x\r\nContent-Disposition: form-data; name="evil"\r\n\r\n1\r\n--x--\r\n',
            FORM,
            422,
        ),
        (b"--x\r\n" + b"A: b\r\n" * 500 + b"\r\n1\r\n--x--\r\n", FORM, 422),
        (b"", "multipart/form-data; boundary=" + "x" * 300, 415),
    ],
    ids=["json", "no_boundary", "empty", "cut", "garbage", "unknown_part", "headers", "long_boundary"],
)
def test_bodies_that_are_not_a_form(shared_house: House, body: bytes, content_type: str, status: int) -> None:
    assert put_raw(shared_house, body, content_type) == status


def test_a_part_that_comes_twice(shared_house: House) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="original"\r\n\r\n1\r\n'
    assert put_raw(shared_house, part + part + b"--x--\r\n", FORM) == 422


@pytest.mark.parametrize("memory_id", ["1", "..%2f..%2fetc", "0" * 36, "ABCDEF00-0000-7000-8000-000000000000"])
def test_ids_that_are_not_ids(shared_house: House, memory_id: str) -> None:
    assert put_raw(shared_house, b"", FORM, memory_id) == 404


HOSTILE_NAMES = ["../../etc/passwd", "a\x00b.jpg", "x" * 300 + ".jpg", "\u202egpj.exe", "C:\\x.jpg", ""]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_f46_accepted_whatever_the_file_is_called(shared_house: House, name: str) -> None:
    content = {"original": parcels.picture(12)}
    document = json.dumps(parcels.metadata(shared_house.memorial_id, content)).encode()
    disposition = f'form-data; name="original"; filename="{name}"'.encode()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n' + document
        + b"\r\n--x\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + content["original"] + b"\r\n--x--\r\n"
    )  # fmt: skip
    assert put_raw(shared_house, body, FORM) == 201
    own_name = re.compile(r"[0-9a-f]{2}|[0-9a-f]{64}|\.[0-9a-f]{64}\.[0-9a-f]{16}\.tmp")
    assert all(own_name.fullmatch(path.name) for path in shared_house.site.blobs.root.rglob("*"))


def test_f31_every_refusal_is_a_problem_in_the_language_asked_for(shared_house: House) -> None:
    content = {"original": b"GIF89a" + bytes(50)}
    document = parcels.metadata(shared_house.memorial_id, content)
    form = parcels.as_form(document, content)
    for language, word in (("ko", "사진"), ("en", "photographs")):
        headers = {**shared_house.booth.headers, "Accept-Language": language}
        answer = shared_house.client.put(f"/api/v1/memories/{new_id()}", files=form, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        assert word in answer.json()["detail"]
