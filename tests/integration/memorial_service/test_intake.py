"""Taking memories in: once, whole, and only what it says it is. Fault ids F03, F24, F30, F31, F49."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from boothkit import clock
from boothkit.ids import new_id
from memorial_service.app import build_app
from memorial_service.auth.repository import revoke_booth
from memorial_service.auth.service import create_enrolment_code
from memorial_service.db.tables import Memory, MemoryRevision, RevisionFile
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House, open_house


def count(house: House, table: type[Any]) -> int:
    with house.site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_memory_is_answered_with_a_receipt_for_every_file(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    memory_id = new_id()
    answer = house.put(memory_id, document, content)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["memory_id"] == memory_id
    assert receipt["revision"] == 1
    assert receipt["receipt"] == "memorial-intake-v1"
    assert receipt["digest"] == parcels.digest(document)
    stored = {role: sha256 for role, sha256 in receipt["stored"].items() if sha256 is not None}
    assert stored == {role: hashlib.sha256(data).hexdigest() for role, data in content.items()}
    for role, sha256 in stored.items():
        assert house.site.blobs.read(sha256) == content[role]


def test_f03_f24_the_same_memory_again_is_the_same_memory(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    memory_id = new_id()
    first = house.put(memory_id, document, content)
    again = [house.put(memory_id, document, content) for _ in range(3)]
    assert [answer.status_code for answer in again] == [200, 200, 200]
    assert all(answer.json() == first.json() for answer in again)
    assert count(house, Memory) == 1
    assert count(house, MemoryRevision) == 1


def test_f03_a_receipt_survives_a_restart_of_the_service(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    memory_id = new_id()
    first = house.put(memory_id, document, content)
    with TestClient(build_app(house.site.settings)) as later:
        form = parcels.as_form(document, content)
        answer = later.put(f"/api/v1/memories/{memory_id}", files=form, headers=house.booth.headers)
    assert answer.status_code == 200
    assert answer.json() == first.json()


def test_f30_other_content_under_the_same_revision_is_refused(house: House) -> None:
    content = parcels.files()
    memory_id = new_id()
    house.put(memory_id, parcels.metadata(house.memorial_id, content), content)
    answer = house.put(memory_id, parcels.metadata(house.memorial_id, content, letter="다른 편지"), content)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:memorial-booth:problem:memory_conflict"
    assert "할머니" in house.family().get(f"/m/{house.memorial_id}/memory/{memory_id}").text


def test_a_later_revision_replaces_what_is_shown_and_keeps_what_was(house: House) -> None:
    plain = {"original": parcels.picture(1)}
    memory_id = new_id()
    first = parcels.metadata(house.memorial_id, plain, letter="처음")
    assert house.put(memory_id, first, plain).status_code == 201
    whole = {**plain, "picture": parcels.picture(2, form="PNG")}
    second = parcels.metadata(house.memorial_id, whole, revision=2, letter="나중")
    assert house.put(memory_id, second, whole).status_code == 201
    assert house.put(memory_id, first, plain).status_code == 200, "a late repeat of the first is still known"
    page = house.family().get(f"/m/{house.memorial_id}").text
    assert page.count("<article") == 1
    assert "나중" in page and "처음" not in page
    assert count(house, Memory) == 1
    assert count(house, MemoryRevision) == 2
    assert house.site.blobs.has(hashlib.sha256(plain["original"]).hexdigest())


def test_an_unknown_revision_below_the_shown_one_is_refused(house: House) -> None:
    content = parcels.files()
    memory_id = new_id()
    house.put(memory_id, parcels.metadata(house.memorial_id, content, revision=3), content)
    answer = house.put(memory_id, parcels.metadata(house.memorial_id, content, revision=2), content)
    assert answer.status_code == 409


def test_a_memory_cannot_move_to_another_memorial(house: House) -> None:
    other = house.add_memorial(house.hall, "LEE-2026")
    content = parcels.files()
    memory_id = new_id()
    house.put(memory_id, parcels.metadata(house.memorial_id, content), content)
    answer = house.put(memory_id, parcels.metadata(other, content, revision=2), content)
    assert answer.status_code == 409


def test_f49_a_booth_of_another_hall_may_not_write_here(house: House) -> None:
    stranger = house.add_booth(house.add_hall("다른 추모관"))
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    assert house.put(new_id(), document, content, stranger).status_code == 403
    assert count(house, RevisionFile) == 0


def test_f49_a_stolen_id_is_refused_to_another_hall_and_answered_to_its_own(house: House) -> None:
    memory_id = new_id()
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    house.put(memory_id, document, content)
    elsewhere = house.add_hall("다른 추모관")
    stranger, their_memorial = house.add_booth(elsewhere), house.add_memorial(elsewhere, "CHOI-2026")
    assert house.put(memory_id, document, content, stranger).status_code == 403
    assert house.put(memory_id, parcels.metadata(their_memorial, content), content, stranger).status_code == 403
    assert house.put(memory_id, document, content, house.add_booth(house.hall)).status_code == 200


def test_a_revoked_or_unknown_booth_is_refused_before_its_body_is_read(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    with house.site.database.writing() as session:
        assert revoke_booth(session, house.booth.booth_id, clock.now())
    answer = house.put(new_id(), document, content)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    nobody = house.client.put(f"/api/v1/memories/{new_id()}", files=parcels.as_form(document, content))
    assert nobody.status_code == 401


def test_unknown_memorial_is_unprocessable(house: House) -> None:
    content = parcels.files()
    answer = house.put(new_id(), parcels.metadata(new_id(), content), content)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "unknown_memorial")


@pytest.mark.parametrize("consents", [{}, {"family_page": False}, {"family_page": None}, None])
def test_silence_is_not_consent(shared_house: House, consents: Any) -> None:
    content = parcels.files()
    document = parcels.metadata(shared_house.memorial_id, content, consents=consents)
    assert shared_house.put(new_id(), document, content).status_code == 422


def test_fields_of_a_newer_booth_are_kept_and_do_not_disturb(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content, mood="calm")
    answer = house.put(new_id(), document, content)
    assert answer.status_code == 201
    with house.site.database.reading() as session:
        assert '"mood":"calm"' in (session.scalar(select(MemoryRevision.document)) or "")


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Any) -> None:
    with open_house(tmp_path / "site", store={"data_dir": tmp_path / "site", "free_space_floor_mb": 1_000_000}) as full:
        content = parcels.files()
        answer = full.put(new_id(), parcels.metadata(full.memorial_id, content), content)
        assert answer.status_code == 507
        assert list(full.site.blobs.list_ids()) == []
        assert full.client.get("/health/ready").status_code == 503


def test_enrolment_codes_work_once(house: House) -> None:
    with house.site.database.writing() as session:
        code = create_enrolment_code(session, house.hall.hall_id, moment=clock.now(), valid_s=60)
    typed = code.lower().replace("-", " ")
    answer = house.client.post("/api/v1/enrolments", json={"code": typed, "name": "현관 부스"})
    assert answer.status_code == 201
    memorials = house.client.get(
        "/api/v1/memorials", headers={"Authorization": f"Bearer {answer.json()['token']}"}
    ).json()
    assert [memorial["code"] for memorial in memorials] == ["KIM-2026"]
    assert memorials[0] == {
        "memorial_id": house.memorial_id,
        "code": "KIM-2026",
        "name": {"ko": "김영희 님을 기억하며", "en": "In memory of Kim Young-hee"},
        "deceased_name": "김영희",
        "style_ids": [],
    }
    assert house.client.post("/api/v1/enrolments", json={"code": code, "name": "again"}).status_code == 403
    assert house.client.post("/api/v1/enrolments", json={"code": "0000-0000", "name": "x"}).status_code == 403
