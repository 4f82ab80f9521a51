"""The visitor's own recording: checked against what was declared, then made fit for every phone."""

from __future__ import annotations

import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from service_bridge.settings import VoiceSettings
from service_bridge.voice.errors import (
    AudioTooLongError,
    BrokenAudioError,
    SilentAudioError,
    SpeechError,
    UnsupportedAudioError,
)
from service_bridge.voice.programs import ProgramError, ProgramRunner
from service_bridge.voice.sound import MEDIA_TYPE, decode_to_wav, encode_for_phones, input_options, read_duration_s

SAMPLE_RATES_HZ = range(8_000, 192_001)
MOST_CHANNELS = 8


@dataclass(frozen=True)
class Recording:
    """A voice ready to be played: AAC in MP4, 48 kHz mono, -16 LUFS."""

    audio: bytes
    media_type: str
    duration_s: float


@dataclass(frozen=True)
class _Facts:
    sample_rate_hz: int
    channels: int
    duration_s: float | None


def encode_recording(data: bytes, *, declared_duration_s: float, settings: VoiceSettings | None = None) -> Recording:
    """Check `data` (wav, m4a, webm, ogg, mp3 or flac) and encode it for phones.

    The bytes may claim anything, so the facts are compared with each other: what the kiosk declared, what the
    container says and what really comes out of the decoder must agree within 10 % or one second.
    Raises UnsupportedAudioError, BrokenAudioError, SilentAudioError, AudioTooLongError, SpeechError.
    """
    limits = settings or VoiceSettings()
    _check_length(declared_duration_s, limits.longest_s)
    demuxer = _find_demuxer(data)
    if demuxer == "wav" and int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise BrokenAudioError(cause="the header claims more sound than there is")
    with tempfile.TemporaryDirectory(prefix="booth-voice-") as name:
        folder = Path(name)
        source = folder / "recording"
        source.write_bytes(data)
        runner = ProgramRunner(folder, limits.program_timeout_s)
        try:
            return _encode(runner, source, demuxer, declared_duration_s, limits.longest_s)
        except ProgramError as error:
            raise SpeechError(cause=str(error)) from error


def _encode(runner: ProgramRunner, source: Path, demuxer: str, declared_s: float, longest_s: float) -> Recording:
    facts = _probe(runner, source, demuxer)
    _check_facts(facts, longest_s)
    decoded = runner.folder / "decoded.wav"
    # One second more than is allowed: enough to tell "just right" from "too long" without decoding hours.
    decoded_s = _decode(runner, source, decoded, demuxer, longest_s + _tolerance_s(longest_s) + 1.0)
    _check_length(decoded_s, longest_s + _tolerance_s(longest_s))
    for claimed_s in (declared_s, facts.duration_s):
        if claimed_s is not None and abs(claimed_s - decoded_s) > _tolerance_s(claimed_s):
            raise BrokenAudioError(claimed_s=round(claimed_s, 1), decoded_s=round(decoded_s, 1))
    target = runner.folder / "voice.m4a"
    if not encode_for_phones(runner, decoded, target):
        raise SilentAudioError()
    return Recording(target.read_bytes(), MEDIA_TYPE, round(read_duration_s(decoded), 3))


def _decode(runner: ProgramRunner, source: Path, target: Path, demuxer: str, longest_s: float) -> float:
    try:
        decoded_s = decode_to_wav(runner, source, target, demuxer=demuxer, longest_s=longest_s)
    except ProgramError as error:
        raise BrokenAudioError(cause=str(error)) from error
    if decoded_s == 0:
        raise BrokenAudioError(cause="the file holds no sound")
    return decoded_s


def _probe(runner: ProgramRunner, source: Path, demuxer: str) -> _Facts:
    asked = "format=duration:stream=codec_type,sample_rate,channels"
    command = ["ffprobe", "-v", "quiet", "-show_entries", asked, "-of", "json", *input_options(source, demuxer)]
    try:
        found = json.loads(runner.run(command))
    except ProgramError as error:
        raise BrokenAudioError(cause=str(error)) from error
    sounds = [stream for stream in found.get("streams", []) if stream.get("codec_type") == "audio"]
    if not sounds:
        raise BrokenAudioError(cause="the file holds no sound")
    duration = found.get("format", {}).get("duration")
    return _Facts(
        sample_rate_hz=int(sounds[0].get("sample_rate", 0)),
        channels=int(sounds[0].get("channels", 0)),
        duration_s=None if duration is None else float(duration),
    )


def _check_facts(facts: _Facts, longest_s: float) -> None:
    if facts.sample_rate_hz not in SAMPLE_RATES_HZ or not 1 <= facts.channels <= MOST_CHANNELS:
        raise BrokenAudioError(sample_rate_hz=facts.sample_rate_hz, channels=facts.channels)
    if facts.duration_s is not None:
        _check_length(facts.duration_s, longest_s + _tolerance_s(longest_s))


def _check_length(duration_s: float, longest_s: float) -> None:
    if not math.isfinite(duration_s) or duration_s <= 0:
        raise BrokenAudioError(claimed_s=duration_s)
    if duration_s > longest_s:
        raise AudioTooLongError(longest_s=f"{longest_s:g}")


def _tolerance_s(claimed_s: float) -> float:
    return max(1.0, 0.1 * claimed_s)


def _find_demuxer(data: bytes) -> str:
    """The container, by its first bytes; a name or a media type sent along is not asked."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mov"
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "mp3"
    starts = {b"OggS": "ogg", b"\x1a\x45\xdf\xa3": "matroska", b"fLaC": "flac"}
    if data[:4] in starts:
        return starts[data[:4]]
    raise UnsupportedAudioError()
