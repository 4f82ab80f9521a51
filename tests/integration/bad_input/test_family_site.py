"""F50, F51: what strangers, guessers and other sites try at the family's door."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import requests

from boothkit.ids import new_id
from tests.integration.bad_input.answers import check_page
from tests.integration.bad_input.family import Family, invite
from tests.integration.bad_input.site import Caller, Language, Site

LANGUAGES: tuple[Language, ...] = ("ko", "en")
FORM_TYPE: dict[str, str | bytes] = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("token", ["x", "%ff%f0", "x" * 3000, "'%20OR%201=1--", "{{7*7}}", "<script>alert(1)"])
def test_an_invitation_that_was_never_given_out(caller: Caller, token: str) -> None:
    for method in ("GET", "POST"):
        answer = caller.ask("public", method, f"/i/{token}", token=None)
        check_page(answer, caller.language, {404} if method == "GET" else {403})
        assert "<script>" not in answer.text


def test_f51_a_pin_cannot_be_guessed(site: Site, one_family: Family) -> None:
    """Five wrong PINs lock the invitation for all browsers; then even the right one waits. Others notice nothing."""
    link, pin = invite(site)
    browsers = [Family(Caller(site, language), link, pin) for language in LANGUAGES]
    csrf = {browser.caller.language: browser.read_csrf() for browser in browsers}
    answers = []
    for number in range(30):
        browser = browsers[number % 2]
        answers.append(browser.post({"pin": f"{number:06d}", "csrf": csrf[browser.caller.language]}))
        check_page(answers[-1], browser.caller.language, {403, 429})
    assert [answer.status_code for answer in answers] == [403] * 5 + [429] * 25
    assert int(answers[-1].headers["Retry-After"]) > 600
    assert browsers[0].try_pin(pin).status_code == 429
    assert one_family.try_pin(one_family.pin).status_code == 303


@pytest.mark.parametrize("pin", ["", "' OR 1=1", "x" * 3000, "한글", "\0", "$argon2id$v=19$m=1", "0x1F4"])
def test_f51_a_pin_that_is_none(one_family: Family, pin: str) -> None:
    one_family.enter()  # so that wrong PINs do not add up
    check_page(one_family.try_pin(pin), "ko", {403})


def test_f51_a_form_of_another_site_is_refused(caller: Caller, one_family: Family) -> None:
    """Without the page's token, with one that is made up, with another browser's, and sent from elsewhere."""
    csrf = one_family.read_csrf()
    stranger = requests.Session()
    answers = [
        one_family.post({"pin": one_family.pin}),
        one_family.post({"pin": one_family.pin, "csrf": "made-up"}),
        one_family.post({"pin": one_family.pin, "csrf": "é한글\0"}),
        one_family.post({"pin": one_family.pin, "csrf": csrf[:-2] + "xx"}),
        one_family.post({"pin": one_family.pin, "csrf": csrf}, session=stranger),
        one_family.post({"pin": one_family.pin, "csrf": csrf}, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    for answer in answers:
        check_page(answer, caller.language, {403})
        assert "family=" not in answer.headers.get("Set-Cookie", "")
    check_page(caller.ask("public", "POST", "/logout", token=None), caller.language, {403})


@pytest.mark.parametrize(
    ("body", "status"), [(b"a=1&" * 5000, 413), (b"a=1&" * 500, 422), (b"\xff\xfe", 422), (b"", 403)]
)
def test_a_form_that_is_none(caller: Caller, one_family: Family, body: bytes, status: int) -> None:
    answer = caller.ask("public", "POST", one_family.path, token=None, data=body, headers=FORM_TYPE)
    check_page(answer, caller.language, {status})


@pytest.mark.parametrize("cookie", ["", "family=x", "family=é.x; form=한; lang=zz", "family=" + "x" * 3000])
def test_f50_without_an_invitation_every_address_says_the_same(caller: Caller, cookie: str) -> None:
    memorial_id = caller.site.demonstration.memorial_id
    paths = (f"/m/{memorial_id}", f"/m/{new_id()}", f"/m/{memorial_id}/memory/{new_id()}", f"/media/{new_id()}/picture")
    headers: dict[str, str | bytes] = {"Cookie": cookie.encode()} if cookie else {}
    pages = [caller.ask("public", "GET", path, token=None, headers=headers) for path in paths]
    for page in pages:
        check_page(page, caller.language, {403})
    assert len({re.search(r"<h1.*?</main>", page.text, re.DOTALL)[0] for page in pages}) == 1  # type: ignore[index]


def test_f50_a_family_sees_its_own_memorial_only(caller: Caller, one_family: Family) -> None:
    one_family.enter()
    for path in (
        f"/m/{caller.site.other_hall_memorial_id}",
        f"/m/{new_id()}",
        "/m/x%27%20OR%201=1",
        "/m/%ff",
        f"/m/{caller.site.demonstration.memorial_id}/memory/{new_id()}",
        f"/m/{caller.site.demonstration.memorial_id}/memory/..%2f..%2fx",
        f"/media/{new_id()}/picture",
        "/media/x/original",
        f"/media/{new_id()}/..%2f..%2fsecret.key",
    ):
        check_page(one_family.get(path), caller.language, {404})


@pytest.mark.parametrize("before", ["x", "0", "%ff", "%00", "9" * 400, "a~b", "'%20OR%201=1--", "<script>"])
def test_a_place_in_the_stream_that_is_none(caller: Caller, one_family: Family, before: str) -> None:
    one_family.enter()
    answer = one_family.get(f"/m/{caller.site.demonstration.memorial_id}?before={before}")
    check_page(answer, caller.language, {404})
    assert "<script>" not in answer.text


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "OPTIONS", "FOO"])
def test_pages_can_only_be_looked_at(caller: Caller, method: str) -> None:
    check_page(caller.ask("public", method, "/", token=None), caller.language, {405})


def test_a_wrong_host_is_never_repeated(caller: Caller, one_family: Family) -> None:
    """Neither an address too many slashes long nor a page leads to the host that a stranger named."""
    evil: dict[str, str | bytes] = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    one_family.enter()
    paths = ("/", f"/m/{caller.site.demonstration.memorial_id}/", urlsplit(one_family.url).path, "//evil.example/")
    answers = [caller.ask("public", "GET", path, token=None, headers=evil) for path in paths]
    answers.append(caller.ask("booth", "GET", "/api/v1/memorials/", headers=evil))
    for answer in answers:
        assert answer.status_code in {200, 403, 404}
        assert "evil.example" not in answer.headers.get("Location", "") + answer.text.replace("//evil.example/", "")


@pytest.mark.parametrize("name", ["nobody.css", "..", "%2e%2e%2fsecret.key", "onebox.json"])
def test_static_files_are_a_list_and_no_folder(caller: Caller, name: str) -> None:
    check_page(caller.ask("public", "GET", f"/static/{name}", token=None), caller.language, {200, 404})
    assert "import" not in caller.ask("public", "GET", f"/static/{name}", token=None).text
