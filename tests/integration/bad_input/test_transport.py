"""F48: what is wrong below HTTP's content: lengths, endings, heads; spoken on a bare connection."""

from __future__ import annotations

import json
import select
import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.integration.bad_input.site import Caller, Door

MEBIBYTE = 2**20
CAPTURE = "/api/v1/visits/01890a5d-ac96-774b-bcce-b302099a8057/capture"


def speak(caller: Caller, door: Door, said: bytes) -> bytes:
    """Everything that is answered until the connection is closed."""
    with connect(caller, door) as channel:
        try:
            channel.sendall(said)
        except (BrokenPipeError, ConnectionResetError):
            return b""
        return listen(channel)


def connect(caller: Caller, door: Door) -> socket.socket:
    address = urlsplit(caller.site.urls[door])
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=10)


def listen(channel: socket.socket) -> bytes:
    answer = b""
    try:
        while piece := channel.recv(65536):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def read_status(answer: bytes) -> int:
    """The status of the first answer; 0 when the connection was closed without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def head(caller: Caller, method: str, path: str, *fields: str) -> bytes:
    usual = [f"{method} {path} HTTP/1.1", "Host: booth", f"Authorization: Bearer {caller.site.token_of('booth')}"]
    return "\r\n".join([*usual, "Connection: close", *fields, "", ""]).encode("latin-1")


# Name, what is said, what may be answered; 0 is a closed connection.
BROKEN: dict[str, tuple[bytes, set[int]]] = {
    "no_http": (b"hello\r\n\r\n", {0, 400}),
    "tls_on_a_plain_port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100), {0, 400}),
    "no_host": (b"GET /health/ready HTTP/1.1\r\n\r\n", {400}),
    "two_hosts": (b"GET /health/ready HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    "broken_host": (b"GET /health/ready HTTP/1.1\r\nHost: a b\r\n\r\n", {400}),
    "nul_in_the_address": (b"GET /health/\0ready HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    "escaped_nul_in_the_address": (b"GET /health/%00ready HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    "above_the_root": (b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    "address_of_20_kb": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {414}),
    "header_of_100_kb": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", {400, 0}),
    "unknown_version": (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", {505, 400}),
    "two_lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", {400}),
    "negative_length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", {400}),
    "length_in_words": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n", {400}),
    "length_and_chunks": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        {400},
    ),
    "unknown_coding": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", {501, 400}),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("door", ["booth", "public", "generator"])
def test_what_is_no_request(korean: Caller, door: Door, name: str) -> None:
    said, statuses = BROKEN[name]
    answer = speak(korean, door, said.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    assert read_status(answer) in statuses, answer[:300]
    assert b"nginx/" not in answer
    if read_status(answer) in {400, 414}:
        problem = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert problem["type"].startswith("urn:memorial-booth:problem:")


def test_a_body_that_never_comes_is_not_waited_for(korean: Caller) -> None:
    """The length says 1,000 bytes, 10 come: the connection ends after the pause that is allowed, 2 s here."""
    started_at = time.monotonic()
    answer = speak(korean, "booth", head(korean, "PUT", CAPTURE, "Content-Length: 1000") + b"x" * 10)
    assert read_status(answer) in {0, 408}
    assert 1.5 < time.monotonic() - started_at < 8


def test_a_head_that_trickles_in_is_cut(korean: Caller) -> None:
    started_at = time.monotonic()
    assert read_status(speak(korean, "public", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: a")) in {0, 408}
    assert 1.5 < time.monotonic() - started_at < 8


def test_a_length_that_is_too_short_cuts_the_photograph(korean: Caller) -> None:
    """What follows the announced bytes is no second request: the connection ends with this one."""
    smuggled = b"DELETE /api/v1/visits/x HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = speak(korean, "booth", head(korean, "PUT", CAPTURE, "Content-Length: 5") + b"12345" + smuggled)
    assert read_status(answer) == 422
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("door", "path", "most_megabytes"),
    [("booth", CAPTURE, 12), ("booth", "/api/v1/enrolments", 1), ("public", "/i/x", 1), ("generator", "/v1/x", 64)],
)
def test_endless_chunks_are_refused_at_the_limit(korean: Caller, door: Door, path: str, most_megabytes: int) -> None:
    """The refusal comes while the sender is still sending; a little is on its way by then."""
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    sent = 0
    with connect(korean, door) as channel:
        channel.sendall(head(korean, "PUT", path, "Transfer-Encoding: chunked"))
        while sent < (most_megabytes + 40) * MEBIBYTE and not has_answer(channel):
            channel.sendall(chunk)
            sent += len(chunk)
        answer = channel.recv(65536)
    assert read_status(answer) == 413
    assert sent < (most_megabytes + 10) * MEBIBYTE


def has_answer(channel: socket.socket) -> bool:
    readable, _, _ = select.select([channel], [], [], 0)
    return bool(readable)


@pytest.mark.parametrize("coding", [b"zz\r\n", b"-5\r\n", b"fffffffffffffffff\r\n", b"5\r\nabc"])
def test_chunks_that_are_none(korean: Caller, coding: bytes) -> None:
    answer = speak(korean, "booth", head(korean, "PUT", CAPTURE, "Transfer-Encoding: chunked") + coding + b"\r\n\r\n")
    assert read_status(answer) in {0, 400, 408, 413}
