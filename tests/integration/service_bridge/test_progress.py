"""News of a visit as server-sent events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import requests

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.service_bridge.conftest import Site
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import Kiosk, make_photo


def follow(kiosk: Kiosk, visit_id: str) -> Iterator[dict[str, Any] | str]:
    """Statuses as they come, and comments as text."""
    answer: requests.Response = kiosk.call("GET", f"/api/v1/visits/{visit_id}/progress", stream=True)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    with closing(answer):
        for line in answer.iter_lines(decode_unicode=True):
            if line.startswith("data: "):
                yield json.loads(line[6:])
            elif line.startswith(":"):
                yield line


def test_the_stream_tells_of_the_picture_and_ends_when_it_is_done(site: Site, generator: FakeGenerator) -> None:
    generator.gate.clear()
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    shares: list[float] = []
    states: list[str] = []
    for news in follow(site.kiosk, visit_id):
        if isinstance(news, str):
            continue
        states.append(news["generation"]["state"])
        shares.append(news["generation"]["progress"])
        if shares[-1] == 0.5:
            generator.gate.set()
    assert states[-1] == "done"
    assert 0.5 in shares
    assert shares[-1] == 1.0


def test_a_quiet_stream_gives_signs_of_life(site: Site, generator: FakeGenerator) -> None:
    generator.gate.clear()
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    began = time.monotonic()
    assert any(isinstance(news, str) for news in follow(site.kiosk, visit_id))
    assert time.monotonic() - began < 5


def test_after_the_finish_the_stream_lasts_until_the_memory_is_delivered(site: Site, memorial: FakeMemorial) -> None:
    memorial.stop()
    visit_id = site.kiosk.visit(chosen="original")
    last: list[dict[str, Any]] = []

    def read() -> None:
        last.extend(news for news in follow(site.kiosk, visit_id) if not isinstance(news, str))

    reader = threading.Thread(target=read)
    reader.start()
    wait_until(lambda: last, what="the first status")
    assert last[0]["delivery"]["state"] != "delivered"
    memorial.start()
    reader.join(20)
    assert last[-1]["delivery"]["state"] == "delivered"


def test_a_settled_visit_is_told_once(site: Site) -> None:
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo(), ai_restyle="false")
    (status,) = list(follow(site.kiosk, visit_id))
    assert isinstance(status, dict)
    assert status["generation"]["state"] == "off"


def test_many_streams_of_one_visit_hear_the_same(site: Site, generator: FakeGenerator) -> None:
    generator.gate.clear()
    visit_id = new_id()
    site.kiosk.capture(visit_id, make_photo())
    ends: list[str] = []

    def read() -> None:
        statuses = [news for news in follow(site.kiosk, visit_id) if not isinstance(news, str)]
        ends.append(statuses[-1]["generation"]["state"])

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    generator.gate.set()
    for reader in readers:
        reader.join(20)
    assert ends == ["done"] * 6
