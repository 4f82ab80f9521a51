"""A style that belongs to one memorial is offered, shown and painted there and nowhere else."""

from __future__ import annotations

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import STYLES, FakeGenerator
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID, MEMORIALS, FakeMemorial
from tests.integration.service_bridge.peer_server import Call, Exchange, PeerServer, Reply
from tests.integration.service_bridge.site import make_photo

STRANGERS = "0193a1b2-0000-7000-8000-00000000ffff"
PRIVATE = {**STYLES[0], "style_id": "grandfather", "memorial_ids": [MEMORIAL_ID]}
LUT = {"version": 1, "side": 17, "table": "AAAA"}


def list_offered(site: Site, memorial_id: str | None = None) -> list[str]:
    query = {"memorial_id": memorial_id} if memorial_id else {}
    styles = site.kiosk.call("GET", "/api/v1/styles", params=query).json()
    return [style["style_id"] for style in styles]


def test_a_familys_style_is_offered_to_that_family_only(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [*STYLES, PRIVATE]
    assert "grandfather" in list_offered(site, MEMORIAL_ID)
    assert list_offered(site, STRANGERS) == ["watercolour", "ink_wash"]
    assert list_offered(site) == ["watercolour", "ink_wash"]


def test_what_was_made_for_a_family_needs_no_place_in_its_list(
    site: Site, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.styles = [*STYLES, PRIVATE]
    memorial.memorials = [{**MEMORIALS[0], "style_ids": ["ink_wash"]}]
    site.kiosk.call("GET", "/api/v1/memorials")
    wait_until(
        lambda: site.kiosk.call("GET", "/api/v1/memorials").json()[0]["style_ids"] == ["ink_wash"], what="the new list"
    )
    assert list_offered(site, MEMORIAL_ID) == ["ink_wash", "grandfather"]


def test_its_sample_is_shown_to_that_family_only(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [*STYLES, PRIVATE]
    (style,) = (
        style
        for style in site.kiosk.call("GET", "/api/v1/styles", params={"memorial_id": MEMORIAL_ID}).json()
        if style["style_id"] == "grandfather"
    )
    assert site.kiosk.call("GET", style["sample_url"]).status_code == 200
    for query in ({}, {"memorial_id": STRANGERS}):
        answer = site.kiosk.call("GET", "/api/v1/styles/grandfather/sample", params=query)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:memorial-booth:problem:unknown_style")
    assert site.kiosk.call("GET", "/api/v1/styles/ink_wash/sample").status_code == 200


def test_a_withdrawn_styles_sample_leaves_the_bridge(start_site: StartSite, generator: FakeGenerator) -> None:
    site = start_site(catalogue={"fresh_for_s": 0.0, "refresh_interval_s": 3600.0})
    generator.styles = [*STYLES, PRIVATE]
    catalogue = site.bridge.parts.catalogue
    sample, _ = catalogue.get_sample("grandfather", MEMORIAL_ID)
    catalogue.get_sample("ink_wash", None)
    blobs = site.bridge.parts.blobs
    assert blobs.has(sample.sha256)
    generator.styles = STYLES[:1]
    catalogue.refresh()
    assert site.kiosk.call("GET", "/api/v1/styles/grandfather/sample").status_code == 422
    assert catalogue.get_sample("watercolour", None)
    generator.styles = []
    catalogue.refresh()
    assert not blobs.has(sample.sha256)


def test_a_stranger_gets_no_picture_in_it_but_keeps_the_photograph(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [*STYLES, {**PRIVATE, "memorial_ids": [STRANGERS]}]
    visit_id = new_id()
    assert site.kiosk.capture(visit_id, make_photo(), style_id="grandfather").status_code == 201
    status = site.kiosk.wait_for_status(visit_id, "generation", "failed")
    assert status["visit_id"] == visit_id
    assert generator.calls_to("/sdapi/v1/img2img") == []
    refused = site.kiosk.call("PUT", f"/api/v1/visits/{visit_id}/style", json={"style_id": "grandfather"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:memorial-booth:problem:unknown_style")


def test_the_family_gets_its_picture(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [*STYLES, PRIVATE]
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), style_id="grandfather")
    site.kiosk.wait_for_status(visit_id, "generation", "done")


def test_a_styles_live_colours_are_passed_on(site: Site, generator: FakeGenerator) -> None:
    generator.styles = [{**STYLES[0], "live_lut": LUT}, STYLES[1]]
    styles = site.kiosk.call("GET", "/api/v1/styles").json()
    assert [style["live_lut"] for style in styles] == [LUT, None]


def is_new(call: Call) -> bool:
    return b'"denoising_strength": 0.4' in call.body


def test_a_style_published_anew_in_the_middle_of_a_visit_still_paints(
    start_site: StartSite, generator: FakeGenerator
) -> None:
    """The bridge's list is older than the generator's; what the generator refuses is asked for by the new list."""
    site = start_site(catalogue={"fresh_for_s": 3600.0, "refresh_interval_s": 3600.0})
    wait_until(lambda: len(generator.calls_to("/sample")) == 2, "the refresh with which the bridge begins")
    assert "watercolour" in list_offered(site)

    def refuse_the_old(_: PeerServer, exchange: Exchange) -> Reply:
        reply = exchange.serve()
        return (
            reply
            if is_new(generator.calls_to(exchange.call.path)[-1])
            else Reply.of_json({"detail": "There is no such model."}, 404)
        )

    fresh = {**STYLES[0]["requests"]["painter"], "denoising_strength": 0.4}
    generator.styles = [{**STYLES[0], "revision": "2", "requests": {"painter": fresh}}, STYLES[1]]
    generator.permanent_fault = refuse_the_old
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    calls = [is_new(call) for call in generator.calls_to("/sdapi/v1/img2img")]
    # On a crowded machine the list may come too late once, and the old one is tried again.
    assert (calls[0], calls[-1], calls.count(True)) == (False, True, 1)


def test_a_request_that_the_newest_list_gives_too_is_refused_for_good(site: Site, generator: FakeGenerator) -> None:
    generator.permanent_fault = lambda _peer, exchange: (exchange.serve(), Reply.of_json({}, 422))[1]
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    site.kiosk.wait_for_status(visit_id, "generation", "failed")
    assert len(generator.calls_to("/sdapi/v1/img2img")) == 1
