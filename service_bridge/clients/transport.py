"""HTTP with limits: every request has a deadline, every answer a size, and no redirect is followed."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import requests
from pydantic import TypeAdapter, ValidationError
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from service_bridge.visits.states import Cause

_CHUNK_BYTES = 65_536
JSON_BYTES = 4 * 2**20
T = TypeVar("T")
# How the token is shown; for basic authentication it is `user:password`.
Scheme = Literal["Bearer", "Basic"]


class ServiceError(Exception):
    """Another program could not be used. `status` is its HTTP status when it answered at all."""

    def __init__(self, cause: Cause, *, status: int | None = None, retry_after_s: float | None = None) -> None:
        self.cause = cause
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(f"{cause.value}, status {status}")


# First match wins: some of these are subclasses of those below them.
_CAUSES: tuple[tuple[type[Exception], Cause], ...] = (
    (requests.exceptions.SSLError, Cause.CERTIFICATE),
    (requests.exceptions.Timeout, Cause.TIMEOUT),
    (requests.exceptions.ConnectionError, Cause.NETWORK),
    (requests.exceptions.ChunkedEncodingError, Cause.NETWORK),
    (requests.exceptions.ContentDecodingError, Cause.NOT_THE_SERVICE),
    (requests.exceptions.RequestException, Cause.NETWORK),
)


# What the kernel may hold of a request that the network has not taken: it doubles the value that it is given.
SEND_BUFFER_BYTES = 65_536


class _Adapter(HTTPAdapter):
    """Connections that show how slow the network is: a small send buffer, and an end when nobody acknowledges."""

    def __init__(self, unacknowledged_s: float) -> None:
        self._unacknowledged_ms = int(unacknowledged_s * 1000)
        super().__init__()

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        options["socket_options"] = [
            *HTTPConnection.default_socket_options,
            (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES // 2),
            (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self._unacknowledged_ms),
        ]
        super().init_poolmanager(*sizes, **options)


class Answer:
    """A complete answer: status, headers, body."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def retry_after_s(self) -> float | None:
        """The wait that the server asked for in seconds; None when it did not, or as a date."""
        text = self.headers.get("Retry-After", "").strip()
        return float(text) if text.isdecimal() and len(text) <= 9 else None

    @property
    def media_type(self) -> str:
        """Type of the body without parameters, lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def parse(self, adapter: TypeAdapter[T]) -> T:
        """The body as a checked value. Raises ServiceError (NOT_THE_SERVICE) for anything else."""
        if self.media_type != "application/json":
            raise ServiceError(Cause.NOT_THE_SERVICE, status=self.status)
        try:
            return adapter.validate_json(self.body)
        except ValidationError as error:
            raise ServiceError(Cause.NOT_THE_SERVICE, status=self.status) from error


class Transport:
    """Talks to one server. Thread-safe: each request has its own session.

    The environment's proxies and netrc are not used: a netrc entry would replace our token.
    """

    def __init__(
        self,
        url: str,
        *,
        connect_timeout_s: float,
        find_token: Callable[[], str | None],
        ca_file: Path | None = None,
        scheme: Scheme = "Bearer",
    ) -> None:
        self._url = url.rstrip("/")
        self._connect_timeout_s = connect_timeout_s
        self._find_token = find_token
        self._scheme = scheme
        self._verify: bool | str = str(ca_file) if ca_file else True

    def request(
        self,
        method: str,
        path: str,
        *,
        timeout_s: float,
        max_bytes: int = JSON_BYTES,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Answer:
        """Send and read the whole answer. `timeout_s` bounds the wait for it and the reading of it.

        `content` is `json` or `data`, as for requests. Raises ServiceError when there is no whole answer; an answer of
        any status is returned.
        """
        ends_at = time.monotonic() + timeout_s
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.verify = self._verify
                session.mount(self._url, _Adapter(timeout_s))
                with session.request(
                    method,
                    f"{self._url}{path}",
                    headers={**self._authorization(), **(headers or {})},
                    timeout=(min(self._connect_timeout_s, timeout_s), timeout_s),
                    allow_redirects=False,
                    stream=True,
                    **content,
                ) as response:
                    body = _read(response, max_bytes, max(ends_at, time.monotonic() + self._connect_timeout_s))
                    return Answer(response.status_code, response.headers, body)
        except requests.exceptions.RequestException as error:
            raise ServiceError(find_cause(error)) from error

    def _authorization(self) -> dict[str, str]:
        token = self._find_token()
        if not token:
            return {}
        shown = base64.b64encode(token.encode()).decode() if self._scheme == "Basic" else token
        return {"Authorization": f"{self._scheme} {shown}"}


def find_cause(error: Exception) -> Cause:
    """Why a request failed, by one table. A timeout while sending comes wrapped in a connection error."""
    cause = next(cause for kind, cause in _CAUSES if isinstance(error, kind))
    return Cause.TIMEOUT if cause is Cause.NETWORK and _has_timeout_inside(error) else cause


def _has_timeout_inside(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _read(response: requests.Response, max_bytes: int, ends_at: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise ServiceError(Cause.NOT_THE_SERVICE, status=response.status_code)
        if time.monotonic() > ends_at:
            raise ServiceError(Cause.TIMEOUT, status=response.status_code)
    return bytes(body)
