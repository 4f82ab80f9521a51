"""What each answer means for the visitor, and that every error speaks both languages."""

from __future__ import annotations

import json

import pytest

from kiosk import errors
from kiosk.bridge.problems import build_error, find_problem
from kiosk.errors import KioskError, SorryReason


def problem(code: str) -> bytes:
    return json.dumps({"type": f"urn:memorial-booth:problem:{code}", "title": "t", "status": 400}).encode()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, problem("unauthorized"), errors.NotEnrolledError),
        (403, problem("forbidden"), errors.NotEnrolledError),
        (404, problem("visit_not_found"), errors.NotAtBridgeError),
        (410, problem("visit_erased"), errors.NotAtBridgeError),
        (409, problem("capture_differs"), errors.OtherContentError),
        (413, problem("image_too_large"), errors.BridgeRefusedError),
        (413, b"<html>", errors.BridgeRefusedError),
        (415, problem("unsupported_image"), errors.BridgeRefusedError),
        (422, problem("broken_image"), errors.BridgeRefusedError),
        (422, problem("digest_mismatch"), errors.DamagedOnTheWayError),
        (422, problem("nothing_to_read"), errors.NothingToReadError),
        (429, b"", errors.BridgeBusyError),
        (500, problem("internal_error"), errors.BridgeUnreachableError),
        (502, b"<html>", errors.BridgeUnreachableError),
        (503, problem("not_ready"), errors.BridgeBusyError),
        (504, b"", errors.BridgeUnreachableError),
        (507, problem("storage_full"), errors.NoRoomError),
        (302, b"", errors.NotTheBridgeError),
        (403, b"<html>log in</html>", errors.NotTheBridgeError),
        (404, b"<html>log in</html>", errors.NotTheBridgeError),
        (404, b'{"type": "about:blank", "title": "x"}', errors.NotTheBridgeError),
    ],
)
def test_an_answer_and_its_error(status: int, body: bytes, expected: type[KioskError]) -> None:
    assert type(build_error(status, retry_after=None, body=body)) is expected


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [("7", 7.0), ("9999", 30.0), (None, None), ("Fri, 31 Dec 1999 23:59:59 GMT", None), ("-1", None)],
)
def test_how_long_to_wait(header: str | None, wait_s: float | None) -> None:
    assert build_error(503, retry_after=header, body=b"").retry_after_s == wait_s


def test_only_the_bridges_own_problems_count() -> None:
    assert find_problem(problem("low_space")) == "low_space"
    assert find_problem(b"") is None
    assert find_problem(b"[]") is None


def list_errors(kind: type[KioskError]) -> list[type[KioskError]]:
    return [kind, *(error for below in kind.__subclasses__() for error in list_errors(below))]


@pytest.mark.parametrize("kind", list_errors(KioskError))
def test_every_error_speaks_both_languages_and_calmly(kind: type[KioskError]) -> None:
    error = kind(cause="internal detail")
    for language in ("ko", "en"):
        words = error.public_message(language)
        assert words
        assert "!" not in words
        assert "internal detail" not in words
    assert error.public_message("ko") != error.public_message("en")
    assert isinstance(kind.reason, SorryReason)


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in list_errors(KioskError)]
    assert len(codes) == len(set(codes))
