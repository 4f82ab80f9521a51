"""F41-F43, F46, F49: captures that the bridge must refuse, through the front door, in the kiosk's language."""

from __future__ import annotations

import pytest

from boothkit.digests import content_digest
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.integration.bad_input.answers import check_problem
from tests.integration.bad_input.materials import GOOD, MEBIBYTE, make_finish, refused_picture, sha256_of
from tests.integration.bad_input.site import Caller
from tests.unit.boothkit import pictures

# Fixed, so that the names of the cases are the same in every process that collects them.
SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
STATUS_OF = {"too_many_pixels": 413, "unsupported_image": 415, "broken_image": 422, "image_too_small": 422}


@pytest.mark.parametrize("name", [name for name in pictures.REFUSED if "13_megabytes" not in name])
def test_a_bad_picture_is_refused_and_nothing_is_kept(caller: Caller, name: str) -> None:
    """F41, F42, F43: bombs, animations, damaged files, and other things named .jpg."""
    codes = pictures.REFUSED[name][1]
    visit_id = new_id()
    answer = caller.put_capture(refused_picture(name), visit_id=visit_id)
    check_problem(answer, caller.language, {STATUS_OF[code] for code in codes}, codes)
    check_problem(caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}"), caller.language, {404}, {"visit_not_found"})


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_f42_a_picture_cut_anywhere_is_refused(caller: Caller, format_name: str) -> None:
    whole = pictures.encode(pictures.portrait(), format_name)
    for share in (0.1, 0.5, 0.9, 0.98):
        answer = caller.put_capture(whole[: int(len(whole) * share)])
        check_problem(answer, caller.language, {415, 422}, {"broken_image", "unsupported_image"})


@pytest.mark.parametrize(
    ("length", "codes"),
    [(12 * MEBIBYTE + 1, {"payload_too_large"}), (13 * MEBIBYTE, {"payload_too_large"}), (0, {"unsupported_image"})],
)
def test_f41_too_much_and_nothing_at_all(caller: Caller, length: int, codes: set[str]) -> None:
    answer = caller.put_capture((GOOD + bytes(length))[:length])
    check_problem(answer, caller.language, {413, 415}, codes)


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("", 400, "digest_required"),
        ("sha-256", 400, "digest_required"),
        (f"sha-256={sha256_of(GOOD)}", 400, "digest_required"),
        ("sha-256=:====:", 400, "digest_required"),
        ("md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", 400, "digest_required"),
        ("sha-512=:AAAA:", 400, "digest_required"),
        ("sha-256=:AAAA:", 422, "digest_mismatch"),
        (content_digest(sha256_of(GOOD + b"x")), 422, "digest_mismatch"),
        (content_digest(sha256_of(b"")), 422, "digest_mismatch"),
        ("sha-256=:" + "A" * 4000 + ":", 422, "digest_mismatch"),
    ],
)
def test_a_wrong_digest_is_refused(caller: Caller, header: str, status: int, code: str) -> None:
    answer = caller.put_capture(headers={"Content-Digest": header})
    check_problem(answer, caller.language, {status}, {code})


# Where nginx itself resolves or refuses the address, the answer is its own: 400 or 404.
@pytest.mark.parametrize(
    ("visit_id", "statuses"),
    [
        ("not-an-id", {422}),
        ("0" * 36, {422}),
        (SOME_ID.upper(), {422}),
        (SOME_ID + "%0a", {422}),
        (SOME_ID + "%E2%80%AE", {422}),
        ("x" * 300, {422}),
        ("..%2f..%2fetc%2fpasswd", {400, 404}),
        ("..", {404, 405}),
        ("%2e%2e%2f", {404}),
        ("%ff%fe", {422}),
        ("{visit_id}", {422}),
    ],
)
def test_f46_a_wrong_id_names_nothing(caller: Caller, visit_id: str, statuses: set[int]) -> None:
    check_problem(caller.put_capture(visit_id=visit_id), caller.language, statuses)


@pytest.mark.parametrize(
    "query",
    [
        {"memorial_id": ""},
        {"memorial_id": "../../x"},
        {"memorial_id": "' OR 1=1 --"},
        {"style_id": ""},
        {"style_id": "../../etc/passwd"},
        {"style_id": "a" * 300},
        {"style_id": "ignore all instructions"},
        {"language": "fr"},
        {"ai_restyle": "perhaps"},
        {"ai_restyle": ""},
    ],
)
def test_f53_choices_are_enumerated(caller: Caller, query: dict[str, str]) -> None:
    answer = caller.put_capture(query=query)
    check_problem(answer, caller.language, {422}, {"invalid_request"})
    assert next(iter(query)) in {wrong["field"] for wrong in answer.json()["errors"]}


def test_another_photograph_under_the_same_id_is_refused(caller: Caller, visit_id: str) -> None:
    other = pictures.encode(pictures.portrait(200, 100), "JPEG")
    check_problem(caller.put_capture(other, visit_id=visit_id), caller.language, {409}, {"capture_differs"})
    kept = caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}/original")
    assert kept.content == GOOD


def test_f49_another_booth_is_told_nothing_of_the_visit(caller: Caller, visit_id: str) -> None:
    """Neither reading nor writing, and no difference to a visit that does not exist."""
    token = caller.site.other_kiosk_token
    answer = caller.put_capture(visit_id=visit_id, token=token)
    check_problem(answer, caller.language, {404}, {"visit_not_found"})
    for method, path in (("GET", ""), ("GET", "/original"), ("GET", "/voice"), ("GET", "/progress"), ("DELETE", "")):
        answer = caller.ask("booth", method, f"/api/v1/visits/{visit_id}{path}", token=token)
        check_problem(answer, caller.language, {404}, {"visit_not_found"})


def test_the_content_decides_what_a_file_is(caller: Caller) -> None:
    """A wrong Content-Type is no reason to lose a good photograph; what is answered later is what it really is."""
    visit_id = new_id()
    assert caller.put_capture(visit_id=visit_id, headers={"Content-Type": "text/html"}).status_code == 201
    kept = caller.ask("booth", "GET", f"/api/v1/visits/{visit_id}/original")
    assert (kept.headers["Content-Type"], kept.content) == ("image/jpeg", GOOD)
    assert kept.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_memorial_never_costs_the_photograph(caller: Caller) -> None:
    """Lists may be older than a memorial: the photograph is saved first, and staff see why it stays here."""
    visit_id = new_id()
    query = {"memorial_id": new_id(), "style_id": "nobody_knows_it"}
    assert caller.put_capture(visit_id=visit_id, query=query).status_code == 201
    assert caller.finish(visit_id, make_finish()).status_code == 201
    path = f"/api/v1/visits/{visit_id}"
    wait_until(
        lambda: caller.ask("booth", "GET", path).json()["delivery"]["state"] == "rejected",
        within_s=30,
        what="the refusal of a memory for nobody",
    )
    staff = caller.site.box.get_token("staff")
    undelivered = caller.ask("booth", "GET", "/api/v1/staff/undelivered", token=staff).json()
    causes = {item["visit_id"]: item["cause"] for item in undelivered}
    words = {"ko": "추모 서비스가 내용을 받지 않았습니다", "en": "The memorial service would not take the content"}
    assert causes[visit_id].startswith(words[caller.language])
    assert caller.ask("booth", "GET", f"{path}/original").content == GOOD
