"""Which moves of a visit are legal."""

from __future__ import annotations

from itertools import product

import pytest

from service_bridge.errors import RestyleNotAllowedError, VisitErasedError, VisitFinishedError
from service_bridge.visits.moves import can_move, check_can_restyle, check_move, check_open
from service_bridge.visits.states import VisitState
from tests.unit.service_bridge.builders import visit

LEGAL = {
    ("captured", "finished"),
    ("captured", "abandoned"),
    ("captured", "erased"),
    ("finished", "delivered"),
    ("delivered", "erased"),
}


def test_only_these_moves_are_legal() -> None:
    found = {(a.value, b.value) for a, b in product(VisitState, VisitState) if can_move(a, b)}
    assert found == LEGAL


@pytest.mark.parametrize("gone", [VisitState.ABANDONED, VisitState.ERASED])
@pytest.mark.parametrize("target", list(VisitState))
def test_what_is_gone_never_moves_again(gone: VisitState, target: VisitState) -> None:
    with pytest.raises(VisitErasedError):
        check_move(gone, target)


@pytest.mark.parametrize("state", [VisitState.FINISHED, VisitState.DELIVERED])
def test_a_finished_visit_is_closed(state: VisitState) -> None:
    with pytest.raises(VisitFinishedError):
        check_open(visit(state=state))
    with pytest.raises(VisitFinishedError):
        check_can_restyle(visit(state=state))


def test_a_captured_visit_is_open() -> None:
    check_open(visit())
    check_can_restyle(visit())


def test_without_consent_no_picture_is_made() -> None:
    with pytest.raises(RestyleNotAllowedError):
        check_can_restyle(visit(ai_restyle=False))
