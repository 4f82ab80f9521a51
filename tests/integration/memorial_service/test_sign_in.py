"""Coming in by invitation and PIN, and everything that must not work. Fault id F51."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from boothkit import clock
from boothkit.ids import hash_token
from memorial_service.db.tables import FamilySession, Invitation
from memorial_service.invitations import repository
from tests.integration.memorial_service.conftest import House, enter_pin, open_house, read_csrf


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def end_lock(house: House) -> None:
    with house.site.database.writing() as session:
        session.execute(update(Invitation).values(locked_until=clock.now() - timedelta(seconds=1)))


def test_the_right_pin_opens_the_family_page(house: House) -> None:
    browser = house.browser()
    page = browser.get(f"/i/{house.invitation.token}").text
    assert "김영희 님을 기억하며" in page and "김정수" in page and "한빛추모관" in page
    answer = enter_pin(browser, house.invitation.token, house.invitation.pin)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/{house.memorial_id}")
    assert browser.get(f"/m/{house.memorial_id}").status_code == 200


@pytest.mark.parametrize("write", ["{0} ", "{1}-{2}", "{3}", " {1} {2}"])
def test_a_pin_may_be_typed_as_phones_and_hands_do(shared_house: House, write: str) -> None:
    pin = shared_house.invitation.pin
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in pin)
    typed = write.format(pin, pin[:3], pin[3:], full_width)
    assert enter_pin(shared_house.browser(), shared_house.invitation.token, typed).status_code == 303


def test_opening_the_link_uses_nothing_up(house: House) -> None:
    for _ in range(20):
        assert house.browser().get(f"/i/{house.invitation.token}").status_code == 200
    assert house.family().get(f"/m/{house.memorial_id}").status_code == 200


def test_f51_five_wrong_pins_lock_the_invitation_and_nobody_elses(house: House) -> None:
    other = house.add_invitation(house.memorial_id)
    browser = house.browser()
    token, pin = house.invitation.token, house.invitation.pin
    answers = [enter_pin(browser, token, wrong(pin)) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert "비밀번호가 맞지 않습니다" in answers[0].text
    locked = enter_pin(browser, token, pin)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 900
    assert "15분" in locked.text
    assert "family" not in browser.cookies
    assert house.family(other).get(f"/m/{house.memorial_id}").status_code == 200


def test_f51_a_lock_ends_and_the_right_pin_clears_the_count(house: House) -> None:
    browser = house.browser()
    token, pin = house.invitation.token, house.invitation.pin
    for _ in range(5):
        enter_pin(browser, token, wrong(pin))
    end_lock(house)
    assert enter_pin(browser, token, wrong(pin)).status_code == 403, "one more try, not five at once"
    assert enter_pin(browser, token, pin).status_code == 303
    with house.site.database.reading() as session:
        invitation = session.scalars(select(Invitation)).one()
        assert (invitation.wrong_pins, invitation.locked_until) == (0, None)


def test_f51_guesses_at_the_same_moment_are_all_counted(house: House) -> None:
    token, pin = house.invitation.token, house.invitation.pin
    browsers = [house.browser() for _ in range(12)]
    forms = [{"pin": wrong(pin), "csrf": read_csrf(browser.get(f"/i/{token}").text)} for browser in browsers]
    with ThreadPoolExecutor(12) as pool:
        statuses = list(
            pool.map(
                lambda pair: pair[0].post(f"/i/{token}", data=pair[1]).status_code, zip(browsers, forms, strict=True)
            )
        )
    assert sorted(statuses) == [403] * 5 + [429] * 7


def test_f51_a_thousand_guesses_cost_five(house: House) -> None:
    browser = house.browser()
    token = house.invitation.token
    csrf = read_csrf(browser.get(f"/i/{token}").text)
    statuses = [
        browser.post(f"/i/{token}", data={"pin": f"{guess:06d}", "csrf": csrf}).status_code for guess in range(200)
    ]
    assert statuses.count(429) >= 195


@pytest.mark.parametrize("how", ["none", "foreign", "other_browser", "cross_site"])
def test_f51_a_form_that_is_not_ours_is_refused(shared_house: House, how: str) -> None:
    token, pin = shared_house.invitation.token, shared_house.invitation.pin
    browser, other = shared_house.browser(), shared_house.browser()
    csrf = read_csrf(browser.get(f"/i/{token}").text)
    headers = {"Sec-Fetch-Site": "cross-site"} if how == "cross_site" else {}
    field = {"none": "", "foreign": "x.y.z", "other_browser": read_csrf(other.get(f"/i/{token}").text)}.get(how, csrf)
    answer = browser.post(f"/i/{token}", data={"pin": pin, "csrf": field}, headers=headers)
    assert answer.status_code == 403
    assert "family" not in browser.cookies
    with shared_house.site.database.reading() as session:
        assert session.scalars(select(Invitation.wrong_pins)).first() == 0, "a foreign form costs no try"


def test_f51_signing_out_needs_our_own_form(house: House) -> None:
    browser = house.family()
    assert browser.post("/logout", data={"csrf": ""}).status_code == 403
    assert browser.get(f"/m/{house.memorial_id}").status_code == 200
    csrf = read_csrf(browser.get(f"/m/{house.memorial_id}").text)
    kept = browser.cookies["family"]
    assert browser.post("/logout", data={"csrf": csrf}).status_code == 303
    browser.cookies.set("family", kept)
    assert browser.get(f"/m/{house.memorial_id}").status_code == 403, "the old cookie is worth nothing any more"


@pytest.mark.parametrize("value", ["", "x", "a.b", "é", "a" * 5000])
def test_f51_cookies_that_we_did_not_make(shared_house: House, value: str) -> None:
    browser = shared_house.browser()
    answer = browser.get(f"/m/{shared_house.memorial_id}", headers={"Cookie": f"family={value}".encode()})
    assert answer.status_code == 403


def test_a_withdrawn_or_expired_invitation_looks_like_one_that_never_was(house: House) -> None:
    withdrawn, expired = house.add_invitation(house.memorial_id), house.add_invitation(house.memorial_id)
    now = clock.now()
    with house.site.database.writing() as session:
        repository.revoke(session, invitation_id="", token_hash=hash_token(withdrawn.token), moment=now)
        session.execute(
            update(Invitation).where(Invitation.invitation_id == expired.invitation_id).values(expires_at=now)
        )
    browser = house.browser()
    csrf = read_csrf(browser.get(f"/i/{house.invitation.token}").text)
    for token in (withdrawn.token, expired.token, "never-made"):
        assert browser.get(f"/i/{token}").status_code == 404
        answer = browser.post(f"/i/{token}", data={"pin": withdrawn.pin, "csrf": csrf})
        assert answer.status_code == 404
        assert "열 수 없는 초대입니다" in answer.text


def test_one_browser_keeps_two_families_apart_and_open(house: House) -> None:
    second = house.add_memorial(house.hall, "LEE-2026")
    browser = house.family()
    first_cookie = browser.cookies["family"]
    house.family(house.add_invitation(second), browser)
    assert browser.get(f"/m/{house.memorial_id}").status_code == 200
    assert browser.get(f"/m/{second}").status_code == 200
    assert browser.get("/").text.count('href="/m/') == 2
    assert browser.cookies["family"] != first_cookie
    with house.site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FamilySession)) == 1
    stolen = house.browser()
    stolen.cookies.set("family", first_cookie)
    assert stolen.get(f"/m/{house.memorial_id}").status_code == 403


def test_cookies_are_strict_over_tls_and_work_on_a_plain_line(tmp_path: Path, house: House) -> None:
    plain = house.browser().get(f"/i/{house.invitation.token}").headers["set-cookie"]
    assert "Secure" not in plain and "HttpOnly" in plain and "SameSite=lax" in plain
    with open_house(tmp_path / "tls", web={"public_url": "https://memory.example"}) as secure:
        browser = TestClient(secure.app, base_url="https://memory.example", follow_redirects=False)
        answer = enter_pin(browser, secure.invitation.token, secure.invitation.pin)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-family=")
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
        assert "Domain" not in cookie
        assert "strict-transport-security" in answer.headers
        assert browser.get(f"/m/{secure.memorial_id}").status_code == 200


def test_the_session_is_kept_only_as_a_hash(house: House) -> None:
    browser = house.family()
    raw = (house.site.settings.store.data_dir / "memorial.sqlite").read_bytes()
    wal = (house.site.settings.store.data_dir / "memorial.sqlite-wal").read_bytes()
    token = house.site.keys.read_session(browser.cookies["family"])
    assert token
    for secret in (token, house.invitation.token, house.invitation.pin, house.booth.token):
        assert secret.encode() not in raw + wal
