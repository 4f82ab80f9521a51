"""Who may do what, asked of every route that the app has. Fault ids F49, F50.

The table below is held against the app's own routes: a new route fails here until somebody has said, for every kind
of person, what it must answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from boothkit import clock
from boothkit.ids import hash_token, new_id
from memorial_service.auth.repository import revoke_booth
from memorial_service.db.tables import FamilySession
from memorial_service.halls.repository import find_memorial
from memorial_service.halls.service import set_portrait
from memorial_service.invitations import repository as invitations
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House, open_house, read_csrf

STRANGER, OTHER_FAMILY, REVOKED, EXPIRED, FAMILY, BOOTH, OTHER_BOOTH, REVOKED_BOOTH = (
    "stranger", "other_family", "revoked_family", "expired_family", "family", "booth", "other_booth", "revoked_booth",
)  # fmt: skip
PEOPLE = (STRANGER, OTHER_FAMILY, REVOKED, EXPIRED, FAMILY, BOOTH, OTHER_BOOTH, REVOKED_BOOTH)


def everybody(status: int, **exceptions: int) -> dict[str, int]:
    return {person: exceptions.get(person, status) for person in PEOPLE}


PRIVATE = everybody(403, family=200, other_family=404)
FOR_BOOTHS = everybody(401, booth=200, other_booth=200)
EXPECTED: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/"): everybody(200),
    ("GET", "/static/{name}"): everybody(200),
    ("GET", "/health/live"): everybody(200),
    ("GET", "/health/ready"): everybody(200),
    ("GET", "/metrics"): everybody(200),
    ("GET", "/openapi.json"): everybody(200),
    ("GET", "/i/{token}"): everybody(200),
    ("POST", "/i/{token}"): everybody(303),
    ("POST", "/logout"): everybody(303),
    ("GET", "/m/{memorial_id}"): PRIVATE,
    ("GET", "/m/{memorial_id}/portrait"): PRIVATE,
    ("GET", "/m/{memorial_id}/memory/{memory_id}"): PRIVATE,
    ("GET", "/media/{memory_id}/{name}"): PRIVATE,
    ("POST", "/api/v1/enrolments"): everybody(403),
    ("GET", "/api/v1/memorials"): FOR_BOOTHS,
    ("PUT", "/api/v1/memories/{memory_id}"): everybody(401, booth=200, other_booth=403),
    ("POST", "/api/v1/p_image"): everybody(401, booth=201, other_booth=403),
}


@dataclass
class Town:
    """One memory of one family, and everybody who might ask for it."""

    house: House
    memory_id: str
    form: dict[str, Any]
    people: dict[str, TestClient]

    def ask(self, person: str, method: str, path: str) -> int:
        """The status of a request that would succeed for whoever may make it."""
        client = self.people[person]
        address = path.format(
            token=self.house.invitation.token,
            memorial_id=self.house.memorial_id,
            memory_id=self.memory_id,
            name="original" if "media" in path else self.house.site.renderer.static_files.address("family.css")[8:],
        )
        options: dict[str, Any] = {}
        if path in ("/i/{token}", "/logout") and method == "POST":
            csrf = read_csrf(client.get(f"/i/{self.house.invitation.token}").text)
            options["data"] = {"csrf": csrf, "pin": self.house.invitation.pin}
        elif path == "/api/v1/enrolments":
            options["json"] = {"code": "0000-0000", "name": "x"}
        elif path == "/api/v1/p_image":
            options["files"] = {
                "image": ("a.jpg", parcels.picture(hash(person) % 1000)),
                "memorial_id": (None, self.house.memorial_id),
            }
        elif method == "PUT":
            options["files"] = self.form
        return int(client.request(method, address, **options).status_code)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_house(tmp_path_factory.mktemp("town") / "site") as house:
        content = parcels.files()
        document = parcels.metadata(house.memorial_id, content)
        memory_id = new_id()
        assert house.put(memory_id, document, content).status_code == 201
        give_portrait(house)
        yield Town(house, memory_id, parcels.as_form(document, content), gather_people(house))


def give_portrait(house: House) -> None:
    with house.site.database.writing() as session:
        memorial = find_memorial(session, house.memorial_id)
        assert memorial is not None
        set_portrait(memorial, parcels.picture(77), blobs=house.site.blobs, images=house.site.images)


def gather_people(house: House) -> dict[str, TestClient]:
    elsewhere = house.add_hall("다른 추모관")
    other_invitation = house.add_invitation(house.add_memorial(elsewhere, "LEE-2026"))
    people = {
        STRANGER: house.browser(),
        FAMILY: house.family(),
        OTHER_FAMILY: house.family(other_invitation),
        REVOKED: revoked_family(house),
        EXPIRED: house.browser(),
        BOOTH: house.browser(),
        OTHER_BOOTH: house.browser(),
        REVOKED_BOOTH: house.browser(),
    }
    people[BOOTH].headers.update(house.booth.headers)
    people[OTHER_BOOTH].headers.update(house.add_booth(elsewhere).headers)
    revoked = house.add_booth(house.hall)
    with house.site.database.writing() as session:
        revoke_booth(session, revoked.booth_id, clock.now())
    people[REVOKED_BOOTH].headers.update(revoked.headers)
    expire_session_of(house, people[EXPIRED])
    return people


def revoked_family(house: House) -> TestClient:
    invitation = house.add_invitation(house.memorial_id)
    browser = house.family(invitation)
    with house.site.database.writing() as session:
        assert invitations.revoke(session, invitation_id=invitation.invitation_id, token_hash="", moment=clock.now())
    return browser


def expire_session_of(house: House, browser: TestClient) -> None:
    house.family(house.add_invitation(house.memorial_id), browser)
    token = house.site.keys.read_session(browser.cookies["family"])
    assert token is not None
    with house.site.database.writing() as session:
        ended = clock.now() - timedelta(seconds=1)
        session.execute(
            update(FamilySession).where(FamilySession.token_hash == hash_token(token)).values(expires_at=ended)
        )


def list_routes(routes: list[Any]) -> set[tuple[str, str]]:
    """(method, path) of every route; FastAPI keeps the routes of an included router inside that router."""
    found: set[tuple[str, str]] = set()
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            found |= list_routes(included.routes)
        else:
            found |= {(method, route.path) for method in route.methods - {"HEAD", "OPTIONS"}}
    return found


def test_every_route_is_in_the_table(town: Town) -> None:
    assert list_routes(town.house.app.routes) == set(EXPECTED)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("method", "path"), sorted(EXPECTED, key=lambda route: route == ("POST", "/logout")))
def test_f49_f50_every_route_answers_every_person_as_it_must(town: Town, person: str, method: str, path: str) -> None:
    if method == "POST" and not path.startswith("/api"):
        town = Town(town.house, town.memory_id, town.form, {**town.people, person: town.house.browser()})
    assert town.ask(person, method, path) == EXPECTED[method, path][person]


def test_f50_another_familys_ids_and_unknown_ids_cannot_be_told_apart(town: Town) -> None:
    client = town.people[OTHER_FAMILY]
    own, unknown = town.house.memorial_id, new_id()
    for path in ("/m/{}", "/m/{}/memory/" + town.memory_id, "/m/{}/portrait"):
        theirs, nothing = client.get(path.format(own)), client.get(path.format(unknown))
        assert theirs.status_code == nothing.status_code == 404
        assert without_address(theirs.text) == without_address(nothing.text)
    assert client.get(f"/media/{town.memory_id}/picture").status_code == 404
    assert client.get(f"/media/{unknown}/picture").status_code == 404


def without_address(page: str) -> str:
    """The page without what differs between any two requests: the language link's address and the form token."""
    return "\n".join(line for line in page.splitlines() if "csrf" not in line and "hreflang" not in line)


def test_f50_a_memory_is_not_shown_under_another_memorial(town: Town) -> None:
    client = town.people[OTHER_FAMILY]
    their_page = client.get("/").text.partition('href="/m/')[2].partition('"')[0]
    assert their_page, "the welcome page leads this family to its own memorial"
    assert client.get(f"/m/{their_page}").status_code == 200
    assert client.get(f"/m/{their_page}/memory/{town.memory_id}").status_code == 404


def test_f50_a_refused_look_is_noted(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.people[OTHER_FAMILY].get(f"/m/{town.house.memorial_id}")
    actions = [getattr(record, "action", "") for record in caplog.records]
    assert "access.refused" in actions


def test_strangers_get_one_answer_for_every_private_address(town: Town) -> None:
    client = town.people[STRANGER]
    pages = {
        without_address(client.get(path).text)
        for path in (f"/m/{town.house.memorial_id}", f"/m/{new_id()}", "/m/x", f"/m/x/memory/{town.memory_id}")
    }
    assert len(pages) == 1


def test_nothing_lists_anything_to_strangers(town: Town) -> None:
    page = town.people[STRANGER].get("/").text
    assert "김영희" not in page and town.house.memorial_id not in page and "한빛" not in page
