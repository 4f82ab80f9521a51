"""F47, F49: letters, choices and consents that the bridge must refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from boothkit.ids import new_id
from tests.integration.bad_input.answers import check_problem
from tests.integration.bad_input.materials import HALF_A_PAIR, make_finish, make_finish_with_consents, nest
from tests.integration.bad_input.site import Caller

# Each is no finish: name, body, expected status and codes.
REFUSED: dict[str, tuple[Any, int, str]] = {
    "letter_of_1_mb": (make_finish(letter="가" * 350_000), 413, "payload_too_large"),
    "letter_of_900_kb": (make_finish(letter="x" * 900_000), 422, "invalid_request"),
    "letter_one_sign_too_long": (make_finish(letter="가" * 5001), 422, "invalid_request"),
    "letter_with_nul": (make_finish(letter="a\0b"), 422, "invalid_request"),
    "letter_with_escape": (make_finish(letter="\x1b[2Ja"), 422, "invalid_request"),
    "letter_with_half_a_pair": (make_finish(letter=f"a{HALF_A_PAIR}b"), 422, "invalid_request"),
    "letter_is_a_number": (make_finish(letter=5), 422, "invalid_request"),
    "letter_is_a_list": (make_finish(letter=["a"]), 422, "invalid_request"),
    "letter_is_nothing": (make_finish(letter=None), 422, "invalid_request"),
    "name_of_two_lines": (make_finish(sender_name="a\nb"), 422, "invalid_request"),
    "name_too_long": (make_finish(sender_name="x" * 81), 422, "invalid_request"),
    "relation_too_long": (make_finish(relation="x" * 41), 422, "invalid_request"),
    "unknown_field": (make_finish(is_admin=True), 422, "invalid_request"),
    "unknown_field_with_half_a_pair": (make_finish(**{HALF_A_PAIR: 1}), 422, "invalid_request"),
    "unknown_field_of_prototype": (make_finish(**{"__proto__": {"a": 1}, "__class__": 1}), 422, "invalid_request"),
    "unknown_voice": (make_finish(voice="sung"), 422, "invalid_request"),
    "unknown_choice": (make_finish(chosen="../../picture"), 422, "invalid_request"),
    "unknown_language": (make_finish(language="xx"), 422, "invalid_request"),
    "no_consents": (make_finish(consents=None), 422, "invalid_request"),
    "consents_empty": (make_finish(consents={}), 422, "invalid_request"),
    "consents_are_a_list": (make_finish(consents=[True]), 422, "invalid_request"),
    "consent_is_a_word": (make_finish_with_consents(family_page="yes"), 422, "invalid_request"),
    "consent_is_a_number": (make_finish_with_consents(family_page=1), 422, "invalid_request"),
    "consent_to_another_thing": (make_finish_with_consents(advertising=True), 422, "invalid_request"),
    "keep_until_is_no_day": (make_finish_with_consents(keep_until="2026-13-45"), 422, "invalid_request"),
    "keep_until_beyond_calendars": (make_finish_with_consents(keep_until="99999-01-01"), 422, "invalid_request"),
    "keep_until_is_a_huge_number": (make_finish_with_consents(keep_until=1e300), 422, "invalid_request"),
    "no_consent_to_the_page": (make_finish_with_consents(family_page=False), 422, "family_page_consent_missing"),
    "no_consent_to_the_voice": (make_finish(voice="letter_read_aloud"), 422, "voice_consent_missing"),
    "recording_never_handed_over": (
        {**make_finish_with_consents(voice=True), "voice": "own_recording"},
        422,
        "recording_missing",
    ),
    "nothing": (b"", 422, "invalid_request"),
    "empty_object": ({}, 422, "invalid_request"),
    "list": ([], 422, "invalid_request"),
    "null": (None, 422, "invalid_request"),
    "text": ("finish", 422, "invalid_request"),
    "not_json": (b"letter=hello", 422, "invalid_request"),
    "cut_json": (json.dumps(make_finish()).encode()[:-1], 422, "invalid_request"),
    "two_documents": (json.dumps(make_finish()).encode() * 2, 422, "invalid_request"),
    "not_utf8": (b'{"letter": "\xff\xfe"}', 400, "bad_request"),
    "lists_in_lists": (nest(100_000).encode(), 400, "bad_request"),
    "objects_in_objects": (b'{"a":' * 100_000, 400, "bad_request"),
    "letter_in_1000_lists": (make_finish(letter=json.loads(nest(400))), 422, "invalid_request"),
    "number_of_5000_digits": (b'{"letter": ' + b"9" * 5000 + b"}", 400, "bad_request"),
    "not_a_number": (b'{"letter": NaN}', 422, "invalid_request"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_f47_a_bad_finish_is_refused_and_the_visit_stays_open(caller: Caller, visit_id: str, name: str) -> None:
    body, status, code = REFUSED[name]
    check_problem(caller.finish(visit_id, json_or_bytes(body)), caller.language, {status}, {code})
    assert caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}").json()["state"] == "captured"


def json_or_bytes(body: Any) -> bytes:
    """JSON with half surrogate pairs as escapes, as a hostile or broken client would write them."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def test_f47_what_was_wrong_is_said_without_repeating_it(caller: Caller, visit_id: str) -> None:
    answer = caller.finish(visit_id, make_finish(letter="secret\0words", sender_name="x" * 81))
    check_problem(answer, caller.language, {422})
    assert {wrong["field"] for wrong in answer.json()["errors"]} == {"letter", "sender_name"}
    assert "secret" not in answer.text
    assert "xxx" not in answer.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_is_not_taken_for_json(caller: Caller, visit_id: str, content_type: str) -> None:
    """Browsers send these types across sites without asking first."""
    path = f"/api/v1/visits/{visit_id}/finish"
    body = json.dumps(make_finish()).encode()
    answer = caller.ask("booth", "POST", path, data=body, headers={"Content-Type": content_type})
    check_problem(answer, caller.language, {422}, {"invalid_request"})


