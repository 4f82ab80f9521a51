"""One HTTP call: bounded in time and size, never redirected, every failure a KioskError."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError

from kiosk.bridge.problems import build_error
from kiosk.bridge.token import TokenFile
from kiosk.errors import BridgeUnreachableError, NotTheBridgeError

_PIECE_BYTES = 64 * 1024
_MAX_ANSWER_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Answer:
    """A successful answer, read to the end."""

    status: int
    media_type: str
    body: bytes


class Transport:
    """Knows address, token and time limits. Each call has its own connection, so any thread may call.

    The environment's proxies and .netrc are not looked at: the bridge is the booth's neighbour, and a .netrc would
    replace the token.
    """

    def __init__(self, url: str, token: TokenFile, *, connect_timeout_s: float, read_timeout_s: float) -> None:
        self._base = f"{url.rstrip('/')}/api/v1"
        self._token = token
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        is_enrolled: bool = True,
    ) -> Answer:
        """Send one request and read the whole answer within `timeout_s` of silence and twice that in all."""
        limit_s = timeout_s or self._read_timeout_s
        sent = {**self._authorisation(is_enrolled=is_enrolled), "Accept": "*/*", **(headers or {})}
        with _translated(), requests.Session() as session:
            session.trust_env = False
            with session.request(
                method,
                self._base + path,
                params=query,
                json=json,
                data=data,
                headers=sent,
                timeout=(self._connect_timeout_s, limit_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read_all(response, until_s=time.monotonic() + limit_s)
        return _judge(response, body)

    @contextlib.contextmanager
    def stream(self, path: str, *, silence_s: float) -> Iterator[Iterator[bytes]]:
        """Open an event stream; gives the bytes as they come. Silence for `silence_s` ends it with an error."""
        headers = {**self._authorisation(is_enrolled=True), "Accept": "text/event-stream"}
        with _translated(), requests.Session() as session:
            session.trust_env = False
            with session.get(
                self._base + path,
                headers=headers,
                timeout=(self._connect_timeout_s, silence_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    _judge(response, _read_all(response, until_s=time.monotonic() + silence_s))
                if _media_type(response) != "text/event-stream":
                    raise NotTheBridgeError(cause="no event stream")
                yield _read_pieces(response)

    def _authorisation(self, *, is_enrolled: bool) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.read()}"} if is_enrolled else {}


def _judge(response: requests.Response, body: bytes) -> Answer:
    if not 200 <= response.status_code < 300:
        raise build_error(response.status_code, retry_after=response.headers.get("Retry-After"), body=body)
    return Answer(response.status_code, _media_type(response), body)


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _read_all(response: requests.Response, *, until_s: float) -> bytes:
    """The body, unless it drips too slowly or never ends."""
    parts: list[bytes] = []
    size = 0
    for part in _read_pieces(response):
        parts.append(part)
        size += len(part)
        if size > _MAX_ANSWER_BYTES:
            raise NotTheBridgeError(cause="an endless answer")
        if time.monotonic() > until_s:
            raise BridgeUnreachableError(cause="the answer takes too long")
    return b"".join(parts)


def _read_pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it arrives. requests' own iteration waits until a piece is full, for ever if the answer drips."""
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        yield piece


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, HTTPError, OSError) as error:
        raise BridgeUnreachableError(cause=f"{type(error).__name__}") from error
