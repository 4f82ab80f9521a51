"""The visitor's own recording: good ones of every kind pass, hostile ones are refused in bounded time (F42, F45)."""

from __future__ import annotations

import struct
import subprocess
import time
from pathlib import Path

import pytest

from service_bridge.voice import (
    AudioTooLongError,
    BrokenAudioError,
    SilentAudioError,
    UnsupportedAudioError,
    encode_recording,
)
from tests.unit.voice.sounds import FILM, SILENCE, make_sound, make_speech, measure, read_facts

KINDS = {
    "voice.wav": "",
    "voice24.wav": "-c:a pcm_s24le -ac 2 -ar 44100",
    "voice.m4a": "-c:a aac",
    "voice.mp3": "-c:a libmp3lame -f mp3",
    "voice.ogg": "-c:a libopus",
    "voice.webm": "-c:a libopus",
    "voice.flac": "",
}


@pytest.fixture
def speech(tmp_path: Path) -> bytes:
    text = "We remember you with love. " * 6
    return make_speech(tmp_path / "speech.wav", text)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_becomes_one_that_phones_play(name: str, tmp_path: Path) -> None:
    recording = encode_recording(make_sound(tmp_path / name, seconds=4, options=KINDS[name]), declared_duration_s=4.0)
    played = tmp_path / "played.m4a"
    played.write_bytes(recording.audio)
    facts = read_facts(played)
    assert recording.media_type == "audio/mp4"
    assert (facts["codec_name"], facts["profile"], facts["sample_rate"], facts["channels"]) == ("aac", "LC", "48000", 1)
    assert recording.duration_s == pytest.approx(4.0, abs=0.1)
    assert float(facts["duration"]) == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize("gain_db", [-30, 0, 18])
def test_quiet_and_loud_recordings_come_out_equally_loud(gain_db: int, speech: bytes, tmp_path: Path) -> None:
    changed = tmp_path / "changed.wav"
    command = ["ffmpeg", "-v", "error", "-y", "-i", "-", "-af", f"volume={gain_db}dB", str(changed)]
    subprocess.run(command, input=speech, check=True, timeout=30)
    declared_s = float(read_facts(changed)["duration"])
    played = tmp_path / "played.m4a"
    played.write_bytes(encode_recording(changed.read_bytes(), declared_duration_s=declared_s).audio)
    loudness, peak = measure(played)
    assert loudness == pytest.approx(-16.0, abs=1.0)
    assert peak <= -1.5


def test_index_stands_before_the_sound(tmp_path: Path) -> None:
    """A phone starts playing before the whole file is there."""
    audio = encode_recording(make_sound(tmp_path / "a.wav", seconds=2), declared_duration_s=2).audio
    assert audio.index(b"moov") < audio.index(b"mdat")


def test_nothing_of_the_visitors_file_but_its_sound_is_kept(tmp_path: Path) -> None:
    tagged = make_sound(tmp_path / "a.m4a", seconds=2, options="-metadata title=SECRETTITLE -metadata comment=SECRET")
    assert b"SECRET" in tagged
    assert b"SECRET" not in encode_recording(tagged, declared_duration_s=2).audio


