"""Lists that survive an outage."""

from __future__ import annotations

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID, MEMORIALS, FakeMemorial


def test_memorials_and_styles_are_listed(site: Site) -> None:
    assert site.kiosk.call("GET", "/api/v1/memorials").json() == MEMORIALS
    styles = site.kiosk.call("GET", "/api/v1/styles").json()
    assert [style["style_id"] for style in styles] == ["watercolour", "ink_wash"]
    assert styles[0]["sample_url"] == "/api/v1/styles/watercolour/sample"
    assert "requests" not in styles[0]


def test_lists_survive_an_outage_and_a_restart(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    site = start_site(catalogue={"fresh_for_s": 0.0})
    before = [site.kiosk.call("GET", path) for path in ("/api/v1/memorials", "/api/v1/styles")]
    sample = site.kiosk.call("GET", "/api/v1/styles/watercolour/sample")
    assert (sample.status_code, sample.headers["Content-Type"]) == (200, "image/webp")
    generator.stop()
    memorial.stop()
    after = [site.kiosk.call("GET", path) for path in ("/api/v1/memorials", "/api/v1/styles")]
    assert [answer.json() for answer in after] == [answer.json() for answer in before]
    assert site.kiosk.call("GET", "/api/v1/styles/watercolour/sample").content == sample.content


def test_a_list_that_never_came_is_honestly_missing(
    start_site: StartSite, generator: FakeGenerator, memorial: FakeMemorial
) -> None:
    generator.stop()
    memorial.stop()
    site = start_site()
    for path in ("/api/v1/memorials", "/api/v1/styles", "/api/v1/styles/watercolour/sample"):
        answer = site.kiosk.call("GET", path)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:memorial-booth:problem:catalogue_unavailable")


def test_a_list_that_could_not_be_had_is_asked_for_again_soon(start_site: StartSite, generator: FakeGenerator) -> None:
    generator.stop()
    site = start_site(catalogue={"fresh_for_s": 3600.0, "refresh_interval_s": 3600.0})
    assert site.kiosk.call("GET", "/api/v1/styles").status_code == 503
    generator.start()
    wait_until(lambda: site.kiosk.call("GET", "/api/v1/styles").status_code == 200, "the list")


def test_a_memorial_is_found_by_its_code_as_a_person_types_it(site: Site) -> None:
    for code in ("K7F2-9QXM", "k7f29qxm", " k7f2 9qxm "):
        assert site.kiosk.call("GET", f"/api/v1/memorials/{code}").json()["memorial_id"] == MEMORIAL_ID
    assert site.kiosk.call("GET", "/api/v1/memorials/NOPE-NOPE").status_code == 404


def test_a_memorial_made_a_moment_ago_is_found(site: Site, memorial: FakeMemorial) -> None:
    site.kiosk.call("GET", "/api/v1/memorials")
    fresh = {**MEMORIALS[0], "memorial_id": new_id(), "code": "NEW1-CODE"}
    memorial.memorials = [*MEMORIALS, fresh]
    found = wait_until(
        lambda: (answer := site.kiosk.call("GET", "/api/v1/memorials/new1code")).status_code == 200 and answer,
        what="the new memorial",
    )
    assert found.json()["memorial_id"] == fresh["memorial_id"]


def test_a_memorial_can_allow_fewer_styles(site: Site, memorial: FakeMemorial) -> None:
    memorial.memorials = [{**MEMORIALS[0], "style_ids": ["ink_wash"]}]
    site.kiosk.call("GET", "/api/v1/memorials")
    wait_until(
        lambda: site.kiosk.call("GET", "/api/v1/memorials").json()[0]["style_ids"] == ["ink_wash"], what="the new list"
    )
    styles = site.kiosk.call("GET", "/api/v1/styles", params={"memorial_id": MEMORIAL_ID}).json()
    assert [style["style_id"] for style in styles] == ["ink_wash"]


def test_a_new_revision_of_a_style_brings_its_sample(site: Site, generator: FakeGenerator) -> None:
    first = site.kiosk.call("GET", "/api/v1/styles/watercolour/sample")
    assert (
        site.kiosk.call(
            "GET", "/api/v1/styles/watercolour/sample", headers={"If-None-Match": first.headers["ETag"]}
        ).status_code
        == 304
    )
    asked = len(generator.calls_to("/watercolour/sample"))
    generator.styles = [{**style, "revision": "2"} for style in generator.styles]
    wait_until(lambda: site.kiosk.call("GET", "/api/v1/styles").json()[0]["revision"] == "2", what="the new list")
    assert site.kiosk.call("GET", "/api/v1/styles/watercolour/sample").status_code == 200
    assert len(generator.calls_to("/watercolour/sample")) > asked
