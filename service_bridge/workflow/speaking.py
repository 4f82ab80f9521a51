"""Voices of a visit: letters read aloud and own recordings, made and kept."""

from __future__ import annotations

from boothkit.clock import now
from boothkit.errors import BoothError
from boothkit.files import BlobStore
from boothkit.logs import get_logger
from service_bridge.store.database import Database
from service_bridge.store.voices import keep_voice
from service_bridge.visits.planning import text_sha256
from service_bridge.visits.records import Finish, Language, Voice
from service_bridge.visits.states import VoiceKind, VoiceState
from service_bridge.workflow.blob_keeping import keep_blob
from service_bridge.workflow.ports import VoiceMaker
from service_bridge.workflow.progress import ProgressHub

VISITOR = "visitor"
_log = get_logger(__name__)


class VoiceWork:
    """Makes and keeps voices."""

    def __init__(self, database: Database, blobs: BlobStore, maker: VoiceMaker, hub: ProgressHub) -> None:
        self._database = database
        self._blobs = blobs
        self._maker = maker
        self._hub = hub

    def make_speech(self, visit_id: str, text: str, *, language: Language, online_allowed: bool) -> Voice:
        """Read a letter aloud and keep it as the visit's speech. Raises what the voice maker raises."""
        speech = self._maker.read_aloud(text, language=language, online_allowed=online_allowed)
        voice = Voice(
            visit_id=visit_id,
            kind=VoiceKind.SPEECH,
            state=VoiceState.READY,
            audio_sha256=keep_blob(self._database, self._blobs, visit_id, speech.audio),
            audio_bytes=len(speech.audio),
            media_type=speech.media_type,
            duration_s=speech.duration_s,
            made_by=speech.made_by,
            text_sha256=text_sha256(text, language=language),
            source_sha256=None,
            cause=speech.cause,
            made_at=now(),
        )
        self._keep(voice)
        return voice

    def speak_letter(self, visit_id: str, finish: Finish) -> None:
        """Read the finished letter aloud; a failure is written down and delivery goes on without a voice."""
        online_allowed = bool(finish.consents["online_voice"])
        try:
            self.make_speech(visit_id, finish.letter, language=finish.language, online_allowed=online_allowed)
        except BoothError as error:
            _log.warning(
                "The letter could not be read aloud.", action="deliver.no_voice", visit_id=visit_id, cause=error.code
            )
            self._keep(_failed_speech(visit_id, finish, error.code))

    def keep_recording(self, visit_id: str, data: bytes, *, declared_duration_s: float) -> Voice:
        """Keep a visitor's recording as it came and encoded for phones. Raises what the voice maker raises."""
        recording = self._maker.encode(data, declared_duration_s=declared_duration_s)
        voice = Voice(
            visit_id=visit_id,
            kind=VoiceKind.RECORDING,
            state=VoiceState.READY,
            audio_sha256=keep_blob(self._database, self._blobs, visit_id, recording.audio),
            audio_bytes=len(recording.audio),
            media_type=recording.media_type,
            duration_s=recording.duration_s,
            made_by=VISITOR,
            text_sha256=None,
            source_sha256=keep_blob(self._database, self._blobs, visit_id, data),
            cause=None,
            made_at=now(),
        )
        self._keep(voice)
        return voice

    def _keep(self, voice: Voice) -> None:
        with self._database.write() as connection:
            keep_voice(connection, voice)
        self._hub.touch(voice.visit_id)


def _failed_speech(visit_id: str, finish: Finish, cause: str) -> Voice:
    return Voice(
        visit_id=visit_id,
        kind=VoiceKind.SPEECH,
        state=VoiceState.FAILED,
        audio_sha256=None,
        audio_bytes=None,
        media_type=None,
        duration_s=None,
        made_by=None,
        text_sha256=text_sha256(finish.letter, language=finish.language),
        source_sha256=None,
        cause=cause,
        made_at=now(),
    )
