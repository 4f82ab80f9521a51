"""A whole memorial service in this process, with one hall, one memorial, one booth and one family."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from boothkit import clock
from boothkit.ids import new_id
from memorial_service.app import build_app
from memorial_service.auth.schemas import EnrolmentRequest
from memorial_service.auth.service import create_enrolment_code, enrol
from memorial_service.db.tables import Hall
from memorial_service.halls.schemas import MemorialDetails
from memorial_service.halls.service import create_hall, create_memorial, get_hall
from memorial_service.invitations.schemas import NewInvitation
from memorial_service.invitations.service import create_invitation
from memorial_service.settings import MemorialSettings
from memorial_service.site import Site
from tests.integration.memorial_service import parcels

CSRF_MARK = 'name="csrf" value="'


@dataclass(frozen=True)
class Booth:
    """An enrolled booth."""

    booth_id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class House:
    """A running service and what tests do with it."""

    app: FastAPI
    client: TestClient
    hall: Hall
    memorial_id: str
    booth: Booth
    invitation: NewInvitation

    @property
    def site(self) -> Site:
        site = self.app.state.site
        assert isinstance(site, Site)
        return site

    def add_hall(self, name: str) -> Hall:
        with self.site.database.writing() as session:
            return create_hall(session, name, moment=clock.now())

    def add_memorial(self, hall: Hall, code: str) -> str:
        details = MemorialDetails(code, "김영희", "Kim Young-hee", "김영희 님을 기억하며", "In memory of Kim Young-hee")
        with self.site.database.writing() as session:
            return create_memorial(session, get_hall(session, hall.name), details, moment=clock.now()).memorial_id

    def add_booth(self, hall: Hall) -> Booth:
        moment = clock.now()
        with self.site.database.writing() as session:
            code = create_enrolment_code(session, hall.hall_id, moment=moment, valid_s=60)
            answer = enrol(session, EnrolmentRequest(code=code, name="booth"), moment=moment)
        return Booth(answer.booth_id, answer.token)

    def add_invitation(self, memorial_id: str, guest_name: str = "") -> NewInvitation:
        with self.site.database.writing() as session:
            return create_invitation(session, memorial_id, guest_name=guest_name, moment=clock.now(), valid_days=30)

    def put(self, memory_id: str, document: Any, content: parcels.Files, booth: Booth | None = None) -> Any:
        """Send a memory as a booth does."""
        return self.client.put(
            f"/api/v1/memories/{memory_id}",
            files=parcels.as_form(document, content),
            headers=(booth or self.booth).headers,
        )

    def add_memory(self, seed: int = 0, **changes: Any) -> str:
        """A stored memory; returns its id."""
        content = parcels.files(seed)
        memory_id = new_id()
        answer = self.put(memory_id, parcels.metadata(self.memorial_id, content, **changes), content)
        assert answer.status_code == 201, answer.text
        return memory_id

    def browser(self) -> TestClient:
        """A fresh browser without cookies."""
        return TestClient(self.app, follow_redirects=False)

    def family(self, invitation: NewInvitation | None = None, browser: TestClient | None = None) -> TestClient:
        """A browser that came in with an invitation."""
        browser = browser or self.browser()
        used = invitation or self.invitation
        answer = enter_pin(browser, used.token, used.pin)
        assert answer.status_code == 303, answer.text
        return browser


def read_csrf(page: str) -> str:
    return page.partition(CSRF_MARK)[2].partition('"')[0]


def enter_pin(browser: TestClient, token: str, pin: str) -> Any:
    """What a person does: open the link, type the PIN."""
    csrf = read_csrf(browser.get(f"/i/{token}").text)
    return browser.post(f"/i/{token}", data={"pin": pin, "csrf": csrf})


@contextmanager
def open_house(folder: Path, **groups: Any) -> Iterator[House]:
    """A service on an empty folder; `groups` are settings by group."""
    settings = MemorialSettings.model_validate(
        {
            "store": {"data_dir": folder, "free_space_floor_mb": 0},
            "web": {"public_url": "http://testserver"},
            **groups,
        }
    )
    app = build_app(settings)
    with TestClient(app, follow_redirects=False) as client:
        house = House(app, client, Hall(), "", Booth("", ""), NewInvitation("", "", ""))
        house.hall = house.add_hall("한빛추모관")
        house.memorial_id = house.add_memorial(house.hall, "KIM-2026")
        house.booth = house.add_booth(house.hall)
        house.invitation = house.add_invitation(house.memorial_id, "김정수")
        yield house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A service of this test's own."""
    with open_house(tmp_path / "site") as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that the tests of one file share; what they store must not disturb the others."""
    with open_house(tmp_path_factory.mktemp("shared") / "site") as opened:
        yield opened
