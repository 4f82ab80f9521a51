"""The table from an answer to what becomes of a delivery."""

from __future__ import annotations

import pytest

from service_bridge.clients.outcomes import Verdict, outcome_of_cause, outcome_of_status
from service_bridge.visits.states import Cause

TABLE = {
    200: (Verdict.RETRY, Cause.NOT_THE_SERVICE),
    204: (Verdict.RETRY, Cause.NOT_THE_SERVICE),
    302: (Verdict.RETRY, Cause.NOT_THE_SERVICE),
    400: (Verdict.RETRY, Cause.NOT_THE_SERVICE),
    401: (Verdict.REFUSED, Cause.UNAUTHORIZED),
    403: (Verdict.REFUSED, Cause.UNAUTHORIZED),
    404: (Verdict.RETRY, Cause.NOT_THE_SERVICE),
    408: (Verdict.RETRY, Cause.TIMEOUT),
    409: (Verdict.QUARANTINED, Cause.CONFLICT),
    413: (Verdict.REJECTED, Cause.TOO_LARGE),
    415: (Verdict.REJECTED, Cause.REFUSED),
    422: (Verdict.REJECTED, Cause.REFUSED),
    429: (Verdict.RETRY, Cause.SERVICE_BUSY),
    500: (Verdict.RETRY, Cause.SERVICE_FAILED),
    502: (Verdict.RETRY, Cause.SERVICE_FAILED),
    503: (Verdict.RETRY, Cause.SERVICE_BUSY),
    504: (Verdict.RETRY, Cause.SERVICE_FAILED),
    507: (Verdict.RETRY, Cause.SERVICE_FAILED),
}


@pytest.mark.parametrize("status", TABLE)
def test_each_status_has_its_outcome(status: int) -> None:
    outcome = outcome_of_status(status, retry_after_s=7.0)
    assert (outcome.verdict, outcome.cause) == TABLE[status]
    assert outcome.retry_after_s == 7.0


def test_no_status_without_a_receipt_counts_as_delivered() -> None:
    assert all(outcome_of_status(status).verdict is not Verdict.DELIVERED for status in range(100, 600))


def test_what_never_arrived_is_tried_again() -> None:
    for cause in (Cause.NETWORK, Cause.TIMEOUT, Cause.NOT_THE_SERVICE):
        assert outcome_of_cause(cause).verdict is Verdict.RETRY


def test_an_untrusted_certificate_and_a_missing_token_raise_an_alert() -> None:
    for cause in (Cause.CERTIFICATE, Cause.NOT_ENROLLED):
        assert outcome_of_cause(cause).verdict is Verdict.REFUSED


def test_damage_on_our_own_disk_needs_a_person() -> None:
    for cause in (Cause.FILE_DAMAGED, Cause.FILE_MISSING):
        assert outcome_of_cause(cause).verdict is Verdict.QUARANTINED
