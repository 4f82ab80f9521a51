"""A visit through the API: what is answered, and what answers mean."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from boothkit.digests import content_digest
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from service_bridge.clients.wire import PRODUCT_LICENCE
from tests.integration.service_bridge.conftest import Site, enrol, running_site
from tests.integration.service_bridge.fake_generator import STYLES, FakeGenerator
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID, FakeMemorial
from tests.integration.service_bridge.site import make_photo, sha256_of


@pytest.fixture(scope="module")
def generator() -> Iterator[FakeGenerator]:
    with FakeGenerator() as peer:
        yield peer


@pytest.fixture(scope="module")
def memorial() -> Iterator[FakeMemorial]:
    with FakeMemorial() as peer:
        yield peer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, generator: FakeGenerator, memorial: FakeMemorial) -> Iterator[Site]:
    """One bridge for all tests of this module: none of them changes it for the others."""
    with running_site(tmp_path_factory.mktemp("site"), generator, memorial) as running:
        yield running


LETTERS = [
    "",
    "평범한 편지입니다.",
    "family 👨‍👩‍👧‍👦 and flags 🇰🇷",
    "\u202eright to left\u202c and אבא",
    "<script>alert(1)</script> & <b>bold</b>",
    "'); DROP TABLE app_visits; --",
    "{{ 7 * 7 }} ${7*7} {% include 'x' %} %s {0}",
    "first line\nsecond line\r\n\tthird",
    "가" * 5000,
]


def test_a_visit_reaches_the_family_once_with_everything(site: Site, memorial: FakeMemorial) -> None:
    photo = make_photo(1)
    visit_id = new_id()
    saved = site.kiosk.capture(visit_id, photo)
    assert (saved.status_code, saved.json()["sha256"], saved.json()["state"]) == (201, sha256_of(photo), "captured")
    status = site.kiosk.wait_for_status(visit_id, "generation", "done")
    assert (status["generation"]["engine"], status["generation"]["progress"]) == ("painter", 1.0)
    finished = site.kiosk.finish(visit_id, voice="letter_read_aloud")
    assert finished.status_code == 201
    receipt = finished.json()["receipt"]
    assert receipt["memorial_name"] in ("", "김영희 님을 기억하며")
    assert receipt["private_url"].endswith(f"/m/{MEMORIAL_ID}")
    delivered = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert (delivered["state"], delivered["receipt_code"]) == ("delivered", receipt["code"])
    metadata, files = memorial.entries()[visit_id]
    assert files["original"] == photo
    assert files["voice"] == "ko:할머니, 보고 싶어요.".encode()
    assert metadata["files"]["voice"]["made_by"] == "espeak-ng"
    assert metadata["receipt_code"] == receipt["code"]
    assert list(memorial.memories[visit_id]) == [1]


def test_the_delivered_picture_says_what_it_is(site: Site, memorial: FakeMemorial) -> None:
    visit_id = site.kiosk.visit()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    metadata, files = memorial.entries()[visit_id]
    picture = Image.open(io.BytesIO(files["picture"]))
    xmp = picture.info["xmp"].decode()
    assert picture.format == "JPEG"
    assert "digitalsourcetype/algorithmicallyEnhanced" in xmp
    assert f"urn:uuid:{visit_id}" in xmp
    described = metadata["files"]["picture"]
    assert (described["style_id"], described["engine"], described["is_ai_generated"]) == (
        "watercolour",
        "painter",
        False,
    )
    assert described["style_name"] == {"ko": "수채화", "en": "Watercolour"}


def test_a_family_is_told_where_a_style_comes_from(
    site: Site, memorial: FakeMemorial, generator: FakeGenerator
) -> None:
    source = {"author": "김화가", "licence": "CC0-1.0", "training_data": "홀 소장"}
    generator.styles = [
        {**STYLES[0], "source": source},
        {**STYLES[1], "source": {**source, "licence": PRODUCT_LICENCE}},
    ]

    def list_sources() -> dict[str, Any]:
        return {style["style_id"]: style["source"] for style in site.kiosk.call("GET", "/api/v1/styles").json()}

    wait_until(lambda: list_sources() == {"watercolour": source, "ink_wash": None}, "the styles' sources")
    told = {}
    for style_id in ("watercolour", "ink_wash"):
        visit_id = new_id()
        assert site.kiosk.capture(visit_id, make_photo(), style_id=style_id).status_code == 201
        assert site.kiosk.finish(visit_id).status_code == 201
        site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
        told[style_id] = memorial.entries()[visit_id][0]["files"]["picture"].get("style_source", "not a word")
    assert told == {"watercolour": source, "ink_wash": "not a word"}


def test_the_same_capture_again_changes_nothing(site: Site, generator: FakeGenerator) -> None:
    visit_id, photo = new_id(), make_photo()
    first, again = site.kiosk.capture(visit_id, photo), site.kiosk.capture(visit_id, photo)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    asked = [call for call in generator.calls_to("img2img") if visit_id.encode() in call.body]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "change",
    [{"photo": make_photo(2)}, {"style_id": "ink_wash"}, {"memorial_id": new_id()}, {"ai_restyle": "false"}],
    ids=["photograph", "style", "memorial", "consent"],
)
def test_another_capture_under_the_same_id_is_refused(site: Site, change: dict[str, Any]) -> None:
    visit_id, photo = new_id(), make_photo(1)
    site.kiosk.capture(visit_id, photo)
    refused = site.kiosk.capture(visit_id, change.pop("photo", photo), **change)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:memorial-booth:problem:capture_differs")
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/original").content == photo


@pytest.mark.parametrize(
    ("body", "digest", "status"),
    [
        (b"", None, 415),
        (b"\xff\xd8\xff\xe0<html>", None, 422),
        (make_photo()[:5000], None, 422),
        (b"GIF89a" + bytes(100), None, 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None, 415),
        (make_photo(), content_digest("0" * 64), 422),
        (make_photo(), "md5=:AAAA:", 400),
        (make_photo(1, (40, 60)), None, 422),
        (b"\xff\xd8\xff" + bytes(13 * 2**20), None, 413),
    ],
    ids=["empty", "html", "truncated", "gif", "svg", "wrong hash", "no sha-256", "too small", "too large"],
)
def test_a_bad_photograph_is_refused_and_nothing_is_kept(
    site: Site, body: bytes, digest: str | None, status: int
) -> None:
    visit_id = new_id()
    refused = site.kiosk.capture(visit_id, body, digest=digest)
    assert refused.status_code == status
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}").status_code == 404
    blobs = site.bridge.parts.blobs
    assert digest or not blobs.has(sha256_of(body))
    wait_until(lambda: not list(blobs.root.rglob("*.tmp")), what="no half-written file")


@pytest.mark.parametrize(
    "choices",
    [
        {"memorial_id": "not-an-id"},
        {"style_id": "../../etc"},
        {"style_id": "a b"},
        {"language": "fr"},
        {"ai_restyle": "perhaps"},
    ],
)
def test_bad_choices_are_refused_by_name(site: Site, choices: dict[str, str]) -> None:
    refused = site.kiosk.capture(new_id(), make_photo(), **choices)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == list(choices)


def test_a_visit_id_must_be_one(site: Site) -> None:
    assert site.kiosk.capture("NOT-A-UUID", make_photo()).status_code == 422


@pytest.mark.parametrize("letter", LETTERS, ids=range(len(LETTERS)))
def test_f47_a_letter_arrives_letter_by_letter(site: Site, memorial: FakeMemorial, letter: str) -> None:
    visit_id = site.kiosk.visit(letter=letter, chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert memorial.entries()[visit_id][0]["letter"] == letter


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("letter", "가" * 5001),
        ("letter", "x" * 1_000_000),
        ("letter", "a\x00b"),
        ("letter", "a\x1bb"),
        ("sender_name", "x" * 81),
        ("sender_name", "two\nlines"),
        ("sender_name", "two\u2028lines"),
        ("relation", "x" * 41),
        ("language", "fr"),
        ("voice", "song"),
        ("chosen", "neither"),
    ],
)
def test_f47_what_cannot_be_kept_is_refused_by_name(site: Site, field: str, value: str) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), ai_restyle="false")
    refused = site.kiosk.finish(visit_id, **{field: value})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert site.kiosk.status(visit_id)["state"] == "captured"


def test_f47_half_a_character_is_refused(site: Site) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), ai_restyle="false")
    body = b'{"letter": "\\ud83d", "sender_name": "", "relation": "", "language": "ko", "voice": "none"}'
    path = f"/api/v1/visits/{visit_id}/finish"
    refused = site.kiosk.call("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422


def test_a_finish_is_answered_with_the_same_receipt_for_ever(site: Site, memorial: FakeMemorial) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    first, again = site.kiosk.finish(visit_id), site.kiosk.finish(visit_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert site.kiosk.finish(visit_id).json() == first.json()
    other = site.kiosk.finish(visit_id, letter="다른 편지")
    assert (other.status_code, other.json()["type"]) == (409, "urn:memorial-booth:problem:finish_differs")
    assert list(memorial.memories[visit_id]) == [1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consents": {"family_page": False}}, "family_page_consent_missing"),
        ({"voice": "letter_read_aloud", "consents": {"voice": False}}, "voice_consent_missing"),
        ({"voice": "own_recording"}, "recording_missing"),
    ],
)
def test_a_finish_without_consent_or_recording_is_refused(site: Site, changes: dict[str, Any], code: str) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), ai_restyle="false")
    refused = site.kiosk.finish(visit_id, **changes)
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:memorial-booth:problem:{code}")


def test_a_visit_that_was_never_captured_cannot_be_finished(site: Site) -> None:
    assert site.kiosk.finish(new_id()).status_code == 404


def test_pictures_are_served_to_their_visit_only(site: Site) -> None:
    visit_id, photo = new_id(), make_photo(1)
    site.kiosk.capture(visit_id, photo)
    output_id = site.kiosk.wait_for_status(visit_id, "generation", "done")["generation"]["output_id"]
    path = f"/api/v1/visits/{visit_id}/outputs/{output_id}"
    picture = site.kiosk.call("GET", path)
    assert (picture.headers["Content-Type"], picture.headers["ETag"]) == ("image/png", f'"{output_id}"')
    assert sha256_of(picture.content) == output_id
    assert site.kiosk.call("GET", path, headers={"If-None-Match": f'"{output_id}"'}).status_code == 304
    other = site.kiosk.visit(make_photo(2), chosen="original")
    assert site.kiosk.call("GET", f"/api/v1/visits/{other}/outputs/{output_id}").status_code == 404
    assert site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/outputs/{sha256_of(photo)}").status_code == 404


def test_f49_a_visit_belongs_to_the_booth_that_made_it(site: Site) -> None:
    stranger = enrol(site.bridge, site.url)
    visit_id, photo = new_id(), make_photo()
    site.kiosk.capture(visit_id, photo)
    output_id = site.kiosk.wait_for_status(visit_id, "generation", "done")["generation"]["output_id"]
    base = f"/api/v1/visits/{visit_id}"
    answers = [
        stranger.capture(visit_id, photo),
        stranger.finish(visit_id),
        stranger.call("GET", base),
        stranger.call("GET", f"{base}/original"),
        stranger.call("GET", f"{base}/outputs/{output_id}"),
        stranger.call("GET", f"{base}/progress"),
        stranger.call("GET", f"{base}/voice"),
        stranger.call("PUT", f"{base}/style", json={"style_id": "ink_wash"}),
        stranger.call("POST", f"{base}/speech", json={"text": "a", "language": "ko", "online_voice": False}),
        stranger.call("DELETE", base),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert site.kiosk.capture(visit_id, photo).status_code == 200
