"""Many at once: one memory stays one memory, whoever comes first. Fault id F24."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from boothkit import clock
from boothkit.ids import new_id
from memorial_service.auth.service import create_enrolment_code
from memorial_service.db.tables import Memory, MemoryRevision
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House

RACERS = 20


def race(house: House, memory_id: str, documents: list[Any], content: parcels.Files) -> list[Any]:
    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(lambda document: house.put(memory_id, document, content), documents))


def count(house: House, table: type[Any]) -> int:
    with house.site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_twenty_identical_arrivals_are_one_memory_and_all_are_told_so(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    answers = race(house, new_id(), [document] * RACERS, content)
    assert sorted(answer.status_code for answer in answers) == [200] * (RACERS - 1) + [201]
    assert len({answer.text for answer in answers}) == 1
    assert (count(house, Memory), count(house, MemoryRevision)) == (1, 1)


def test_of_twenty_different_claims_on_one_id_exactly_one_wins(house: House) -> None:
    content = parcels.files()
    documents = [parcels.metadata(house.memorial_id, content, letter=f"편지 {number}") for number in range(RACERS)]
    answers = race(house, new_id(), documents, content)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (RACERS - 1)
    assert (count(house, Memory), count(house, MemoryRevision)) == (1, 1)


def test_revisions_that_overtake_each_other_end_at_the_highest(house: House) -> None:
    content = parcels.files()
    memory_id = new_id()
    revisions = [parcels.metadata(house.memorial_id, content, revision=number) for number in range(1, RACERS + 1)]
    answers = race(house, memory_id, revisions, content)
    assert {answer.status_code for answer in answers} <= {201, 409}
    with house.site.database.reading() as session:
        stored = session.scalars(select(MemoryRevision.revision)).all()
        assert session.scalar(select(Memory.current_revision)) == max(stored) == RACERS
    assert count(house, Memory) == 1


def test_one_enrolment_code_enrols_one_booth(house: House) -> None:
    with house.site.database.writing() as session:
        code = create_enrolment_code(session, house.hall.hall_id, moment=clock.now(), valid_s=60)
    with ThreadPoolExecutor(RACERS) as pool:
        statuses = list(
            pool.map(
                lambda name: house.client.post("/api/v1/enrolments", json={"code": code, "name": name}).status_code,
                map(str, range(RACERS)),
            )
        )
    assert sorted(statuses) == [201] + [403] * (RACERS - 1)
