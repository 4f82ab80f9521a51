"""A letter read aloud: by Google when the visitor agreed and it answers, by the offline voice otherwise."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from service_bridge.settings import VoiceSettings
from service_bridge.voice.errors import NothingToReadError, SpeechError
from service_bridge.voice.espeak import EspeakVoice
from service_bridge.voice.google import GOOGLE_URL, GoogleVoice, OnlineVoiceError
from service_bridge.voice.programs import ProgramError, ProgramRunner
from service_bridge.voice.sound import MEDIA_TYPE, encode_for_phones, join_wavs, read_duration_s
from service_bridge.voice.spoken_text import clean_for_speech, split_pieces

Language = Literal["ko", "en"]
MadeBy = Literal["google", "espeak-ng"]


@dataclass(frozen=True)
class Speech:
    """A letter read aloud: AAC in MP4, 48 kHz mono, -16 LUFS.

    `cause` says why Google did not read it (online_off, online_not_allowed, google_unreachable, google_too_slow,
    google_refused) and whether the letter was longer than the booth reads (truncated); None when neither is so.
    Several words are separated by a comma.
    """

    audio: bytes
    media_type: str
    duration_s: float
    made_by: MadeBy
    cause: str | None


class Voice(Protocol):
    """Somebody who reads one sentence into a WAV file."""

    def read(self, sentence: str, *, language: str, runner: ProgramRunner, target: Path) -> None: ...


@dataclass(frozen=True)
class _Reading:
    path: Path
    made_by: MadeBy
    cause: str | None
    is_whole: bool


class SpeechMaker:
    """Reads letters aloud. Thread-safe; keeps nothing between letters."""

    def __init__(self, settings: VoiceSettings, *, google_url: str = GOOGLE_URL) -> None:
        self._settings = settings
        self._google_url = google_url

    def make(self, text: str, *, language: Language, online_allowed: bool) -> Speech:
        """Read `text` aloud. The text leaves this machine only when `online_allowed`, the visitor's own answer.

        A letter that takes longer than `longest_s` is read up to the last sentence that fits; `cause` says so.
        Raises NothingToReadError, SpeechError.
        """
        sentences = split_pieces(clean_for_speech(text, language))
        if not sentences:
            raise NothingToReadError()
        with tempfile.TemporaryDirectory(prefix="booth-voice-") as name:
            runner = ProgramRunner(Path(name), self._settings.program_timeout_s)
            try:
                reading = self._read(sentences, language, online_allowed, runner)
                return _encode(reading, runner)
            except ProgramError as error:
                raise SpeechError(cause=str(error)) from error

    def _read(self, sentences: list[str], language: Language, online_allowed: bool, runner: ProgramRunner) -> _Reading:
        cause = self._find_reason_to_stay_offline(online_allowed)
        if cause is None:
            try:
                return self._read_all(self._google(), "google", sentences, language, runner, None)
            except OnlineVoiceError as error:
                cause = error.cause
        offline = EspeakVoice(self._settings.words_per_minute)
        return self._read_all(offline, "espeak-ng", sentences, language, runner, cause)

    def _find_reason_to_stay_offline(self, online_allowed: bool) -> str | None:
        if not self._settings.online_enabled:
            return "online_off"
        return None if online_allowed else "online_not_allowed"

    def _google(self) -> GoogleVoice:
        deadline_at = time.monotonic() + self._settings.online_deadline_s
        return GoogleVoice(self._settings.online_timeout_s, deadline_at, self._google_url)

    def _read_all(
        self,
        voice: Voice,
        made_by: MadeBy,
        sentences: list[str],
        language: Language,
        runner: ProgramRunner,
        cause: str | None,
    ) -> _Reading:
        pieces: list[Path] = []
        total_s = 0.0
        for number, sentence in enumerate(sentences):
            piece = runner.folder / f"{made_by}-{number}.wav"
            voice.read(sentence, language=language, runner=runner, target=piece)
            total_s += read_duration_s(piece)
            if pieces and total_s > self._settings.longest_s:
                break
            pieces.append(piece)
        joined = runner.folder / f"{made_by}.wav"
        join_wavs(pieces, joined)
        return _Reading(joined, made_by, cause, is_whole=len(pieces) == len(sentences))


def _encode(reading: _Reading, runner: ProgramRunner) -> Speech:
    target = runner.folder / "speech.m4a"
    if not encode_for_phones(runner, reading.path, target):
        raise NothingToReadError()
    causes = [reading.cause, None if reading.is_whole else "truncated"]
    return Speech(
        audio=target.read_bytes(),
        media_type=MEDIA_TYPE,
        duration_s=round(read_duration_s(reading.path), 3),
        made_by=reading.made_by,
        cause=",".join(cause for cause in causes if cause) or None,
    )
