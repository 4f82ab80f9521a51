"""F42, F45: recordings and letters that cannot become a voice."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import requests

from boothkit.digests import content_digest
from tests.integration.bad_input.answers import check_problem
from tests.integration.bad_input.materials import HALF_A_PAIR, MEBIBYTE, make_wav, sha256_of
from tests.integration.bad_input.site import Caller

GOOD_WAV = make_wav()
SECONDS = 2.0
M4A_START = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42"


CODECS = {"m4a": "aac", "ogg": "libvorbis", "mp3": "libmp3lame", "flac": "flac"}
# Each is no recording: sound, declared seconds, status and code.
REFUSED: dict[str, tuple[bytes, object, int, str]] = {
    "f45_header_of_4_gigabytes": (make_wav(claimed_bytes=2**32 - 50), SECONDS, 422, "broken_audio"),
    "f45_header_of_more_than_is_there": (make_wav(claimed_bytes=10**6), SECONDS, 422, "broken_audio"),
    "f45_sample_rate_zero": (make_wav(claimed_rate=0), SECONDS, 422, "broken_audio"),
    "f45_sample_rate_huge": (make_wav(claimed_rate=2**31), SECONDS, 422, "broken_audio"),
    "f45_other_sample_rate": (make_wav(claimed_rate=192_000), SECONDS, 422, "broken_audio"),
    "f42_nothing": (b"", SECONDS, 415, "unsupported_audio"),
    "f42_wav_mark_only": (GOOD_WAV[:12], SECONDS, 422, "broken_audio"),
    "f42_wav_without_sound": (make_wav(0.0), SECONDS, 422, "broken_audio"),
    "f42_half_a_wav": (GOOD_WAV[: len(GOOD_WAV) // 2], SECONDS, 422, "broken_audio"),
    "f43_html": (b"<!doctype html><script>alert(1)</script>", SECONDS, 415, "unsupported_audio"),
    "f43_html_as_m4a": (M4A_START + b"<script>alert(1)</script>" * 50, SECONDS, 422, "broken_audio"),
    "f43_picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), SECONDS, 415, "unsupported_audio"),
    "f43_play_list_of_addresses": (b"#EXTM3U\nhttp://127.0.0.1:1/\n", SECONDS, 415, "unsupported_audio"),
    "f43_list_of_local_files": (b"ffconcat version 1.0\nfile /etc/passwd\n", SECONDS, 415, "unsupported_audio"),
    "f43_executable": (b"\x7fELF" + bytes(100), SECONDS, 415, "unsupported_audio"),
    "declared_longer_than_it_is": (GOOD_WAV, 60, 422, "broken_audio"),
    "declared_shorter_than_it_is": (make_wav(6.0), 1, 422, "broken_audio"),
    "declared_too_long": (GOOD_WAV, 181, 422, "audio_too_long"),
    "declared_as_nothing": (GOOD_WAV, 0, 422, "invalid_request"),
    "declared_less_than_nothing": (GOOD_WAV, -2, 422, "invalid_request"),
    "declared_as_no_number": (GOOD_WAV, "nan", 422, "invalid_request"),
    "declared_as_for_ever": (GOOD_WAV, "inf", 422, "invalid_request"),
    "declared_in_words": (GOOD_WAV, "two", 422, "invalid_request"),
    "silence": (GOOD_WAV[:44] + bytes(len(GOOD_WAV) - 44), SECONDS, 422, "silent_audio"),
    "11_megabytes": (GOOD_WAV + bytes(11 * MEBIBYTE), SECONDS, 413, "payload_too_large"),
    "13_megabytes": (GOOD_WAV + bytes(13 * MEBIBYTE), SECONDS, 413, "payload_too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_recording_is_refused(caller: Caller, visit_id: str, name: str) -> None:
    data, declared, status, code = REFUSED[name]
    answer = send_recording(caller, visit_id, data, declared)
    check_problem(answer, caller.language, {status}, {code})
    assert caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}").json()["voice"]["state"] == "none"


def send_recording(caller: Caller, visit_id: str, data: bytes, declared: object, **headers: str) -> requests.Response:
    usual: dict[str, str | bytes] = {"Content-Type": "audio/wav", "Content-Digest": content_digest(sha256_of(data))}
    path = f"/api/v1/visits/{visit_id}/voice?duration_s={declared}"
    return caller.ask("booth", "PUT", path, data=data, headers={**usual, **headers})


@pytest.mark.parametrize("ending", CODECS)
def test_f42_a_recording_cut_on_the_way_is_refused(caller: Caller, visit_id: str, tmp_path: Path, ending: str) -> None:
    """Decoders read a cut file silently short: the length that was declared tells."""
    wav, target = tmp_path / "tone.wav", tmp_path / f"tone.{ending}"
    wav.write_bytes(make_wav(6.0))
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-ar", "16000", "-c:a", CODECS[ending], target], check=True)
    cut = target.read_bytes()[: target.stat().st_size // 3]
    check_problem(send_recording(caller, visit_id, cut, 6), caller.language, {422}, {"broken_audio"})


def test_a_recording_without_its_hash_is_refused(caller: Caller, visit_id: str) -> None:
    answer = send_recording(caller, visit_id, GOOD_WAV, SECONDS, **{"Content-Digest": ""})
    check_problem(answer, caller.language, {400}, {"digest_required"})
    answer = send_recording(caller, visit_id, GOOD_WAV, SECONDS, **{"Content-Digest": content_digest("00" * 32)})
    check_problem(answer, caller.language, {422}, {"digest_mismatch"})


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"text": ""}, {"nothing_to_read"}),
        ({"text": "🕯️👨‍👩‍👧"}, {"nothing_to_read"}),
        ({"text": "... ~~ ㅠㅠ"}, {"nothing_to_read"}),
        ({"text": "x" * 5001}, {"invalid_request"}),
        ({"text": "a\0b"}, {"invalid_request"}),
        ({"text": HALF_A_PAIR}, {"invalid_request"}),
        ({"text": ["a"]}, {"invalid_request"}),
        ({"language": "xx"}, {"invalid_request"}),
        ({"language": "../../en"}, {"invalid_request"}),
        ({"online_voice": "yes"}, {"invalid_request"}),
        ({"voice": "file:///etc/passwd"}, {"invalid_request"}),
    ],
)
def test_a_bad_letter_is_not_read_aloud(
    caller: Caller, visit_id: str, changes: dict[str, object], codes: set[str]
) -> None:
    body = {"text": "안녕히 가세요", "language": "ko", "online_voice": False, **changes}
    answer = caller.ask("booth", "POST", f"/api/v1/visits/{visit_id}/speech", json=body)
    check_problem(answer, caller.language, {422}, codes)


@pytest.mark.parametrize("text", ["--version", "-f /etc/hostname", "$(id) `id` ; id", '<audio src="/etc/hostname"/> a'])
def test_a_letter_is_never_an_option_or_a_command(caller: Caller, visit_id: str, text: str) -> None:
    """It is read as words, or there is nothing to read."""
    body = {"text": text, "language": "en", "online_voice": False}
    answer = caller.ask("booth", "POST", f"/api/v1/visits/{visit_id}/speech", json=body)
    assert answer.status_code == 200, answer.text
    assert 0.2 < answer.json()["duration_s"] < 20
