"""Faults of the catalogue, one test each, named after their ids: real programs, real disk, a broken world between."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from boothkit.ids import new_id, new_token
from boothkit.waiting import wait_until
from scripts.onebox.commands import MEMORIAL_BOOTH
from tests.acceptance.family import Family
from tests.acceptance.ledger import balance
from tests.acceptance.proxy import FaultProxy, Reply, Request
from tests.acceptance.site import Site
from tests.acceptance.wishes import Wish, hash_photo, make_photo

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

# Distinct photographs over all tests of this file.
_numbers = itertools.count(10_000)


def plain_visit(style_id: str | None = None) -> Wish:
    """A visit that will be finished, with a letter and, if a style is named, a picture."""
    return Wish(
        visit_id=new_id(),
        number=next(_numbers),
        ending="finish",
        language="ko",
        style_id=style_id,
        has_voice=False,
        is_heard=False,
    )


def make_finished(site: Site, *wishes: Wish) -> None:
    """Let the kiosk make the visits and wait until every visitor has a receipt."""
    site.wish(*wishes)
    for wish in wishes:
        site.wait_shown(wish.visit_id, "finished")


def wait_waiting(site: Site, visit_id: str, *, attempts: int = 1) -> dict[str, object]:
    """Wait until staff see the visit undelivered after so many attempts; what they see."""

    def find() -> dict[str, object] | None:
        items = (item for item in site.list_undelivered() if item["visit_id"] == visit_id)
        return next((item for item in items if item["attempts"] >= attempts), None)

    wait_until(lambda: find() is not None, within_s=30, what=f"{attempts} attempts seen by staff")
    found = find()
    assert found is not None
    return found


def assert_kept(site: Site, family: Family, *wishes: Wish) -> None:
    """Everything promised is on the page, once and unchanged."""
    site.wait_settled(within_s=60)
    ledger = balance(site, family, wishes=wishes)
    assert ledger.faults == {}
    assert ledger.delivered == len(wishes)


def put_capture(site: Site, visit_id: str, image: bytes, *, token: str | None = None) -> requests.Response:
    """A hand-over as the kiosk sends it."""
    digest = base64.b64encode(hashlib.sha256(image).digest()).decode()
    memorial_id = site.box.enrolment.get_demonstration().memorial_id
    return requests.put(
        f"{site.box.booth_url}/api/v1/visits/{visit_id}/capture",
        params={"memorial_id": memorial_id, "style_id": "none", "language": "ko", "ai_restyle": "false"},
        data=image,
        headers={
            "Authorization": f"Bearer {token or site.box.kiosk_token}",
            "Content-Type": "image/jpeg",
            "Content-Digest": f"sha-256=:{digest}:",
        },
        timeout=30,
    )


def test_the_ledger_itself_notices_what_is_lost_changed_or_incomplete(site: Site, family: Family) -> None:
    """The control: a balance that finds nothing wrong must be able to find something wrong."""
    made, never_made = plain_visit(), plain_visit()
    make_finished(site, made)
    site.wait_settled(within_s=30)
    with site.screen_file.open("a") as screen:
        screen.write(json.dumps({"visit_id": never_made.visit_id, "step": "finished"}) + "\n")
    other = replace(made, number=never_made.number, style_id="watercolour", has_voice=True)
    ledger = balance(site, family, wishes=[other, never_made])
    assert ledger.lost == [never_made.visit_id]
    assert [fault.partition(": ")[2] for fault in ledger.changed] == ["original", "letter", "files ['original']"]


def test_f16_a_second_bridge_on_the_same_data_refuses_to_start(site: Site) -> None:
    environ = {**os.environ, **site.box.environ, "BOOTH_BRIDGE__SERVER__SOCKET": str(site.box.folders.run / "2.sock")}
    second = subprocess.run(
        [*MEMORIAL_BOOTH, "bridge", "serve"], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert str(site.box.folders.data_of("bridge")) in second.stderr
    assert site.list_undelivered() == []


def test_f21_what_was_finished_while_the_memorial_service_was_down_arrives_when_it_is_back(
    site: Site, family: Family
) -> None:
    wishes = [plain_visit() for _ in range(8)]
    with site.box.hold_down("memorial"):
        make_finished(site, *wishes)
        seen = wait_waiting(site, wishes[-1].visit_id)
        assert {item["visit_id"] for item in site.list_undelivered()} == {wish.visit_id for wish in wishes}
        assert seen["cause"]
    assert_kept(site, family, *wishes)


def test_f22_a_refused_connection_is_tried_again(site: Site, family: Family, proxy: FaultProxy) -> None:
    wish = plain_visit()
    with proxy.refusing():
        make_finished(site, wish)
        wait_waiting(site, wish.visit_id, attempts=3)
        assert family.count_entries()[wish.visit_id] == 0
    assert_kept(site, family, wish)


def test_f24_a_lost_acknowledgement_leads_to_one_entry(site: Site, family: Family, proxy: FaultProxy) -> None:
    wish = plain_visit()
    lost = 0

    def lose_two(request: Request) -> Reply | None:
        nonlocal lost
        reply = proxy.forward(request)
        lost += 1
        return None if lost <= 2 else reply

    with proxy.ruled(lose_two):
        make_finished(site, wish)
        site.wait_settled(within_s=30)
    assert proxy.statuses_of(wish.visit_id) == [201, 200, 200]
    assert_kept(site, family, wish)


def test_f24_f49_a_delivery_that_comes_twice_and_once_more_later_changes_nothing(
    site: Site, family: Family, proxy: FaultProxy
) -> None:
    wish = plain_visit()
    sent: list[Request] = []

    def send_twice(request: Request) -> Reply:
        sent.append(request)
        proxy.forward(request)
        return proxy.forward(request)

    with proxy.ruled(send_twice):
        make_finished(site, wish)
        site.wait_settled(within_s=30)
    proxy.forward(sent[0])
    assert proxy.statuses_of(wish.visit_id) == [201, 200, 200]
    assert_kept(site, family, wish)


def test_f27_a_captive_portal_is_not_taken_for_a_receipt(site: Site, family: Family, proxy: FaultProxy) -> None:
    wish = plain_visit()
    page = Reply(200, {"Content-Type": "text/html"}, b"<html><body>Welcome to the hotel. Please log in.</body></html>")
    with proxy.ruled(lambda request: page):
        make_finished(site, wish)
        wait_waiting(site, wish.visit_id, attempts=2)
        assert site.get_visit(wish.visit_id)["state"] == "finished"
        assert family.count_entries()[wish.visit_id] == 0
    assert_kept(site, family, wish)


def test_f29_a_revoked_token_stops_the_sending_and_keeps_the_memory(
    site: Site, family: Family, proxy: FaultProxy
) -> None:
    token_file = site.box.folders.data_of("bridge") / "memorial.token"
    token = token_file.read_text()
    wish = plain_visit()
    token_file.write_text(new_token())
    try:
        make_finished(site, wish)
        seen = wait_waiting(site, wish.visit_id, attempts=2)
        assert seen["state"] == "waiting"
        assert set(proxy.statuses_of(wish.visit_id)) == {401}
        assert family.count_entries()[wish.visit_id] == 0
    finally:
        token_file.write_text(token)
    assert_kept(site, family, wish)


def test_f29_a_stranger_at_the_booth_s_door_leaves_nothing_behind(site: Site) -> None:
    visit_id = new_id()
    blobs = site.count_blobs("bridge")
    assert put_capture(site, visit_id, make_photo(next(_numbers)), token=new_token()).status_code == 401
    assert site.box.call("GET", f"/visits/{visit_id}").status_code == 404
    assert site.count_blobs("bridge") == blobs


def test_f30_another_photograph_under_the_same_visit_is_refused(site: Site, family: Family) -> None:
    wish = plain_visit()
    make_finished(site, wish)
    assert put_capture(site, wish.visit_id, make_photo(next(_numbers))).status_code == 409
    assert_kept(site, family, wish)


def test_f30_other_content_at_the_memorial_service_is_never_overwritten(
    site: Site, family: Family, proxy: FaultProxy
) -> None:
    """Somebody else's content lies under the id: the bridge keeps its own aside for a person to decide."""
    wish = plain_visit()
    foreign_letter = wish.letter.replace("감나무", "배나무")

    def arrive_second(request: Request) -> Reply:
        if not proxy.statuses_of(wish.visit_id):
            foreign = request.body.replace(wish.letter.encode(), foreign_letter.encode())
            proxy.forward(replace(request, body=foreign))
        return proxy.forward(request)

    site.set_aside.add(wish.visit_id)
    with proxy.ruled(arrive_second):
        make_finished(site, wish)
        wait_until(
            lambda: site.get_visit(wish.visit_id)["delivery"]["state"] == "quarantined", within_s=30, what="quarantine"
        )
    assert proxy.statuses_of(wish.visit_id) == [201, 409]
    assert wish.visit_id in {item["visit_id"] for item in site.list_undelivered()}
    seen = family.read(wish.visit_id)
    assert foreign_letter in seen.text
    assert wish.letter not in seen.text
    original = site.box.call("GET", f"/visits/{wish.visit_id}/original")
    assert hashlib.sha256(original.content).hexdigest() == hash_photo(wish.number)


def test_f36_without_a_generator_the_original_comes_first_and_the_picture_follows_once(
    site: Site, family: Family
) -> None:
    wish = plain_visit(style_id="watercolour")
    with site.box.hold_down("generator"):
        make_finished(site, wish)
        wait_until(lambda: family.count_entries()[wish.visit_id] == 1, within_s=30, what="the original on the page")
        assert family.read(wish.visit_id).kinds == {"original"}
    wait_until(lambda: "picture" in family.read(wish.visit_id).kinds, within_s=60, what="the picture on the page")
    assert site.get_visit(wish.visit_id)["delivery"]["revision"] == 2
    assert_kept(site, family, wish)


def test_everything_is_kept_over_a_clean_restart_with_work_in_flight(make_var: Callable[[str], Path]) -> None:
    var = make_var("restart")
    wishes = [plain_visit(), plain_visit(style_id="ink_wash"), plain_visit()]
    with Site(var) as before:
        make_finished(before, *wishes[:-1])
        before.wait_settled(within_s=60)
        with before.box.hold_down("memorial"):
            make_finished(before, wishes[-1])
            wait_waiting(before, wishes[-1].visit_id)
            before.box.stop()
    with Site(var) as after, after.open_family() as family:
        assert_kept(after, family, *wishes)
