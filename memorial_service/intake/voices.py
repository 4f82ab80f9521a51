"""Checking a voice file: an allowed container, as declared, with a header that fits the file."""

from __future__ import annotations

import struct

from memorial_service.errors import BrokenVoiceError, FileMismatchError, UnsupportedVoiceError

_CANONICAL = {
    "audio/mp4": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/mp3": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/webm": "audio/webm",
    "audio/wav": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
}
_EBML = b"\x1a\x45\xdf\xa3"


def check_voice(data: bytes, *, declared_type: str, declared_duration_s: float | None, longest_s: float) -> str:
    """The media type under which the voice is kept and served.

    The content decides what it is; what the sender says must agree. Raises UnsupportedVoiceError, FileMismatchError
    or BrokenVoiceError.
    """
    found = sniff_voice(data)
    if found is None:
        raise UnsupportedVoiceError
    if _CANONICAL.get(declared_type.partition(";")[0].strip().lower()) != found:
        raise FileMismatchError(role="voice", what="media_type")
    if declared_duration_s is not None and declared_duration_s > longest_s:
        raise FileMismatchError(role="voice", what=f"duration_s > {longest_s:g}")
    if found == "audio/wav":
        _check_wav(data, declared_duration_s, longest_s)
    return found


def sniff_voice(data: bytes) -> str | None:
    """The media type that the first bytes show; None for anything that is not allowed."""
    if data[4:8] == b"ftyp":
        return "audio/mp4"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data.startswith(_EBML) and b"webm" in data[:64]:
        return "audio/webm"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/mpeg" if _is_mp3(data) else None


def _is_mp3(data: bytes) -> bool:
    """An ID3 tag, or an MPEG audio frame of layer I to III (layer 0 would be raw AAC)."""
    if data.startswith(b"ID3"):
        return True
    return len(data) > 4 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06 != 0


def _check_wav(data: bytes, declared_duration_s: float | None, longest_s: float) -> None:
    """A WAV header may claim any length: what it claims must be there, and be what the sender said."""
    bytes_per_s, sound_bytes = _read_wav_header(data)
    if bytes_per_s <= 0 or sound_bytes <= 0:
        raise BrokenVoiceError
    duration_s = sound_bytes / bytes_per_s
    if duration_s > longest_s:
        raise FileMismatchError(role="voice", what=f"duration_s > {longest_s:g}")
    if declared_duration_s is not None and abs(duration_s - declared_duration_s) > 0.5:
        raise FileMismatchError(role="voice", what="duration_s")


def _read_wav_header(data: bytes) -> tuple[int, int]:
    """Bytes per second of sound and bytes of sound (RIFF WAVE, Multimedia Programming Interface 1.0)."""
    bytes_per_s, position = 0, 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if body + size > len(data):
            raise BrokenVoiceError
        if name == b"fmt " and size >= 16:
            bytes_per_s = struct.unpack_from("<I", data, body + 8)[0]
        if name == b"data":
            return bytes_per_s, size
        position = body + size + size % 2
    raise BrokenVoiceError
