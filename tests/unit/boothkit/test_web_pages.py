"""Pages: languages, cookies, forms, headers, and errors as pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError
from fastapi.testclient import TestClient
from jinja2 import UndefinedError
from starlette.responses import Response

from boothkit.web.catalogues import read_translations
from boothkit.web.cookies import SiteCookies
from boothkit.web.form_keys import FormKeys
from tests.unit.boothkit.small_site import KEYS, build_renderer, build_site, write_site


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    return TestClient(build_site(tmp_path), raise_server_exceptions=False)


def test_a_page_speaks_the_readers_language_and_knows_its_address_in_the_other(browser: TestClient) -> None:
    korean = browser.get("/page?before=3", headers={"Accept-Language": "ko"})
    assert "편지 4" in korean.text
    assert "&lt;b&gt;" in korean.text
    assert 'href="/page?before=3&amp;lang=en"' in korean.text
    assert korean.headers["content-language"] == "ko"
    assert "Letter 4" in browser.get("/page", headers={"Accept-Language": "en"}).text


def test_a_chosen_language_is_remembered_until_another_is_chosen(browser: TestClient) -> None:
    kept = browser.get("/page?lang=en").headers["set-cookie"]
    assert "lang=en" in kept and "Max-Age=31536000" in kept
    assert "Letter" in browser.get("/page", headers={"Accept-Language": "ko"}).text
    assert "편지" in browser.get("/page?lang=ko").text
    assert "편지" in browser.get("/page", headers={"Accept-Language": "en"}).text
    browser.cookies.clear()
    browser.cookies.set("lang", "xx")
    assert "Letter" in browser.get("/page", headers={"Accept-Language": "en"}).text


def test_a_form_is_tied_to_the_browsers_nonce(browser: TestClient) -> None:
    page = browser.get("/page")
    field = re.search(r'value="([^"]+)"', page.text)
    assert field
    assert KEYS.is_own(field[1], browser.cookies["form"])
    assert not FormKeys(b"x" * 32, salt="form", valid_s=60).is_own(field[1], browser.cookies["form"])
    assert "set-cookie" not in browser.get("/page").headers, "the nonce stays"


def test_a_catalogue_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "ko.po").write_text('msgid "Letter')
    with pytest.raises(PoFileError):
        read_translations(tmp_path / "ko.po", "ko")
    with pytest.raises(FileNotFoundError):
        read_translations(tmp_path / "en.po", "en")


def test_static_files_have_addresses_in_templates(browser: TestClient) -> None:
    assert re.search(r"/static/a\.[0-9a-f]{12}\.css", browser.get("/page").text)


def test_a_template_that_names_something_unknown_fails(tmp_path: Path) -> None:
    cookies = SiteCookies.for_site("who", "form", is_https=False, same_site="lax")
    renderer = build_renderer(write_site(tmp_path), cookies)
    with pytest.raises(UndefinedError):
        renderer.say("en", "broken.html", {})


@pytest.mark.parametrize("same_site", ["lax", "strict"])
def test_cookies_are_for_no_script_and_over_tls_for_this_host_only(same_site: str, tmp_path: Path) -> None:
    plain = SiteCookies.for_site("who", "form", is_https=False, same_site=same_site)  # type: ignore[arg-type]
    secure = SiteCookies.for_site("who", "form", is_https=True, same_site=same_site)  # type: ignore[arg-type]
    assert (plain.session, secure.session, secure.form) == ("who", "__Host-who", "__Host-form")
    for cookies in (plain, secure):
        answer = Response()
        cookies.keep(answer, cookies.session, "token", max_age_s=60)
        said = answer.headers["set-cookie"]
        assert said.startswith(f"{cookies.session}=token")
        assert "HttpOnly" in said and f"SameSite={same_site}" in said and "Max-Age=60" in said
        assert ("Secure" in said) is cookies.is_secure
        gone = Response()
        cookies.drop(gone, cookies.session)
        assert "Max-Age=0" in gone.headers["set-cookie"]


def test_every_answer_carries_the_headers(tmp_path: Path) -> None:
    browser = TestClient(build_site(tmp_path, is_https=True), raise_server_exceptions=False)
    for path in ("/page", "/broken", "/nothing", "/api/nothing", "/health/live"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"] == "default-src 'none'", path
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "max-age" in headers["strict-transport-security"]
    assert browser.get("/api/nothing").headers["cache-control"] == "no-store", "what an answer says itself stays"


def test_without_tls_nothing_is_said_of_it(browser: TestClient) -> None:
    assert "strict-transport-security" not in browser.get("/page").headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not_found"),
        ("/number/one", 422, "invalid_request"),
        ("/late", 503, "not_ready"),
        ("/full", 413, "payload_too_large"),
        ("/broken", 500, "internal_error"),
    ],
)
def test_an_error_is_a_page(browser: TestClient, path: str, status: int, code: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<title>{code}</title>" in answer.text


def test_a_wrong_method_is_a_page_too(browser: TestClient) -> None:
    assert browser.post("/page").status_code == 405


def test_when_to_come_back_is_said(browser: TestClient) -> None:
    assert browser.get("/late").headers["retry-after"] == "2"


@pytest.mark.parametrize(("path", "status"), [("/api/nothing", 404), ("/api/broken", 500)])
def test_machines_get_problem_details(browser: TestClient, path: str, status: int) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
