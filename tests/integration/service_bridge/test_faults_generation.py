"""Generators that are away, busy, wrong or slow: the original never waits for long, the picture follows."""

from __future__ import annotations

import base64
import io
import json
import time

import pytest
from PIL import Image

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import STYLES, FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.peer_server import (
    Exchange,
    Fault,
    PeerServer,
    Reply,
    answer_with,
    cut_after,
    lose_answer,
)
from tests.integration.service_bridge.site import make_photo


def test_f36_no_generator_delivers_the_original_and_the_picture_follows(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    site = start_site(policy={"generation_patience_s": 0.3})
    site.kiosk.call("GET", "/api/v1/styles")
    generator.stop()
    visit_id = site.kiosk.visit()
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["delivery"]["revision"] == 1
    assert status["generation"]["state"] in {"waiting", "running"}  # it tries again and again
    assert set(memorial.entries()[visit_id][1]) == {"original"}
    generator.start()
    wait_until(lambda: 2 in memorial.memories[visit_id], what="the second revision")
    assert set(memorial.entries()[visit_id][1]) == {"original", "picture"}
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    first, second = (memorial.memories[visit_id][number][1] for number in (1, 2))
    del first["files"], second["files"], first["revision"], second["revision"]
    assert first == second
    assert list(memorial.entries()) == [visit_id]


def test_f36_a_picture_that_comes_within_patience_is_in_the_first_revision(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.gate.clear()
    visit_id = site.kiosk.visit()
    wait_until(lambda: site.kiosk.status(visit_id)["delivery"]["cause"] == "picture_pending", what="the wait")
    generator.gate.set()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert list(memorial.memories[visit_id]) == [1]
    assert "picture" in memorial.entries()[visit_id][1]


def test_a_second_revision_is_never_sent_before_the_first_arrived(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    """A revision that overtook the one before it would turn that into a conflict for ever."""
    site = start_site(policy={"generation_patience_s": 0.1})
    generator.gate.clear()
    memorial.stop()
    visit_id = site.kiosk.visit()
    wait_until(lambda: site.kiosk.status(visit_id)["delivery"]["cause"] == "network", what="a failed attempt")
    generator.gate.set()
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    memorial.start()
    wait_until(lambda: 2 in memorial.memories.get(visit_id, {}), what="the second revision")
    assert list(memorial.memories[visit_id]) == [1, 2]
    assert "picture" not in memorial.memories[visit_id][1][2]


def _answer_picture(picture: bytes) -> Fault:
    answer = {"images": [base64.b64encode(picture).decode()], "parameters": {}, "info": "{}"}
    return lambda _peer, _exchange: Reply.of_json(answer)


def _png(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (96, 128), colour).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "fault",
    [
        answer_with(500),
        answer_with(503, Retry_After="0"),
        answer_with(200, body=b"not json"),
        answer_with(200, body=b'{"images": []}'),
        answer_with(200, body=b'{"images": ["@@@"]}'),
        _answer_picture(_png((0, 0, 0))),
        _answer_picture(_png((9, 99, 9), "JPEG")),
        _answer_picture(_png((0, 0, 0))[:60]),
        cut_after(50),
        lose_answer,
    ],
    ids=["500", "503", "no json", "no image", "no base64", "F37 black", "jpeg", "truncated", "cut", "lost answer"],
)
def test_a_failed_request_is_repeated_with_the_same_seed(site: Site, generator: FakeGenerator, fault: Fault) -> None:
    seeds: list[int] = []

    def note_seed(_: PeerServer, exchange: Exchange) -> Reply | None:
        reply = exchange.serve()
        seeds.append(json.loads(generator.calls_to("img2img")[-1].body)["seed"])
        return reply

    generator.faults.append(fault)
    generator.permanent_fault = note_seed
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    generation = site.kiosk.wait_for_status(visit_id, "generation", "done")["generation"]
    assert seeds == [generation["seed"]]


def test_a_refused_request_is_given_up_and_the_original_delivered(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.permanent_fault = answer_with(422)
    visit_id = site.kiosk.visit()
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["generation"]["state"] == "failed"
    assert set(memorial.entries()[visit_id][1]) == {"original"}


def test_a_style_that_does_not_exist_is_given_up(site: Site) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), style_id="not_a_style")
    site.kiosk.wait_for_status(visit_id, "generation", "failed")


def test_a_style_that_cannot_be_made_just_now_is_waited_for(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    """A generator leaves out what only a starting engine can make. The kiosk says that the picture will follow."""
    generator.resting_style_ids = {"watercolour"}
    visit_id = site.kiosk.visit()
    site.kiosk.wait_for_status(visit_id, "generation", "waiting")
    generator.resting_style_ids = set()
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert list(memorial.memories[visit_id]) == [1]
    assert memorial.entries()[visit_id][0]["files"]["picture"]["style_id"] == "watercolour"


@pytest.mark.parametrize("is_withdrawn", [True, False], ids=["withdrawn", "away for too long"])
def test_a_style_that_does_not_come_back_is_given_up(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial, is_withdrawn: bool
) -> None:
    """At once when it was withdrawn, else when the site's time is over; the original is delivered in any case."""
    site = start_site(generator={"give_up_after_s": 3600.0 if is_withdrawn else 1.0})
    generator.resting_style_ids = {"watercolour"}
    visit_id = site.kiosk.visit()
    if is_withdrawn:
        site.kiosk.wait_for_status(visit_id, "generation", "waiting")
        generator.styles = STYLES[1:]
    site.kiosk.wait_for_status(visit_id, "generation", "failed")
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert set(memorial.entries()[visit_id][1]) == {"original"}


def test_a_style_of_another_family_is_given_up(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [{**STYLES[0], "memorial_ids": [new_id()]}]
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    site.kiosk.wait_for_status(visit_id, "generation", "failed")


def test_a_second_engine_takes_over_when_the_first_fails(site: Site, generator: FakeGenerator) -> None:
    style = generator.styles[0]
    broken = {**style["requests"]["painter"], "override_settings": {"sd_model_checkpoint": "diffusion/portrait"}}
    generator.styles = [
        {**style, "engines": ["painter", "diffusion"], "requests": {**style["requests"], "diffusion": broken}}
    ]

    def fail_diffusion(_: PeerServer, exchange: Exchange) -> Reply | None:
        reply = exchange.serve()
        wish = json.loads(generator.calls_to("img2img")[-1].body)
        is_diffusion = wish["override_settings"]["sd_model_checkpoint"].startswith("diffusion")
        return Reply(500, b"{}") if is_diffusion else reply

    generator.permanent_fault = fail_diffusion
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    assert site.kiosk.wait_for_status(visit_id, "generation", "done")["generation"]["engine"] == "painter"
    assert len(generator.calls_to("img2img")) == 2


def test_the_generator_gets_a_cropped_reduced_picture_and_the_styles_parameters(
    site: Site, generator: FakeGenerator
) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(1, (2000, 1500)))
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    wish = json.loads(generator.calls_to("img2img")[0].body)
    assert (wish["width"], wish["height"]) == (768, 1024)
    assert wish["override_settings"] == {"sd_model_checkpoint": "painter/watercolour"}
    assert wish["denoising_strength"] == 0.8
    assert wish["force_task_id"].startswith(visit_id)


def test_another_style_starts_another_picture_and_the_newest_counts(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.gate.clear()
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    wait_until(lambda: generator.calls_to("img2img"), what="the first request")
    changed = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "ink_wash"})
    assert (changed.status_code, changed.json()["style_id"]) == (200, "ink_wash")
    again = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "ink_wash"})
    assert again.status_code == 200
    generator.gate.set()
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    site.kiosk.finish(visit_id)
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert memorial.entries()[visit_id][0]["files"]["picture"]["style_id"] == "ink_wash"
    assert len(generator.calls_to("img2img")) == 2
    late = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "watercolour"})
    assert late.status_code == 409


def test_an_unknown_style_cannot_be_changed_to(site: Site) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    refused = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "made_up"})
    assert refused.status_code == 422


@pytest.mark.parametrize("changes", [{"chosen": "original"}, {"consents": {"ai_restyle": False}}])
def test_without_consent_or_wish_no_picture_is_delivered(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial, changes: dict[str, object]
) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    site.kiosk.finish(visit_id, **changes)
    status = site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    assert status["generation"]["state"] == "off"
    time.sleep(0.3)
    assert list(memorial.memories[visit_id]) == [1]
    assert set(memorial.entries()[visit_id][1]) == {"original"}


def test_a_capture_without_restyle_asks_for_no_picture(site: Site, generator: FakeGenerator) -> None:
    visit_id = new_id()
    saved = site.kiosk.capture(visit_id, make_photo(), ai_restyle="false")
    assert saved.status_code == 201
    assert site.kiosk.status(visit_id)["generation"]["state"] == "off"
    refused = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "ink_wash"})
    assert refused.status_code == 409
    assert generator.calls_to("img2img") == []
