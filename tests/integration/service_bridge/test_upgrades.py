"""Diffusion first, the painter at once when that fails or is slow, and diffusion's picture as a later revision."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site, StartSite
from tests.integration.service_bridge.fake_generator import STYLES, FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.peer_server import Reply
from tests.integration.service_bridge.site import make_photo

DIFFUSION = {"override_settings": {"sd_model_checkpoint": "family-ink"}, "prompt": "ink wash", "seed": -1}
BOTH = [
    {**style, "engines": ["painter", "diffusion"], "requests": {**style["requests"], "diffusion": DIFFUSION}}
    for style in STYLES
]
PAINTER = "painter/watercolour"
BAD_GATEWAY = 502
# Several rounds of the search for lesser pictures.
LONG_ENOUGH_S = 1.5


class TwoEngines(FakeGenerator):
    """A generator whose diffusion engine a test breaks and mends."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[dict[str, Any]] = BOTH
        self.diffusion_status = 200
        self.diffusion_gate = threading.Event()
        self.diffusion_gate.set()
        self.ends_at_work = 0
        """So many pictures by diffusion end the program, which is then down for one more request."""
        self._is_down = False

    def list_asked(self) -> list[str]:
        """The models that were asked, in their order."""
        bodies = [json.loads(call.body) for call in self.calls_to("img2img")]
        return [body["override_settings"]["sd_model_checkpoint"] for body in bodies]

    def count_asked(self) -> dict[str, int]:
        """How often each model was asked."""
        return dict(Counter(self.list_asked()))

    def _paint(self, wish: dict[str, Any]) -> Reply:
        if self._is_down:
            self._is_down = False
            return Reply.of_json({}, BAD_GATEWAY)
        if wish["override_settings"] == DIFFUSION["override_settings"]:
            self.diffusion_gate.wait(30)
            if self.ends_at_work:
                return self._end_at_work(wish["force_task_id"])
            if self.diffusion_status != 200:
                return Reply.of_json({}, self.diffusion_status)
        return super()._paint(wish)

    def _end_at_work(self, task_id: str) -> Reply:
        """What the front door says of a program that ended, once the bridge has heard that it was at work."""
        wait_until(lambda: self._count_progress(task_id) > 1, what="the second look at the progress")
        self.ends_at_work -= 1
        self._is_down = True
        return Reply.of_json({}, BAD_GATEWAY)

    def _count_progress(self, task_id: str) -> int:
        return sum(json.loads(call.body)["id_task"] == task_id for call in self.calls_to("/internal/progress"))


@pytest.fixture
def generator() -> Iterator[TwoEngines]:
    with TwoEngines() as peer:
        yield peer
        peer.diffusion_gate.set()


def deliver(site: Site) -> str:
    """One visit, until its first revision has arrived."""
    visit_id = str(site.kiosk.visit())
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    return visit_id


def read_engines(memorial: FakeMemorial, visit_id: str) -> list[str]:
    """The engine of each revision that the memorial service has, in their order."""
    kept = memorial.memories[visit_id]
    return [kept[number][1]["files"].get("picture", {}).get("engine", "none") for number in sorted(kept)]


def test_diffusion_comes_first_where_it_is_offered(site: Site, generator: TwoEngines, memorial: FakeMemorial) -> None:
    visit_id = deliver(site)
    assert read_engines(memorial, visit_id) == ["diffusion"]
    assert generator.count_asked() == {"family-ink": 1}


@pytest.mark.parametrize("status", [500, 503, 504])
def test_the_painter_helps_out_at_once_and_diffusion_follows_once(
    site: Site, generator: TwoEngines, memorial: FakeMemorial, status: int
) -> None:
    generator.diffusion_status = status
    visit_id = str(site.kiosk.visit())
    wait_until(lambda: "picture" in memorial.entries().get(visit_id, ({}, {}))[1], what="the painter's picture")
    assert read_engines(memorial, visit_id) == ["painter"]
    first = memorial.memories[visit_id][1][1]
    generator.diffusion_status = 200
    wait_until(lambda: 2 in memorial.memories[visit_id], what="the better picture")
    second = memorial.memories[visit_id][2][1]
    assert read_engines(memorial, visit_id) == ["painter", "diffusion"]
    assert second["files"]["picture"]["is_ai_generated"] is True
    assert second["files"]["picture"]["seed"] == first["files"]["picture"]["seed"]
    assert {**second, "files": 0, "revision": 0} == {**first, "files": 0, "revision": 0}
    asked = generator.count_asked()
    time.sleep(LONG_ENOUGH_S)
    assert list(memorial.memories[visit_id]) == [1, 2]
    assert generator.count_asked() == asked


