"""Google's voice by gTTS: better sounding, needs the internet, and sends the text to Google."""

from __future__ import annotations

import base64
import binascii
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
from gtts import gTTS, gTTSError

from service_bridge.voice.programs import ProgramError, ProgramRunner
from service_bridge.voice.sound import decode_to_wav

GOOGLE_URL = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
ANSWER_BYTES = 4 << 20


class OnlineVoiceError(Exception):
    """Google did not make the voice; `cause` is a short stable word. Normal where there is no internet."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class VerifiedSpeech(gTTS):
    """gTTS with the certificate checked and one deadline for the whole text.

    gTTS itself sends with `verify=False`, so that anyone on the way could read the letter, and its timeout
    starts again with every byte received, so that a dripping server holds it for ever.
    """

    def __init__(self, text: str, *, lang: str, timeout: float, url: str, deadline_at: float) -> None:
        super().__init__(text, lang=lang, lang_check=False, timeout=timeout)  # type: ignore[no-untyped-call]
        self._url = url
        self._deadline_at = deadline_at

    def stream(self) -> Iterator[bytes]:
        """Ask for each part of the text and yield its MP3 bytes."""
        with requests.Session() as session:
            for body in self.get_bodies():  # type: ignore[no-untyped-call]
                yield _find_audio(self._ask(session, body))

    def _ask(self, session: requests.Session, body: str) -> bytes:
        # redirects could lead out of the checked host
        with session.post(
            self._url,
            data=body,
            headers=self.GOOGLE_TTS_HEADERS,
            timeout=self._remaining_s(),
            stream=True,
            allow_redirects=False,
        ) as answer:
            if answer.status_code != requests.codes.ok:
                raise OnlineVoiceError("google_refused")
            return self._read(answer)

    def _read(self, answer: requests.Response) -> bytes:
        received = bytearray()
        while chunk := answer.raw.read1(65_536, decode_content=True):
            received += chunk
            if len(received) > ANSWER_BYTES:
                raise OnlineVoiceError("google_refused")
            self._remaining_s()
        return bytes(received)

    def _remaining_s(self) -> float:
        remaining_s = self._deadline_at - time.monotonic()
        if remaining_s <= 0:
            raise OnlineVoiceError("google_too_slow")
        return min(float(self.timeout), remaining_s)


def _find_audio(answer: bytes) -> bytes:
    found = re.search(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"', answer)
    if found is None:
        raise OnlineVoiceError("google_refused")
    try:
        return base64.b64decode(found.group(1), validate=True)
    except binascii.Error as error:
        raise OnlineVoiceError("google_refused") from error


@dataclass(frozen=True)
class GoogleVoice:
    """Reads sentences until `deadline_at` (monotonic seconds); each request waits at most `timeout_s`."""

    timeout_s: float
    deadline_at: float
    url: str = GOOGLE_URL

    def read(self, sentence: str, *, language: str, runner: ProgramRunner, target: Path) -> None:
        """Write `sentence` as WAV into `target`. Raises OnlineVoiceError."""
        # Both libraries write what they send into the debug log; a letter does not belong there.
        for name in ("gtts", "urllib3"):
            logging.getLogger(name).setLevel(logging.INFO)
        received = target.with_suffix(".mp3")
        received.write_bytes(self._ask(sentence, language))
        try:
            decode_to_wav(runner, received, target, demuxer="mp3", longest_s=600.0)
        except ProgramError as error:
            raise OnlineVoiceError("google_refused") from error

    def _ask(self, sentence: str, language: str) -> bytes:
        speech = VerifiedSpeech(
            sentence, lang=language, timeout=self.timeout_s, url=self.url, deadline_at=self.deadline_at
        )
        try:
            return b"".join(speech.stream())
        except requests.Timeout as error:
            raise OnlineVoiceError("google_too_slow") from error
        except (requests.RequestException, gTTSError, OSError) as error:
            raise OnlineVoiceError("google_unreachable") from error
