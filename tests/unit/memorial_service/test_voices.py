"""What counts as a voice."""

from __future__ import annotations

import struct

import pytest

from memorial_service.errors import BrokenVoiceError, FileMismatchError, UnsupportedVoiceError
from memorial_service.intake.voices import check_voice, sniff_voice

SOUND = bytes(16_000)


def wav(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


FORMAT = (b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\0\0\0\x20ftypM4A " + SOUND, "audio/mp4"),
        (b"OggS" + SOUND, "audio/ogg"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01webm" + SOUND, "audio/webm"),
        (b"ID3\x04" + SOUND, "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + SOUND, "audio/mpeg"),
        (wav(FORMAT, (b"data", SOUND)), "audio/wav"),
        (b"\x1a\x45\xdf\xa3 matroska" + SOUND, None),
        (b"\xff\xf1\x50\x80" + SOUND, None),
        (b"fLaC" + SOUND, None),
        (b"RIFF\0\0\0\0AVI " + SOUND, None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_the_first_bytes_decide(data: bytes, media_type: str | None) -> None:
    assert sniff_voice(data) == media_type


@pytest.mark.parametrize(
    "declared", ["audio/mp4", "audio/x-m4a", "audio/m4a", "AUDIO/MP4", "audio/mp4; codecs=mp4a.40.2"]
)
def test_other_names_for_the_same_type_are_understood(declared: str) -> None:
    data = b"\0\0\0\x20ftypM4A " + SOUND
    found = check_voice(data, declared_type=declared, declared_duration_s=2.0, longest_s=180)
    assert found == "audio/mp4"


def test_a_sound_wav_passes_with_and_without_a_declared_duration() -> None:
    data = wav((b"LIST", b"odd"), FORMAT, (b"data", SOUND))
    for declared_duration_s in (None, 1.0, 1.4):
        kept = check_voice(data, declared_type="audio/wav", declared_duration_s=declared_duration_s, longest_s=180)
        assert kept == "audio/wav"


@pytest.mark.parametrize(
    ("data", "declared_duration_s", "error"),
    [
        (wav((b"data", SOUND)), 1.0, BrokenVoiceError),
        (wav(FORMAT), 1.0, BrokenVoiceError),
        (wav(FORMAT, (b"data", b"")), 1.0, BrokenVoiceError),
        (wav(FORMAT, (b"data", SOUND))[:-1], 1.0, BrokenVoiceError),
        (wav(FORMAT, (b"data", SOUND)), 5.0, FileMismatchError),
        (wav(FORMAT, (b"data", SOUND * 12)), None, FileMismatchError),
        (b"OggS" + SOUND, 11.0, FileMismatchError),
        (b"fLaC" + SOUND, 1.0, UnsupportedVoiceError),
    ],
    ids=["no_format", "no_data", "silent", "cut", "wrong_duration", "too_long", "declared_long", "flac"],
)
def test_headers_that_do_not_fit_the_file(data: bytes, declared_duration_s: float | None, error: type) -> None:
    declared_type = "audio/ogg" if data.startswith(b"Ogg") else "audio/wav"
    with pytest.raises(error):
        check_voice(data, declared_type=declared_type, declared_duration_s=declared_duration_s, longest_s=10)
