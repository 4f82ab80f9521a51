"""One generator as the publisher sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import requests
from pydantic import TypeAdapter, ValidationError

from lora_training.publishing.refusals import GeneratorRefusedError, explain, refuse
from lora_training.publishing.wire import PROBLEM, REVISION, STYLE, PublishedStyle, Revision

CONNECT_TIMEOUT_S = 10.0
"""Also the longest pause of a generator while it takes a pack in."""
READ_TIMEOUT_S = 30.0
UPLOAD_TIMEOUT_S = 300.0
"""A generator unpacks, checks and flushes a pack before it answers."""
MAX_ANSWER_BYTES = 4 * 2**20
_ROOT = "/v1/style-packs"
_NOT_FOUND = 404
T = TypeVar("T")


@dataclass(frozen=True)
class _Answer:
    """A whole answer."""

    status: int
    body: bytes


class GeneratorClient:
    """Talks to the generator at `url`. All methods raise GeneratorRefusedError.

    The environment's proxies and netrc are not used, and no redirect is followed: the token goes to `url` only.
    """

    def __init__(self, url: str, token: str, *, ca_file: Path | None = None, timeout_s: float = READ_TIMEOUT_S) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self._token = token
        self._verify: bool | str = str(ca_file) if ca_file else True

    def find_style(self, style_id: str) -> PublishedStyle | None:
        """What was published of a style; None when nothing was."""
        answer = self._request("GET", _name(style_id))
        if answer.status == _NOT_FOUND and _read_code(answer) == "style_not_found":
            return None
        return _read(answer, STYLE)

    def send_pack(self, style_id: str, archive: BinaryIO, memorial_ids: Sequence[str]) -> Revision:
        """Publish a pack for these memorials, for all when there are none."""
        answer = self._request(
            "PUT",
            _name(style_id),
            read_timeout_s=UPLOAD_TIMEOUT_S,
            data=archive,
            params=[("memorial_id", memorial_id) for memorial_id in memorial_ids],
            headers={"Content-Type": "application/zip"},
        )
        return _read(answer, REVISION)

    def limit_memorials(self, style_id: str, memorial_ids: Sequence[str]) -> None:
        """Offer a published style to these memorials only, to all when there are none."""
        body = {"memorial_ids": list(memorial_ids)}
        _check(self._request("PUT", f"{_name(style_id)}/memorials", json=body))

    def roll_back(self, style_id: str, revision: int) -> Revision:
        """Offer a revision that was published earlier."""
        return _read(self._request("POST", f"{_name(style_id)}/rollback", json={"revision": revision}), REVISION)

    def withdraw(self, style_id: str) -> None:
        """Offer a style no longer; its revisions are kept."""
        _check(self._request("DELETE", _name(style_id)))

    def _request(
        self,
        method: str,
        path: str,
        *,
        read_timeout_s: float | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> _Answer:
        """An answer of any status."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.request(
                    method,
                    f"{self.url}{path}",
                    headers={"Authorization": f"Bearer {self._token}", "Accept-Language": "ko", **(headers or {})},
                    timeout=(CONNECT_TIMEOUT_S, read_timeout_s or self._timeout_s),
                    allow_redirects=False,
                    verify=self._verify,
                    stream=True,
                    **content,
                )
                return _Answer(response.status_code, _load(response))
        except (requests.exceptions.RequestException, OSError) as error:
            raise refuse(_find_cause(error)) from error


def _name(style_id: str) -> str:
    return f"{_ROOT}/{quote(style_id, safe='')}"


def _load(response: requests.Response) -> bytes:
    """The body, up to a limit; what is longer is no answer of a generator."""
    body = b""
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise refuse("not_a_generator")
    return body


def _find_cause(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    return "timeout" if isinstance(error, requests.exceptions.Timeout) else "network"


def _read(answer: _Answer, shape: TypeAdapter[T]) -> T:
    _check(answer)
    try:
        return shape.validate_json(answer.body)
    except ValidationError:
        raise refuse("not_a_generator") from None


def _check(answer: _Answer) -> None:
    if answer.status >= 300:
        raise _explain(answer)


def _explain(answer: _Answer) -> GeneratorRefusedError:
    try:
        return explain(PROBLEM.validate_json(answer.body), answer.status)
    except ValidationError:
        return refuse("unauthorized" if answer.status in (401, 403) else "not_a_generator")


def _read_code(answer: _Answer) -> str | None:
    try:
        return PROBLEM.validate_json(answer.body).code
    except ValidationError:
        return None
