"""What becomes of a delivery, by one table from the receiver's answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service_bridge.visits.states import Cause


class Verdict(StrEnum):
    """What to do next. `retry` is patient; `refused` waits long and raises an alert; the last two need a person."""

    DELIVERED = "delivered"
    RETRY = "retry"
    REFUSED = "refused"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt."""

    verdict: Verdict
    cause: Cause | None = None
    retry_after_s: float | None = None


_BY_STATUS = {
    401: (Verdict.REFUSED, Cause.UNAUTHORIZED),
    403: (Verdict.REFUSED, Cause.UNAUTHORIZED),
    408: (Verdict.RETRY, Cause.TIMEOUT),
    409: (Verdict.QUARANTINED, Cause.CONFLICT),
    413: (Verdict.REJECTED, Cause.TOO_LARGE),
    415: (Verdict.REJECTED, Cause.REFUSED),
    422: (Verdict.REJECTED, Cause.REFUSED),
    429: (Verdict.RETRY, Cause.SERVICE_BUSY),
    503: (Verdict.RETRY, Cause.SERVICE_BUSY),
}
_BY_CAUSE = {
    Cause.CERTIFICATE: Verdict.REFUSED,
    Cause.NOT_ENROLLED: Verdict.REFUSED,
    Cause.FILE_MISSING: Verdict.QUARANTINED,
    Cause.FILE_DAMAGED: Verdict.QUARANTINED,
}


def outcome_of_status(status: int, *, retry_after_s: float | None = None) -> Outcome:
    """The outcome of an answer that is not a receipt. 200 and 201 without one come from somebody else in between."""
    if status in _BY_STATUS:
        return Outcome(*_BY_STATUS[status], retry_after_s)
    if status >= 500:
        return Outcome(Verdict.RETRY, Cause.SERVICE_FAILED, retry_after_s)
    return Outcome(Verdict.RETRY, Cause.NOT_THE_SERVICE, retry_after_s)


def outcome_of_cause(cause: Cause) -> Outcome:
    """The outcome when there was no answer, or nothing could be sent."""
    return Outcome(_BY_CAUSE.get(cause, Verdict.RETRY), cause)
