"""The generators as the bridge sees them: an AUTOMATIC1111-compatible API behind one front door."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from service_bridge.clients.transport import Answer, Scheme, ServiceError, Transport
from service_bridge.clients.wire import PaintAnswer, PaintInfo, ProgressAnswer, StyleAnswer
from service_bridge.settings import GeneratorSettings
from service_bridge.visits.states import Cause

PICTURE_BYTES = 64 * 2**20
_SAMPLE_BYTES = 4 * 2**20
_PROGRESS_TIMEOUT_S = 2.0
_BAD_GATEWAY = 502
_STYLES = TypeAdapter(list[StyleAnswer])
_PAINT = TypeAdapter(PaintAnswer)
_PROGRESS = TypeAdapter(ProgressAnswer)


@dataclass(frozen=True)
class Painted:
    """One picture: PNG bytes and the seed that made it (None when the engine did not say)."""

    png: bytes
    seed: int | None


class BrokenOffError(ServiceError):
    """The generator went away while it was at work on the request: its program ended, perhaps because of it."""


class GeneratorClient:
    """Talks to the generators. Thread-safe."""

    def __init__(self, settings: GeneratorSettings, *, poll_s: float, scheme: Scheme = "Bearer") -> None:
        self._settings = settings
        self._poll_s = poll_s
        token = settings.token.get_secret_value() if settings.token else None
        self._transport = Transport(
            settings.url, connect_timeout_s=settings.connect_timeout_s, find_token=lambda: token, scheme=scheme
        )

    def paint(
        self, body: Mapping[str, Any], *, task_id: str, timeout_s: float, on_progress: Callable[[float], None]
    ) -> Painted:
        """One img2img request, with its progress (0-1) reported from another thread.

        A request that takes longer than `timeout_s` is hung up on, which cancels it. Raises ServiceError, and of its
        kinds BrokenOffError when there has been progress.
        """
        has_begun = threading.Event()

        def note(share: float) -> None:
            has_begun.set()
            on_progress(share)

        try:
            with self._follow(task_id, note):
                answer = self._ask_for_picture({**body, "force_task_id": task_id}, timeout_s)
        except ServiceError as error:
            if has_begun.is_set() and _went_away(error):
                raise BrokenOffError(error.cause, status=error.status) from error
            raise
        return _read_picture(answer.parse(_PAINT))

    def _ask_for_picture(self, body: Mapping[str, Any], timeout_s: float) -> Answer:
        answer = self._transport.request(
            "POST", "/sdapi/v1/img2img", timeout_s=timeout_s, max_bytes=PICTURE_BYTES, json=body
        )
        check_success(answer)
        return answer

    def list_styles(self, *, timeout_s: float) -> list[StyleAnswer]:
        """All styles. Raises ServiceError."""
        answer = self._transport.request("GET", "/v1/styles", timeout_s=timeout_s)
        check_success(answer)
        return answer.parse(_STYLES)

    def fetch_sample(self, style_id: str, *, timeout_s: float) -> bytes:
        """A style's sample picture (WebP). Raises ServiceError."""
        answer = self._transport.request(
            "GET", f"/v1/styles/{style_id}/sample", timeout_s=timeout_s, max_bytes=_SAMPLE_BYTES
        )
        check_success(answer)
        return answer.body

    def is_reachable(self, *, timeout_s: float) -> bool:
        """True when a generator says that it is ready."""
        try:
            return self._transport.request("GET", "/health/ready", timeout_s=timeout_s).status == 200
        except ServiceError:
            return False

    @contextmanager
    def _follow(self, task_id: str, on_progress: Callable[[float], None]) -> Iterator[None]:
        """Ask for the progress in a thread for as long as the block runs."""
        done = threading.Event()

        def follow() -> None:
            while not done.wait(self._poll_s):
                share = self._find_progress(task_id)
                if share is not None and not done.is_set():
                    on_progress(share)

        follower = threading.Thread(target=follow, name="generator-progress", daemon=True)
        follower.start()
        try:
            yield
        finally:
            done.set()

    def _find_progress(self, task_id: str) -> float | None:
        """How far a task is, or None when nobody can say: progress is a courtesy, its failure is none of a picture."""
        try:
            answer = self._transport.request(
                "POST", "/internal/progress", timeout_s=_PROGRESS_TIMEOUT_S, json={"id_task": task_id}
            )
            return answer.parse(_PROGRESS).progress if answer.status == 200 else None
        except ServiceError:
            return None


def check_success(answer: Answer) -> None:
    """Raise ServiceError for any status but 200."""
    if answer.status == 200:
        return
    if answer.status in (429, 503):
        cause = Cause.SERVICE_BUSY
    elif answer.status in (401, 403):
        cause = Cause.UNAUTHORIZED
    elif 400 <= answer.status < 500:
        cause = Cause.REFUSED
    else:
        cause = Cause.SERVICE_FAILED if answer.status >= 500 else Cause.NOT_THE_SERVICE
    raise ServiceError(cause, status=answer.status, retry_after_s=answer.retry_after_s)


def _went_away(error: ServiceError) -> bool:
    """True when the connection broke, or the front door says that the one behind it did."""
    return error.cause is Cause.NETWORK or error.status == _BAD_GATEWAY


def _read_picture(answer: PaintAnswer) -> Painted:
    """The first picture; any that follow are control images."""
    text = answer.images[0].partition("base64,")[2] or answer.images[0]
    try:
        png = base64.b64decode(text, validate=True)
        seed = PaintInfo.model_validate_json(answer.info).seed
    except (binascii.Error, ValidationError) as error:
        raise ServiceError(Cause.BAD_PICTURE) from error
    return Painted(png, seed)