@pytest.fixture(scope="module")
def whole_sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Twenty seconds in every kind of file."""
    folder = tmp_path_factory.mktemp("whole")
    return {name: make_sound(folder / name, seconds=20, options=KINDS[name]) for name in KINDS}


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8])
@pytest.mark.parametrize("name", KINDS)
def test_f42_truncated_file_is_refused(name: str, share: float, whole_sounds: dict[str, bytes]) -> None:
    whole = whole_sounds[name]
    with pytest.raises((BrokenAudioError, UnsupportedAudioError)):
        encode_recording(whole[: int(len(whole) * share)], declared_duration_s=20)


@pytest.mark.parametrize("declared_s", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_declaration_is_refused(declared_s: float, tmp_path: Path) -> None:
    with pytest.raises(BrokenAudioError):
        encode_recording(make_sound(tmp_path / "a.wav", seconds=2), declared_duration_s=declared_s)


@pytest.mark.parametrize("declared_s", [1.0, 30.0])
def test_declared_and_real_length_must_agree(declared_s: float, tmp_path: Path) -> None:
    with pytest.raises(BrokenAudioError):
        encode_recording(make_sound(tmp_path / "a.wav", seconds=10), declared_duration_s=declared_s)


def test_small_difference_in_length_is_accepted(tmp_path: Path) -> None:
    assert encode_recording(make_sound(tmp_path / "a.wav", seconds=10), declared_duration_s=10.9).duration_s == 10


def test_declared_too_long_is_refused_before_any_work() -> None:
    with pytest.raises(AudioTooLongError, match="180 seconds"):
        encode_recording(b"", declared_duration_s=181)


def test_f45_ten_hours_of_silence_are_refused_quickly(tmp_path: Path) -> None:
    """A small FLAC file may hold hours of silence: its length is asked before it is decoded."""
    silence = bytearray(make_sound(tmp_path / "a.flac", seconds=1_000, source=SILENCE, options="-ar 8000 -ac 1"))
    silence[22:26] = (36_000 * 8_000).to_bytes(4, "big")  # STREAMINFO: samples in all
    started = time.monotonic()
    with pytest.raises(AudioTooLongError):
        encode_recording(bytes(silence), declared_duration_s=10)
    assert time.monotonic() - started < 5


def test_f45_length_hidden_by_the_header_is_still_capped(tmp_path: Path) -> None:
    """STREAMINFO says "unknown length"; decoding stops a little after the longest voice."""
    made = bytearray(make_sound(tmp_path / "a.flac", seconds=1_200, options="-ar 8000 -ac 1"))
    made[21] &= 0xF0
    made[22:26] = bytes(4)
    with pytest.raises((AudioTooLongError, BrokenAudioError)):
        encode_recording(bytes(made), declared_duration_s=100)


def test_f45_wav_header_that_claims_four_gigabytes_is_refused(tmp_path: Path) -> None:
    sound = bytearray(make_sound(tmp_path / "a.wav", seconds=5, options="-fflags +bitexact"))
    sound[4:8] = sound[40:44] = struct.pack("<I", 0xFFFFFF00)
    with pytest.raises((AudioTooLongError, BrokenAudioError)):
        encode_recording(bytes(sound), declared_duration_s=5)


@pytest.mark.parametrize(("offset", "value"), [(24, 0), (24, 3_000_000_000), (22, 0), (22, 255)])
def test_f45_impossible_rate_or_channels_are_refused(offset: int, value: int, tmp_path: Path) -> None:
    sound = bytearray(make_sound(tmp_path / "a.wav", seconds=2, options="-fflags +bitexact"))
    width = 4 if offset == 24 else 2
    sound[offset : offset + width] = value.to_bytes(width, "little")
    with pytest.raises(BrokenAudioError):
        encode_recording(bytes(sound), declared_duration_s=2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"<html><audio src='x'></html>",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.7",
        b"GIF89a" + bytes(50),
    ],
)
def test_what_is_no_sound_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedAudioError):
        encode_recording(data, declared_duration_s=5)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\x24\x00\x00\x00WAVE" + b"#EXTM3U\nfile:///etc/passwd\n",
        b"OggS" + b"#EXTM3U\nhttp://127.0.0.1/\n",
        b"fLaC" + bytes(200),
        b"ID3" + bytes(200),
        b"\x00\x00\x00\x20ftypM4A " + bytes(500),
        b"\x1a\x45\xdf\xa3" + bytes(500),
    ],
)
def test_right_beginning_with_nothing_behind_it_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenAudioError):
        encode_recording(data, declared_duration_s=5)


def test_film_without_sound_is_refused(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.webm", seconds=2, source=FILM, options="-c:v libvpx")
    with pytest.raises(BrokenAudioError):
        encode_recording(film, declared_duration_s=2)


def test_silence_is_told_to_the_visitor(tmp_path: Path) -> None:
    with pytest.raises(SilentAudioError) as caught:
        encode_recording(make_sound(tmp_path / "a.wav", seconds=3, source=SILENCE), declared_duration_s=3)
    assert "마이크" in caught.value.public_message("ko")


def test_private_folder_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    encode_recording(make_sound(tmp_path / "a.wav", seconds=2), declared_duration_s=2)
    with pytest.raises(BrokenAudioError):
        encode_recording(b"ID3" + bytes(99), declared_duration_s=2)
    assert list((tmp_path / "private").iterdir()) == []
