"""No page is a dead end: whoever comes too late, twice, or to the wrong place is shown the next step."""

from __future__ import annotations

from datetime import date

import pytest

from boothkit import clock
from boothkit.ids import new_id
from memorial_service.halls.schemas import MemorialDetails
from memorial_service.halls.service import create_memorial, get_hall
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House


def test_a_stale_form_leads_back_to_its_invitation(shared_house: House) -> None:
    address = f"/i/{shared_house.invitation.token}"
    page = shared_house.browser().post(address, data={"pin": shared_house.invitation.pin})
    assert page.status_code == 403
    assert f'<a class="door" href="{address}">초대로 돌아가기</a>' in page.text


def test_an_invitation_that_cannot_be_opened_leads_to_the_first_page(shared_house: House) -> None:
    page = shared_house.browser().get("/i/nothing")
    assert page.status_code == 404
    assert '<a class="door" href="/">' in page.text


@pytest.mark.parametrize(("path", "other_language"), [("/logout", "/?lang=en"), ("/i/{token}", "/i/{token}?lang=en")])
def test_after_a_form_the_other_language_is_a_page_that_exists(
    shared_house: House, path: str, other_language: str
) -> None:
    token = shared_house.invitation.token
    browser = shared_house.browser()
    page = browser.post(path.format(token=token), data={})
    address = other_language.format(token=token)
    assert page.status_code == 403
    assert f'class="language" href="{address}"' in page.text
    assert browser.get(address).status_code == 200


def test_who_is_signed_in_needs_no_pin_again_but_others_do(shared_house: House) -> None:
    """A link that is kept in a messenger is opened again and again."""
    family = shared_house.family()
    page = family.get(f"/i/{shared_house.invitation.token}").text
    assert 'name="pin"' not in page
    assert f'href="/m/{shared_house.memorial_id}"' in page
    other = shared_house.add_invitation(shared_house.add_memorial(shared_house.hall, "LEE-2026"))
    assert 'name="pin"' in family.get(f"/i/{other.token}").text
    assert 'name="pin"' in shared_house.browser().get(f"/i/{shared_house.invitation.token}").text


def test_signing_out_leaves_no_pictures_on_the_device(shared_house: House) -> None:
    """Pictures are kept by browsers for a year, because their addresses name their content."""
    family = shared_house.family()
    form = {"csrf": family.get("/").text.partition('name="csrf" value="')[2].partition('"')[0]}
    assert family.post("/logout", data=form).headers["clear-site-data"] == '"cache"'


def test_an_unknown_page_is_told_calmly(shared_house: House) -> None:
    page = shared_house.family().get("/m/nowhere?lang=en").text
    assert "<h1>This page is not here</h1>" in page
    assert "찾으시는 페이지가 없습니다" in shared_house.browser().get("/nowhere?lang=ko").text


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"died_on": date(2026, 11, 1)}, '<time datetime="2026-11-01">2026년 11월 1일</time> 별세'),
        ({"born_on": date(1941, 3, 2)}, '<time datetime="1941-03-02">1941년 3월 2일</time> 출생'),
    ],
)
def test_one_known_date_says_which_it_is(shared_house: House, dates: dict[str, date], words: str) -> None:
    site = shared_house.site
    details = MemorialDetails(new_id()[-12:], "이순자", "Lee Soon-ja", "이순자 님", "Lee Soon-ja", **dates)
    with site.database.writing() as session:
        hall = get_hall(session, shared_house.hall.name)
        memorial_id = create_memorial(session, hall, details, moment=clock.now()).memorial_id
    page = shared_house.family(shared_house.add_invitation(memorial_id)).get(f"/m/{memorial_id}").text
    assert words in page
    assert " – " not in page.partition('class="dates"')[2].partition("</p>")[0]


def test_a_licence_without_a_public_name_is_said_in_words(shared_house: House) -> None:
    content = parcels.files(40)
    document = parcels.metadata(shared_house.memorial_id, content)
    source = {"author": "김화가", "licence": "LicenseRef-permission", "training_data": ""}
    document["files"]["picture"] |= {"style_source": source}
    memory_id = new_id()
    assert shared_house.put(memory_id, document, content).status_code == 201
    page = shared_house.family().get(f"/m/{shared_house.memorial_id}/memory/{memory_id}").text
    assert "허락을 받아 사용" in page
    assert "LicenseRef" not in page
