"""Voices: heard before they are sent, kept as they came, never in a delivery's way."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from boothkit.digests import content_digest
from boothkit.ids import new_id
from service_bridge.errors import CatalogueUnavailableError
from tests.integration.service_bridge.conftest import Site
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import BridgeProcess, Kiosk, make_photo, sha256_of

LETTER = "할머니, 보고 싶어요."


def captured(site: Site) -> str:
    visit_id = new_id()
    assert site.kiosk.capture(visit_id, make_photo(), ai_restyle="false").status_code == 201
    return visit_id


def speak(kiosk: Kiosk, visit_id: str, text: str = LETTER, **changes: Any) -> Any:
    body = {"text": text, "language": "ko", "online_voice": False, **changes}
    return kiosk.call("POST", f"/api/v1/visits/{visit_id}/speech", json=body)


def record(kiosk: Kiosk, visit_id: str, data: bytes, duration_s: float = 2.5) -> Any:
    return kiosk.call(
        "PUT",
        f"/api/v1/visits/{visit_id}/voice",
        params={"duration_s": duration_s},
        headers={"Content-Type": "audio/wav", "Content-Digest": content_digest(sha256_of(data))},
        data=data,
    )


def test_the_previewed_voice_is_the_one_that_is_sent(site: Site, memorial: FakeMemorial) -> None:
    visit_id = captured(site)
    made = speak(site.kiosk, visit_id, online_voice=True)
    assert (made.status_code, made.json()["made_by"]) == (200, "google")
    heard = site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/voice")
    assert (heard.headers["Content-Type"], sha256_of(heard.content)) == ("audio/mp4", made.json()["sha256"])
    site.kiosk.finish(visit_id, voice="letter_read_aloud", letter=LETTER)
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert memorial.entries()[visit_id][1]["voice"] == heard.content
    assert site.voices.read == [LETTER]


def test_a_letter_that_changed_after_the_preview_is_read_again(site: Site, memorial: FakeMemorial) -> None:
    visit_id = captured(site)
    speak(site.kiosk, visit_id, "처음 쓴 편지")
    site.kiosk.finish(visit_id, voice="letter_read_aloud", letter=LETTER)
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert memorial.entries()[visit_id][1]["voice"] == f"ko:{LETTER}".encode()


@pytest.mark.parametrize(("is_allowed", "made_by"), [(True, "google"), (False, "espeak-ng")])
def test_the_letter_goes_online_only_with_consent(
    site: Site, memorial: FakeMemorial, is_allowed: bool, made_by: str
) -> None:
    visit_id = captured(site)
    site.kiosk.finish(visit_id, voice="letter_read_aloud", consents={"online_voice": is_allowed})
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert memorial.entries()[visit_id][0]["files"]["voice"]["made_by"] == made_by


def test_a_voice_that_fails_never_stops_a_delivery(site: Site, memorial: FakeMemorial) -> None:
    site.voices.failure = CatalogueUnavailableError()
    visit_id = captured(site)
    assert speak(site.kiosk, visit_id).status_code == 503
    site.kiosk.finish(visit_id, voice="letter_read_aloud")
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["voice"]["state"] == "failed"
    assert set(memorial.entries()[visit_id][1]) == {"original"}


def test_an_own_recording_is_kept_as_it_came_and_sent_encoded(site: Site, memorial: FakeMemorial) -> None:
    visit_id, data = captured(site), b"RIFF a recording"
    kept = record(site.kiosk, visit_id, data)
    assert (kept.status_code, kept.json()["made_by"], kept.json()["duration_s"]) == (201, "visitor", 2.5)
    assert site.bridge.parts.blobs.read(sha256_of(data)) == data
    speak(site.kiosk, visit_id)
    site.kiosk.finish(visit_id, voice="own_recording")
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["voice"] == {"state": "ready", "made_by": "visitor", "duration_s": 2.5}
    assert memorial.entries()[visit_id][1]["voice"] == b"encoded " + data


def test_a_recording_that_changed_on_the_way_is_refused(site: Site) -> None:
    visit_id = captured(site)
    refused = site.kiosk.call(
        "PUT",
        f"/api/v1/visits/{visit_id}/voice",
        params={"duration_s": 1},
        headers={"Content-Digest": content_digest("0" * 64)},
        data=b"RIFF",
    )
    assert refused.status_code == 422
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/voice").status_code == 404


def test_without_a_wish_for_a_voice_none_is_sent(site: Site, memorial: FakeMemorial) -> None:
    visit_id = captured(site)
    speak(site.kiosk, visit_id)
    site.kiosk.finish(visit_id, voice="none")
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["voice"]["state"] == "none"
    assert set(memorial.entries()[visit_id][1]) == {"original"}


def test_after_the_finish_no_voice_can_be_changed(site: Site) -> None:
    visit_id = captured(site)
    site.kiosk.finish(visit_id)
    assert speak(site.kiosk, visit_id).status_code == 409
    assert record(site.kiosk, visit_id, b"RIFF").status_code == 409


def test_a_letter_is_read_aloud_by_the_real_offline_voice(make_process: Any, tmp_path: Path) -> None:
    with make_process(voice={"online_enabled": False}) as process:
        kiosk = Kiosk(process.url, process.enrol())
        assert isinstance(process, BridgeProcess)
        visit_id = new_id()
        kiosk.capture(visit_id, make_photo(), ai_restyle="false")
        made = speak(kiosk, visit_id)
        assert (made.status_code, made.json()["made_by"]) == (200, "espeak-ng")
        audio = tmp_path / "voice.m4a"
        audio.write_bytes(kiosk.call("GET", f"/api/v1/visits/{visit_id}/voice").content)
    probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(audio)]
    assert subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip() == "aac"
