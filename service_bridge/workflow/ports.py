"""What the workflows need of the voice maker."""

from __future__ import annotations

from typing import Protocol

from service_bridge.visits.records import Language


class MadeSpeech(Protocol):
    """A letter read aloud."""

    @property
    def audio(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def made_by(self) -> str: ...
    @property
    def cause(self) -> str | None: ...


class EncodedRecording(Protocol):
    """A visitor's recording, made fit for phones."""

    @property
    def audio(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...
    @property
    def duration_s(self) -> float: ...


class VoiceMaker(Protocol):
    """Makes voices. Raises BoothError when it cannot."""

    def read_aloud(self, text: str, *, language: Language, online_allowed: bool) -> MadeSpeech: ...

    def encode(self, recording: bytes, *, declared_duration_s: float) -> EncodedRecording: ...
