"""The bridge as the visit sees it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError

from boothkit.digests import content_digest
from boothkit.logs import get_logger
from kiosk.bridge.stream import EventParser, StreamEvent
from kiosk.bridge.token import TokenFile
from kiosk.bridge.transport import Answer, Transport
from kiosk.bridge.wire import (
    MEMORIALS,
    STYLES,
    CaptureSavedWire,
    EnrolmentWire,
    FinishSavedWire,
    MemorialWire,
    SpeechWire,
    VisitStatusWire,
    write_finish,
)
from kiosk.errors import DamagedOnTheWayError, KioskError, NotAtBridgeError, NotTheBridgeError
from kiosk.flow.retries import back_off
from kiosk.flow.visit import FinishRequest, Generation, HandOver, Memorial, Receipt, Speech, Style
from kiosk.settings import BridgeSettings

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_SETTLED = frozenset({"done", "failed", "off"})


class BridgeClient:
    """Every method may be called from any thread, blocks within its time limits and raises only KioskError."""

    def __init__(self, settings: BridgeSettings, token: TokenFile) -> None:
        self._settings = settings
        self._token = token
        self._transport = Transport(
            settings.url,
            token,
            connect_timeout_s=settings.connect_timeout_s,
            read_timeout_s=settings.read_timeout_s,
        )

    def enrol(self, code: str, *, name: str) -> str:
        """Exchange a one-time code for a token and keep it; returns the booth's id."""
        answer = self._transport.call("POST", "/enrolments", json={"code": code, "name": name}, is_enrolled=False)
        enrolment = _read(EnrolmentWire, answer)
        self._token.write(enrolment.token)
        return enrolment.booth_id

    def list_memorials(self) -> tuple[Memorial, ...]:
        answer = self._transport.call("GET", "/memorials")
        return tuple(memorial.to_record() for memorial in _read_list(MEMORIALS, answer))

    def find_memorial(self, code: str) -> Memorial | None:
        try:
            answer = self._transport.call("GET", f"/memorials/{quote(code, safe='')}")
        except NotAtBridgeError:
            return None
        return _read(MemorialWire, answer).to_record()

    def list_styles(self, memorial_id: str) -> tuple[Style, ...]:
        answer = self._transport.call("GET", "/styles", query={"memorial_id": memorial_id})
        return tuple(style.to_record() for style in _read_list(STYLES, answer))

    def get_style_sample(self, style_id: str, memorial_id: str) -> bytes:
        path = f"/styles/{quote(style_id, safe='')}/sample"
        return self._get_file(path, "image/", query={"memorial_id": memorial_id})

    def save_capture(self, hand_over: HandOver, image: bytes) -> datetime:
        """The bridge's answer must name the hash of what was photographed: only then it is saved."""
        answer = self._transport.call(
            "PUT",
            f"/visits/{hand_over.visit_id}/capture",
            query={
                "memorial_id": hand_over.memorial_id,
                "style_id": hand_over.style_id,
                "language": hand_over.language,
                "ai_restyle": "true" if hand_over.ai_restyle else "false",
            },
            data=image,
            headers={"Content-Type": hand_over.media_type, "Content-Digest": content_digest(hand_over.sha256)},
        )
        saved = _read(CaptureSavedWire, answer)
        if saved.sha256 != hand_over.sha256 or saved.visit_id != hand_over.visit_id:
            raise DamagedOnTheWayError(cause="the bridge kept something else")
        return saved.saved_at

    def watch_progress(self, visit_id: str, stop: threading.Event) -> Iterator[Generation]:
        """Reconnects with growing pauses; of statuses that arrive together only the newest is given.

        Ends when the picture is settled or `stop` is set. Raises KioskError only for what does not pass by itself.
        """
        pauses = back_off(first_s=0.3, longest_s=5.0)
        while not stop.is_set():
            try:
                for generation in self._stream_progress(visit_id):
                    if stop.is_set():
                        return
                    pauses = back_off(first_s=0.3, longest_s=5.0)
                    yield generation
                    if generation.state in _SETTLED:
                        return
            except KioskError as error:
                if not error.is_transient:
                    raise
                log.info("The progress stream broke off.", action="progress.broken", visit_id=visit_id, code=error.code)
            stop.wait(next(pauses))

    def _stream_progress(self, visit_id: str) -> Iterator[Generation]:
        parser = EventParser()
        path = f"/visits/{visit_id}/progress"
        with self._transport.stream(path, silence_s=self._settings.stream_silence_s) as pieces:
            for piece in pieces:
                statuses = [event.data for event in _feed(parser, piece) if event.name == "status"]
                if statuses:
                    yield _read_status(statuses[-1])

    def get_output(self, visit_id: str, output_id: str) -> bytes:
        """The picture; its id is its SHA-256, so damage on the way is noticed."""
        image = self._get_file(f"/visits/{visit_id}/outputs/{quote(output_id, safe='')}", "image/")
        if hashlib.sha256(image).hexdigest() != output_id:
            raise DamagedOnTheWayError(cause="the picture's hash differs")
        return image

    def make_speech(self, visit_id: str, text: str, *, language: Literal["ko", "en"], online_voice: bool) -> Speech:
        body = {"text": text, "language": language, "online_voice": online_voice}
        answer = self._transport.call(
            "POST", f"/visits/{visit_id}/speech", json=body, timeout_s=self._settings.speech_timeout_s
        )
        made = _read(SpeechWire, answer)
        audio = self._get_file(f"/visits/{visit_id}/voice", "audio/")
        return Speech(audio, made.made_by, made.duration_s, language)

    def finish(self, request: FinishRequest) -> Receipt:
        answer = self._transport.call("POST", f"/visits/{request.visit_id}/finish", json=write_finish(request))
        saved = _read(FinishSavedWire, answer)
        if saved.receipt.visit_id != request.visit_id:
            raise DamagedOnTheWayError(cause="the receipt is of another visit")
        return saved.to_record()

    def erase(self, visit_id: str) -> None:
        try:
            self._transport.call("DELETE", f"/visits/{visit_id}")
        except NotAtBridgeError:
            log.info("There was nothing to erase at the bridge.", action="visit.not_at_bridge", visit_id=visit_id)

    def _get_file(self, path: str, kind: str, *, query: Mapping[str, str] | None = None) -> bytes:
        answer = self._transport.call("GET", path, query=query)
        if not answer.media_type.startswith(kind) or not answer.body:
            raise NotTheBridgeError(cause=f"{answer.media_type} instead of {kind}")
        return answer.body


def _read(model: type[M], answer: Answer) -> M:
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        raise NotTheBridgeError(cause=f"not a {model.__name__}", media_type=answer.media_type) from error


def _read_list(adapter: TypeAdapter[T], answer: Answer) -> T:
    try:
        return adapter.validate_json(answer.body)
    except ValidationError as error:
        raise NotTheBridgeError(cause="not a list", media_type=answer.media_type) from error


def _read_status(text: str) -> Generation:
    try:
        return VisitStatusWire.model_validate_json(text).generation.to_record()
    except ValidationError as error:
        raise NotTheBridgeError(cause="not a status") from error


def _feed(parser: EventParser, piece: bytes) -> list[StreamEvent]:
    try:
        return parser.feed(piece)
    except ValueError as error:
        raise NotTheBridgeError(cause=str(error)) from error
