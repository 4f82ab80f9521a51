"""What an answer that is not a success means for the visitor: one table from HTTP to the kiosk's errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel, ValidationError

from kiosk.errors import (
    BridgeBusyError,
    BridgeRefusedError,
    BridgeUnreachableError,
    DamagedOnTheWayError,
    KioskError,
    NoRoomError,
    NotAtBridgeError,
    NotEnrolledError,
    NothingToReadError,
    NotTheBridgeError,
    OtherContentError,
)

_TYPE_PREFIX = "urn:memorial-booth:problem:"
_LONGEST_WAIT_S = 30.0


class _Problem(BaseModel):
    type: str
    title: str


# Only the bridge itself may say these: a log-in page of a network that answers 403 or 404 says nothing about a visit.
_SAID_BY_BRIDGE: Mapping[int, type[KioskError]] = {
    401: NotEnrolledError,
    403: NotEnrolledError,
    404: NotAtBridgeError,
    409: OtherContentError,
    410: NotAtBridgeError,
    507: NoRoomError,
}

# What the status alone does not say.
_BY_CODE: Mapping[str, type[KioskError]] = {
    "digest_mismatch": DamagedOnTheWayError,
    "nothing_to_read": NothingToReadError,
}


def build_error(status: int, *, retry_after: str | None, body: bytes) -> KioskError:
    """The error for an answer with this status (300 to 599)."""
    problem = find_problem(body)
    if status in (429, 503):
        return BridgeBusyError(retry_after_s=_read_wait(retry_after), http_status=status, problem=problem)
    if status >= 500 and status != 507:
        return BridgeUnreachableError(cause="the bridge failed", http_status=status, problem=problem)
    return _kind_of(status, problem)(http_status=status, problem=problem)


def _kind_of(status: int, problem: str | None) -> Callable[..., KioskError]:
    if problem is None:
        # The front door's own page for a body that is too large is no problem document.
        return BridgeRefusedError if status == 413 else NotTheBridgeError
    return _BY_CODE.get(problem) or _SAID_BY_BRIDGE.get(status, BridgeRefusedError)


def find_problem(body: bytes) -> str | None:
    """The stable code of a problem document (RFC 9457), or None when the body is something else."""
    try:
        problem = _Problem.model_validate_json(body)
    except ValidationError:
        return None
    return problem.type.removeprefix(_TYPE_PREFIX) if problem.type.startswith(_TYPE_PREFIX) else None


def _read_wait(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header; a date or nonsense counts as not told."""
    if retry_after is None or not retry_after.isascii() or not retry_after.isdigit():
        return None
    return min(float(retry_after), _LONGEST_WAIT_S)