def test_a_refused_picture_is_not_asked_for_for_ever(site: Site, generator: TwoEngines, memorial: FakeMemorial) -> None:
    """Once for the visit, once for the upgrade: the same request would be refused again."""
    generator.diffusion_status = 422
    visit_id = deliver(site)
    wait_until(lambda: generator.count_asked().get("family-ink") == 2, what="the second request")
    time.sleep(LONG_ENOUGH_S)
    assert generator.count_asked()["family-ink"] == 2
    assert read_engines(memorial, visit_id) == ["painter"]


def test_an_engine_whose_program_ends_at_work_is_left_for_the_painter_until_the_memory_is_delivered(
    site: Site, generator: TwoEngines, memorial: FakeMemorial
) -> None:
    """The painter is back long before a model has been loaded, and the visitor waits."""
    generator.ends_at_work = 1
    visit_id = deliver(site)
    wait_until(lambda: 2 in memorial.memories[visit_id], what="the better picture")
    assert read_engines(memorial, visit_id) == ["painter", "diffusion"]
    assert generator.list_asked() == ["family-ink", PAINTER, PAINTER, "family-ink"]


def test_a_better_picture_that_ends_the_program_once_more_is_given_up(
    site: Site, generator: TwoEngines, memorial: FakeMemorial
) -> None:
    """It would end it for other visitors again and again."""
    generator.ends_at_work = 2
    visit_id = deliver(site)
    wait_until(lambda: not generator.ends_at_work, what="the second end")
    time.sleep(LONG_ENOUGH_S)
    assert read_engines(memorial, visit_id) == ["painter"]
    assert generator.list_asked() == ["family-ink", PAINTER, PAINTER, "family-ink"]


def test_a_slow_engine_is_left_for_the_painter(
    start_site: StartSite, generator: TwoEngines, memorial: FakeMemorial
) -> None:
    site = start_site(generator={"preferred_timeout_s": 0.5})
    generator.diffusion_gate.clear()
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    generation = site.kiosk.wait_for_status(visit_id, "generation", "done")["generation"]
    assert generation["engine"] == "painter"
    tasks = [json.loads(call.body)["force_task_id"] for call in generator.calls_to("img2img")]
    assert len(set(tasks)) == 2


def test_diffusion_that_is_offered_only_later_makes_the_last_pictures_anew(
    site: Site, generator: TwoEngines, memorial: FakeMemorial
) -> None:
    generator.styles = STYLES
    visit_ids = [deliver(site) for _ in range(3)]
    assert all(read_engines(memorial, visit_id) == ["painter"] for visit_id in visit_ids)
    generator.styles = BOTH
    for visit_id in visit_ids:
        wait_until(lambda visit_id=visit_id: 2 in memorial.memories[visit_id], what="the better picture")
        assert read_engines(memorial, visit_id) == ["painter", "diffusion"]


@pytest.mark.parametrize("changes", [{"upgrade_within_s": 0.0}, {"upgrade_within_s": 0.001}], ids=["off", "too late"])
def test_nothing_is_made_anew_beyond_the_time_that_the_site_allows(
    start_site: StartSite, generator: TwoEngines, memorial: FakeMemorial, changes: dict[str, float]
) -> None:
    site = start_site(policy=changes)
    generator.styles = STYLES
    visit_id = deliver(site)
    generator.styles = BOTH
    time.sleep(LONG_ENOUGH_S)
    assert list(memorial.memories[visit_id]) == [1]
    assert "family-ink" not in generator.count_asked()


def test_an_original_that_was_chosen_stays_the_only_one(
    site: Site, generator: TwoEngines, memorial: FakeMemorial
) -> None:
    generator.styles = STYLES
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    site.kiosk.wait_for_status(visit_id, "generation", "done")
    site.kiosk.finish(visit_id, chosen="original")
    site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
    generator.styles = BOTH
    time.sleep(LONG_ENOUGH_S)
    assert list(memorial.memories[visit_id]) == [1]
    assert "family-ink" not in generator.count_asked()
