"""F49, F50: every hop asks who is there, before it reads what is sent."""

from __future__ import annotations

import pytest

from tests.integration.bad_input.answers import check_problem, check_web_ui_error
from tests.integration.bad_input.site import Caller, Door

SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
VISIT = f"/api/v1/visits/{SOME_ID}"
MEMORY = f"/api/v1/memories/{SOME_ID}"
CLOSED: list[tuple[Door, str, str]] = [
    ("booth", "PUT", f"{VISIT}/capture?memorial_id={SOME_ID}&style_id=x&language=ko&ai_restyle=false"),
    ("booth", "GET", VISIT),
    ("booth", "GET", f"{VISIT}/progress"),
    ("booth", "PUT", f"{VISIT}/voice?duration_s=2"),
    ("booth", "POST", f"{VISIT}/finish"),
    ("booth", "DELETE", VISIT),
    ("booth", "GET", "/api/v1/styles"),
    ("booth", "GET", "/api/v1/memorials"),
    ("booth", "GET", "/api/v1/staff/undelivered"),
    ("booth", "POST", f"/api/v1/staff/visits/{SOME_ID}/retry"),
    ("public", "PUT", MEMORY),
    ("public", "POST", "/api/v1/p_image"),
    ("public", "GET", "/api/v1/memorials"),
    ("generator", "GET", "/v1/styles"),
    ("generator", "DELETE", "/v1/generations/x"),
    ("generator", "PUT", "/v1/style-packs/x"),
    ("generator", "GET", "/v1/style-packs"),
]


@pytest.mark.parametrize(("door", "method", "path"), CLOSED)
@pytest.mark.parametrize("shown", ["nothing", "wrong", "empty", "not_ascii", "other_scheme", "two_words"])
def test_without_the_right_token_nothing_opens(caller: Caller, door: Door, method: str, path: str, shown: str) -> None:
    value: dict[str, str | bytes] = {
        "nothing": "",
        "wrong": f"Bearer {'x' * 43}",
        "empty": "Bearer ",
        "not_ascii": "Bearer é토큰".encode(),
        "other_scheme": f"Basic {caller.site.token_of(door)}",
        "two_words": f"Bearer {caller.site.token_of(door)} x",
    }
    headers: dict[str, str | bytes] = {} if shown == "nothing" else {"Authorization": value[shown]}
    body = None if method == "GET" else b"{}"
    answer = caller.ask(door, method, path, token=None, headers=headers, data=body)
    check_problem(answer, caller.language, {401}, {"unauthorized"})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_is_worth_nothing(caller: Caller) -> None:
    for path in ("/api/v1/memorials", VISIT):
        answer = caller.ask("booth", "GET", path, token=caller.site.revoked_token)
        check_problem(answer, caller.language, {401}, {"unauthorized"})


def test_tokens_open_one_door_only(caller: Caller) -> None:
    kiosk, memorial = caller.site.token_of("booth"), caller.site.token_of("public")
    check_problem(caller.ask("public", "PUT", MEMORY, token=kiosk), caller.language, {401})
    check_problem(caller.ask("booth", "GET", VISIT, token=memorial), caller.language, {401})
    check_web_ui_error(caller.ask("generator", "GET", "/sdapi/v1/options", token=kiosk), {401}, "unauthorized")


def test_who_may_ask_for_pictures_may_not_publish_styles_and_the_other_way_round(caller: Caller) -> None:
    publishers = caller.site.settings["generator"]["server"]["publish_token"]
    for method, path in (("GET", "/v1/style-packs"), ("PUT", "/v1/style-packs/x"), ("DELETE", "/v1/style-packs/x")):
        check_problem(caller.ask("generator", method, path), caller.language, {401}, {"unauthorized"})
    assert caller.ask("generator", "GET", "/v1/style-packs", token=publishers).json() == {"packs": []}
    check_problem(caller.ask("generator", "GET", "/v1/styles", token=publishers), caller.language, {401})


def test_roles_are_kept_apart(caller: Caller, visit_id: str) -> None:
    staff = caller.site.box.get_token("staff")
    for method, path in (("GET", "/api/v1/staff/undelivered"), ("POST", f"/api/v1/staff/visits/{visit_id}/retry")):
        check_problem(caller.ask("booth", method, path), caller.language, {403}, {"forbidden"})
    check_problem(caller.put_capture(token=staff), caller.language, {403}, {"forbidden"})
    answer = caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}/original", token=staff)
    check_problem(answer, caller.language, {403}, {"forbidden"})


@pytest.mark.parametrize(("door", "path"), [("booth", "/api/v1/enrolments"), ("public", "/api/v1/enrolments")])
@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ({"code": "0000-0000", "name": "guess"}, {403, 429}),
        ({"code": "", "name": "guess"}, {422}),
        ({"code": "' OR 1=1", "name": ""}, {422}),
        ({"code": "x" * 5000, "name": "guess"}, {422}),
        ({"code": ["0"], "name": None}, {422}),
        ([], {422}),
    ],
)
def test_enrolment_codes_cannot_be_guessed(
    caller: Caller, door: Door, path: str, body: object, statuses: set[int]
) -> None:
    check_problem(caller.ask(door, "POST", path, token=None, json=body), caller.language, statuses)


@pytest.mark.parametrize(
    ("door", "path"),
    [
        ("booth", "/metrics"),
        ("booth", "/docs"),
        ("booth", "/openapi.json"),
        ("public", "/metrics"),
        ("public", "/openapi.json"),
        ("public", "/_media/ab/abc"),
        ("generator", "/metrics"),
        ("generator", "/openapi.json"),
    ],
)
def test_the_machine_room_is_not_on_the_street(caller: Caller, door: Door, path: str) -> None:
    check_problem(caller.ask(door, "GET", path), caller.language, {404}, {"not_found"})


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO"])
@pytest.mark.parametrize(
    ("door", "path"), [("booth", "/api/v1/memorials"), ("public", "/api/v1/memorials"), ("generator", "/v1/styles")]
)
def test_other_methods_are_refused(caller: Caller, door: Door, path: str, method: str) -> None:
    check_problem(caller.ask(door, method, path), caller.language, {405}, {"method_not_allowed"})
