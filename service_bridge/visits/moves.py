"""Which moves of a visit are legal. Pure."""

from __future__ import annotations

from service_bridge.errors import RestyleNotAllowedError, VisitErasedError, VisitFinishedError
from service_bridge.visits.records import Visit
from service_bridge.visits.states import VisitState

_LEGAL = {
    VisitState.CAPTURED: frozenset({VisitState.FINISHED, VisitState.ABANDONED, VisitState.ERASED}),
    VisitState.FINISHED: frozenset({VisitState.DELIVERED}),
    VisitState.DELIVERED: frozenset({VisitState.ERASED}),
    VisitState.ABANDONED: frozenset[VisitState](),
    VisitState.ERASED: frozenset[VisitState](),
}
_GONE = frozenset({VisitState.ABANDONED, VisitState.ERASED})


def can_move(current: VisitState, target: VisitState) -> bool:
    """True when a visit may go from one state to the other; staying is no move."""
    return target in _LEGAL[current]


def check_move(current: VisitState, target: VisitState) -> None:
    """Raises VisitErasedError or VisitFinishedError when the move is not legal."""
    if current in _GONE:
        raise VisitErasedError()
    if not can_move(current, target):
        raise VisitFinishedError()


def check_open(visit: Visit) -> None:
    """Raises VisitFinishedError unless the visitor may still change the visit."""
    check_move(visit.state, VisitState.FINISHED)


def check_can_restyle(visit: Visit) -> None:
    """Raises VisitFinishedError after the finish, RestyleNotAllowedError without the visitor's consent."""
    check_open(visit)
    if not visit.ai_restyle:
        raise RestyleNotAllowedError()
