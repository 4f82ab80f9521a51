"""Reading forms as they stream in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from boothkit.errors import InvalidRequestError, PayloadTooLargeError
from memorial_service.intake.multipart import Part, read_parts

SIZES = {"metadata": 100, "original": 5000}


def form(**parts: bytes) -> bytes:
    body = b""
    for name, data in parts.items():
        body += b'--edge\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + data + b"\r\n"
    return body + b"--edge--\r\n"


def read(chunks: list[bytes], *, length: int | None = None) -> dict[str, Part]:
    waiting = iter(chunks)

    async def receive() -> dict[str, Any]:
        chunk = next(waiting, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    headers = [(b"content-type", b"multipart/form-data; boundary=edge")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    request = Request({"type": "http", "method": "PUT", "headers": headers}, receive)
    return asyncio.run(read_parts(request, SIZES))


def cut(body: bytes, places: list[int]) -> Iterator[bytes]:
    start = 0
    for end in sorted({place % len(body) for place in places}):
        yield body[start:end]
        start = end
    yield body[start:]


@given(data=st.binary(max_size=2000), places=st.lists(st.integers(0, 10**6), max_size=8))
def test_parts_arrive_whole_wherever_the_network_cuts_them(data: bytes, places: list[int]) -> None:
    if b"\r\n--edge" in data:
        return
    parts = read(list(cut(form(metadata=b"{}", original=data), places)))
    assert parts["original"] == Part(data, hashlib.sha256(data).hexdigest())
    assert parts["metadata"].text == "{}"


def test_a_part_is_refused_as_soon_as_it_is_too_large() -> None:
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        yield b'--edge\r\nContent-Disposition: form-data; name="original"\r\n\r\n'
        while True:
            sent.append(1000)
            yield bytes(1000)

    with pytest.raises(PayloadTooLargeError):
        read(endless())  # type: ignore[arg-type]
    assert sum(sent) <= 7000


def test_a_declared_length_beyond_all_parts_is_refused_unread() -> None:
    with pytest.raises(PayloadTooLargeError):
        read([], length=1_000_000)


def test_padding_around_the_parts_is_limited_too() -> None:
    with pytest.raises((PayloadTooLargeError, InvalidRequestError)):
        read([b"x" * 1000] * 100)


@pytest.mark.parametrize("end", [10, 60, 90, -12, -3])
def test_a_cut_form_is_no_form(end: int) -> None:
    body = form(metadata=b"{}", original=b"data")
    with pytest.raises(InvalidRequestError):
        read([body[:end]])


def test_a_text_part_must_be_utf8() -> None:
    with pytest.raises(InvalidRequestError):
        _ = read([form(metadata=b"\xff")])["metadata"].text
