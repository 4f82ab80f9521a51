"""What a request says: language, token, body, digest."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from boothkit.digests import content_digest
from boothkit.errors import PayloadTooLargeError, UnauthorizedError
from boothkit.web import (
    DigestMismatchError,
    DigestRequiredError,
    bearer_token,
    preferred_language,
    read_body,
    verify_content_digest,
)


def request(query: str = "", **headers: str) -> Request:
    pairs = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "PUT", "path": "/", "query_string": query.encode(), "headers": pairs})


class Sender:
    """A client that sends chunks and remembers how many were taken."""

    def __init__(self, chunks: list[bytes], **headers: str) -> None:
        self.taken = 0
        self._chunks: Iterator[bytes] = iter(chunks)
        self._left = len(chunks)
        self.request = Request(request(**headers).scope, self._receive)

    async def _receive(self) -> Message:
        self.taken += 1
        self._left -= 1
        return {"type": "http.request", "body": next(self._chunks), "more_body": self._left > 0}

    def read(self, max_bytes: int) -> bytes:
        return asyncio.run(read_body(self.request, max_bytes=max_bytes))


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", "ko"),
        ("lang=en", "", "en"),
        ("lang=en", "ko", "en"),
        ("lang=ko", "en", "ko"),
        ("lang=fr", "en", "en"),
        ("lang=", "en", "en"),
        ("", "en", "en"),
        ("", "EN-us,en;q=0.5", "en"),
        ("", "fr,en;q=0.3,ko;q=0.8", "ko"),
        ("", "ko;q=0.1, en;q=0.2", "en"),
        ("", "fr, de", "ko"),
        ("", "en;q=0", "ko"),
        ("", "en;q=nonsense, ko;q=0.1", "ko"),
        ("", "*", "ko"),
    ],
)
def test_the_language_of_the_reader(query: str, header: str, expected: str) -> None:
    assert preferred_language(request(query, accept_language=header)) == expected


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20)))
def test_no_header_breaks_the_language(header: str) -> None:
    assert preferred_language(request(accept_language=header)) in ("ko", "en")


def test_a_bearer_token_is_found() -> None:
    assert bearer_token(request(authorization="bearer  abc ")) == "abc"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic abc", "abc"])
def test_anything_else_is_unauthorized(header: str) -> None:
    with pytest.raises(UnauthorizedError):
        bearer_token(request(authorization=header))


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=8))
@settings(deadline=None, max_examples=30)
def test_a_body_is_read_whole(chunks: list[bytes]) -> None:
    body = b"".join(chunks)
    assert Sender(chunks).read(len(body)) == body
    if body:
        with pytest.raises(PayloadTooLargeError):
            Sender(chunks).read(len(body) - 1)


def test_f48_reading_stops_as_soon_as_it_is_too_much() -> None:
    sender = Sender([b"x" * 1000] * 1000)
    with pytest.raises(PayloadTooLargeError):
        sender.read(2500)
    assert sender.taken == 3


def test_a_declared_length_is_refused_before_reading() -> None:
    sender = Sender([b"x"], content_length="2501")
    with pytest.raises(PayloadTooLargeError):
        sender.read(2500)
    assert sender.taken == 0


@given(st.binary(max_size=100))
def test_a_digest_is_verified(body: bytes) -> None:
    sha256 = hashlib.sha256(body).hexdigest()
    assert verify_content_digest(request(content_digest=content_digest(sha256)), body) == sha256


def test_one_digest_of_several_is_enough() -> None:
    header = f"sha-512=:AAAA:, {content_digest(hashlib.sha256(b'x').hexdigest())}"
    assert verify_content_digest(request(content_digest=header), b"x") == hashlib.sha256(b"x").hexdigest()


def test_another_body_is_a_mismatch() -> None:
    header = content_digest(hashlib.sha256(b"x").hexdigest())
    with pytest.raises(DigestMismatchError):
        verify_content_digest(request(content_digest=header), b"y")


@pytest.mark.parametrize(
    "header", ["", "sha-256=abc", "md5=:AAAA:", "sha-256=:A:", "sha-256=:=AAA:", "not-sha-256=:AA==:"]
)
def test_a_digest_is_required(header: str) -> None:
    with pytest.raises(DigestRequiredError):
        verify_content_digest(request(content_digest=header), b"x")


def test_a_digest_of_the_wrong_length_is_a_mismatch() -> None:
    with pytest.raises(DigestMismatchError):
        verify_content_digest(request(content_digest="sha-256=:AAAA:"), b"x")