def test_finish_before_capture(caller: Caller) -> None:
    check_problem(caller.finish(new_id(), make_finish()), caller.language, {404}, {"visit_not_found"})


def test_finish_twice(caller: Caller, visit_id: str) -> None:
    """The same again is the same receipt; other content never replaces what was promised to be kept."""
    first = caller.finish(visit_id, make_finish())
    again = caller.finish(visit_id, make_finish())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for body in (make_finish(letter="다른 편지"), make_finish_with_consents(keep_until="2030-01-01")):
        check_problem(caller.finish(visit_id, body), caller.language, {409}, {"finish_differs"})


def test_a_finished_visit_stays_as_it_is(caller: Caller, visit_id: str) -> None:
    assert caller.finish(visit_id, make_finish()).status_code == 201
    path = f"/api/v1/visits/{visit_id}"
    check_problem(caller.ask("booth", "DELETE", path), caller.language, {409}, {"visit_finished"})
    answer = caller.ask("booth", "PUT", f"{path}/style", json={"style_id": "ink_wash"})
    check_problem(answer, caller.language, {409}, {"visit_finished"})
    speech = {"text": "다른 말", "language": "ko", "online_voice": False}
    check_problem(caller.ask("booth", "POST", f"{path}/speech", json=speech), caller.language, {409})


def test_f49_another_booth_cannot_finish(caller: Caller, visit_id: str) -> None:
    answer = caller.finish(visit_id, make_finish(), token=caller.site.other_kiosk_token)
    check_problem(answer, caller.language, {404}, {"visit_not_found"})


def test_an_erased_visit_never_comes_back(caller: Caller, visit_id: str) -> None:
    assert caller.ask("booth", "DELETE", f"/api/v1/visits/{visit_id}").status_code == 204
    check_problem(caller.finish(visit_id, make_finish()), caller.language, {410}, {"visit_erased"})
    check_problem(caller.put_capture(visit_id=visit_id), caller.language, {410}, {"visit_erased"})


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"style_id": "nobody_knows_it"}, {"unknown_style"}),
        ({"style_id": "../../etc"}, {"invalid_request"}),
        ({"style_id": {"$ne": ""}}, {"invalid_request"}),
        ({"style_id": "ink_wash", "prompt": "add a smile"}, {"invalid_request"}),
        ({}, {"invalid_request"}),
    ],
)
def test_f53_styles_are_chosen_from_a_list(caller: Caller, body: object, codes: set[str]) -> None:
    """A prompt has no way in."""
    visit_id = new_id()
    assert caller.put_capture(visit_id=visit_id, query={"ai_restyle": "true"}).status_code == 201
    answer = caller.ask("booth", "PUT", f"/api/v1/visits/{visit_id}/style", json=body)
    check_problem(answer, caller.language, {422}, codes)


@pytest.mark.parametrize(
    "path", ["/memorials/NO-SUCH-CODE", "/memorials/%27%20OR%201=1", "/memorials/%ff", "/styles/%2e%2e/sample", "/x"]
)
def test_what_is_not_there(caller: Caller, path: str) -> None:
    check_problem(caller.ask("booth", "GET", f"/api/v1{path}"), caller.language, {404, 422})
