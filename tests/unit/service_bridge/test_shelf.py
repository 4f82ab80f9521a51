"""When a list is asked for again, on a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service_bridge.clients.transport import ServiceError
from service_bridge.clients.wire import Wire
from service_bridge.errors import CatalogueUnavailableError
from service_bridge.store.database import Database
from service_bridge.store.migrating import migrate
from service_bridge.visits.states import Cause
from service_bridge.workflow.shelf import Shelf

FRESH_FOR_S = 10.0


class Flower(Wire):
    """One entry of a list that exists only here."""

    name: str


class Garden:
    """The source: gives its flowers, or fails while it is closed."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.is_closed = False
        self.flowers = [Flower(name="aster")]
        self.asked_at_s: list[float] = []

    def fetch(self, _: float) -> list[Flower]:
        self.asked_at_s.append(self.now_s)
        if self.is_closed:
            raise ServiceError(Cause.NETWORK)
        return self.flowers

    def look(self, shelf: Shelf[Flower], *, for_s: float) -> list[float]:
        """Seconds after now at which the garden was asked, when a visitor looks every tenth of a second."""
        began_s, before = self.now_s, len(self.asked_at_s)
        for step in range(round(for_s * 10) + 1):
            self.now_s = began_s + step / 10
            shelf.get(fresh_for_s=FRESH_FOR_S)
        return [round(asked_s - began_s, 1) for asked_s in self.asked_at_s[before:]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'bridge.sqlite'}", busy_timeout_s=1.0)
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def garden() -> Garden:
    return Garden()


@pytest.fixture
def shelf(garden: Garden, database: Database) -> Shelf[Flower]:
    return Shelf("flowers", Flower, garden.fetch, database, 1.0, clock_s=lambda: garden.now_s)


def test_a_good_list_is_fresh_for_its_time(garden: Garden, shelf: Shelf[Flower]) -> None:
    assert garden.look(shelf, for_s=25.0) == [0.0, 10.0, 20.0]


def test_a_source_that_failed_is_asked_again_soon_then_ever_later(garden: Garden, shelf: Shelf[Flower]) -> None:
    """The old list is served all the while."""
    shelf.get(fresh_for_s=FRESH_FOR_S)
    garden.is_closed = True
    garden.now_s += FRESH_FOR_S
    assert garden.look(shelf, for_s=40.0) == [0.0, 1.0, 3.0, 7.0, 15.0, 25.0, 35.0]
    assert [flower.name for flower in shelf.get(fresh_for_s=FRESH_FOR_S)] == ["aster"]


def test_a_source_that_came_back_is_trusted_again(garden: Garden, shelf: Shelf[Flower]) -> None:
    garden.is_closed = True
    with pytest.raises(CatalogueUnavailableError):
        shelf.get(fresh_for_s=FRESH_FOR_S)
    garden.is_closed = False
    garden.now_s += 1.0
    assert garden.look(shelf, for_s=12.0) == [0.0, 10.0]
    garden.is_closed = True
    garden.now_s += 8.0
    assert garden.look(shelf, for_s=2.0) == [0.0, 1.0]


def test_without_any_list_the_refusal_says_so(garden: Garden, shelf: Shelf[Flower]) -> None:
    garden.is_closed = True
    for _ in range(2):
        with pytest.raises(CatalogueUnavailableError):
            shelf.get(fresh_for_s=FRESH_FOR_S)
    assert len(garden.asked_at_s) == 1


def test_a_list_asked_for_anew_is_of_this_moment_or_none(garden: Garden, shelf: Shelf[Flower]) -> None:
    shelf.get(fresh_for_s=FRESH_FOR_S)
    garden.flowers = [Flower(name="rose")]
    assert [flower.name for flower in shelf.get(fresh_for_s=FRESH_FOR_S)] == ["aster"]
    assert [flower.name for flower in shelf.get_new()] == ["rose"]
    garden.is_closed = True
    with pytest.raises(CatalogueUnavailableError):
        shelf.get_new()
    assert [flower.name for flower in shelf.get(fresh_for_s=FRESH_FOR_S)] == ["rose"]
