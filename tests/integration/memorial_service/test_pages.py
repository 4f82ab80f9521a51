"""What a family reads: every memory once, in its words, honestly labelled. Fault id F47."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boothkit import clock
from boothkit.ids import new_id
from memorial_service.auth.service import sign_out
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House, open_house

MEMORY_LINK = re.compile(r'href="/m/[0-9a-f-]+/memory/([0-9a-f-]+)"')


def test_a_memory_is_shown_with_everything_that_belongs_to_it(house: House) -> None:
    memory_id = house.add_memory(letter="할머니께\n\n보고 싶습니다.\n편히 쉬세요.")
    family = house.family()
    stream = family.get(f"/m/{house.memorial_id}").text
    assert MEMORY_LINK.findall(stream) == [memory_id]
    for words in ("박민준", "손자", "2026년 3월 1일", "수채화, 컴퓨터가 그린 그림", "목소리가 함께 있습니다"):
        assert words in stream
    page = family.get(f"/m/{house.memorial_id}/memory/{memory_id}").text
    assert '<p dir="auto">할머니께</p>' in page
    assert "보고 싶습니다.\n편히 쉬세요." in page, "line breaks stay where the visitor put them"
    for address in ("picture_large", "original_large", "picture?", "original?", "voice?"):
        assert f"/media/{memory_id}/{address}" in page
    assert "사진을 바탕으로 컴퓨터가 그린 그림 (AI 모델을 쓰지 않음)" in page
    assert "다녀가신 분의 목소리" in page
    assert "K7F2" not in page, "the visitor's receipt is nobody else's business"


def test_pages_are_in_english_when_asked_for_and_stay_so(house: House) -> None:
    memory_id = house.add_memory()
    family = house.family()
    page = family.get(f"/m/{house.memorial_id}/memory/{memory_id}?lang=en")
    assert page.headers["content-language"] == "en"
    assert "Made by computer from the photograph (no AI model)" in page.text
    assert "1 March 2026" in page.text and 'lang="en"' in page.text
    assert "In memory of Kim Young-hee" in family.get(f"/m/{house.memorial_id}").text
    assert "김영희 님을 기억하며" in family.get(f"/m/{house.memorial_id}?lang=ko").text
    german = house.browser().get("/", headers={"Accept-Language": "de-DE"})
    assert german.headers["content-language"] == "ko"


def test_ai_pictures_say_so(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["picture"] |= {"engine": "diffusion", "is_ai_generated": True}
    memory_id = new_id()
    assert house.put(memory_id, document, content).status_code == 201
    family = house.family()
    assert "인공지능(AI)이 만든 그림" in family.get(f"/m/{house.memorial_id}").text
    assert "AI-generated picture" in family.get(f"/m/{house.memorial_id}/memory/{memory_id}?lang=en").text


def test_a_learnt_style_says_where_it_comes_from(house: House) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    source = {"author": "김화가 <b>", "licence": "CC-BY-4.0", "training_data": "홀 소장 두루마리"}
    document["files"]["picture"] |= {"style_source": source}
    memory_id = new_id()
    assert house.put(memory_id, document, content).status_code == 201
    family = house.family()
    page = family.get(f"/m/{house.memorial_id}/memory/{memory_id}").text
    assert "화풍을 만든 이: <bdi>김화가 &lt;b&gt;</bdi> · <bdi>CC-BY-4.0</bdi>" in page
    assert "화풍이 배운 그림: <bdi>홀 소장 두루마리</bdi>" in page
    assert page.index("AI 모델을 쓰지 않음") < page.index("화풍을 만든 이"), "it stands with the label"
    assert "Learnt from: <bdi>홀" in family.get(f"/m/{house.memorial_id}/memory/{memory_id}?lang=en").text
    plain = house.add_memory()
    assert "화풍을 만든 이" not in family.get(f"/m/{house.memorial_id}/memory/{plain}?lang=ko").text


@pytest.mark.parametrize("source", [{"author": "a"}, {"author": "a" * 401, "licence": "b", "training_data": "c"}, "c"])
def test_half_a_source_is_refused(house: House, source: object) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["picture"] |= {"style_source": source}
    assert house.put(new_id(), document, content).status_code == 422


@pytest.mark.parametrize(
    ("made_by", "words"), [("google", "구글(Google)"), ("espeak-ng", "eSpeak NG"), ("visitor", "다녀가신 분의 목소리")]
)
def test_a_voice_says_whose_it_is(house: House, made_by: str, words: str) -> None:
    content = parcels.files()
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["voice"]["made_by"] = made_by
    memory_id = new_id()
    house.put(memory_id, document, content)
    assert words in house.family().get(f"/m/{house.memorial_id}/memory/{memory_id}").text


def test_what_the_visitor_chose_is_seen_first(house: House) -> None:
    house.add_memory(1, chosen="original")
    stream = house.family().get(f"/m/{house.memorial_id}").text
    assert "original_small" in stream and "picture_small" not in stream


def test_a_memory_without_name_letter_picture_and_voice_has_a_page(house: House) -> None:
    content = {"original": parcels.picture(3)}
    memory_id = new_id()
    bare = parcels.metadata(house.memorial_id, content, sender_name="", relation="", letter="", captured_at=None)
    assert house.put(memory_id, bare, content).status_code == 201
    page = house.family().get(f"/m/{house.memorial_id}/memory/{memory_id}")
    assert page.status_code == 200
    assert "이름을 남기지 않으신 분" in page.text
    assert "<audio" not in page.text and 'type="radio"' not in page.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{ 7*7 }} {% raw %} ${7*7}",
        "'; DROP TABLE memory; --",
        "👨‍👩‍👧‍👦 가족",
        "\u202eevil\u202c right",
        "a\u0000b\u0007c",
        "\u1112\u1161\u11ab",
        "https://example.com/?a=1&b=2",
        "%s %(name)s {0}",
        "</textarea></p><p>",
    ],
    ids=["script", "onerror", "template", "sql", "emoji", "bidi", "nul", "nfd", "link", "format", "close"],
)
def test_f47_text_is_text(shared_house: House, text: str) -> None:
    memory_id = shared_house.add_memory(letter=f"앞 {text} 뒤", sender_name=text[:40], relation=text[:20])
    family = shared_house.family()
    page = family.get(f"/m/{shared_house.memorial_id}/memory/{memory_id}")
    stream = family.get(f"/m/{shared_house.memorial_id}")
    assert (page.status_code, stream.status_code) == (200, 200)
    assert "<script" not in page.text + stream.text
    assert "<img src=x" not in page.text + stream.text
    assert "49" not in page.text.partition("<article")[2].partition("앞")[2].partition("뒤")[0]
    assert "\x00" not in page.text and "\x07" not in page.text
    if text.startswith("\u1112"):
        assert "한" in page.text


def test_the_longest_letter_is_shown_to_its_end(house: House) -> None:
    letter = "가나다라마 " * 833 + "끝."
    memory_id = house.add_memory(letter=letter)
    family = house.family()
    assert "끝." in family.get(f"/m/{house.memorial_id}/memory/{memory_id}").text
    assert len(family.get(f"/m/{house.memorial_id}").content) < 30_000


def test_older_memories_are_a_page_away_and_none_is_shown_twice(tmp_path: Path) -> None:
    with open_house(tmp_path / "site", web={"public_url": "http://testserver", "page_size": 3}) as house:
        days = [f"2026-01-{day:02d}T00:00:00Z" for day in (5, 1, 3, 2, 4, 4, 4)]
        sent = {house.add_memory(number, captured_at=day): day for number, day in enumerate(days)}
        family = house.family()
        seen, address = [], f"/m/{house.memorial_id}"
        while address:
            page = family.get(address).text
            seen += MEMORY_LINK.findall(page)
            older = re.search(r'rel="next" href="([^"]+)"', page)
            address = older[1] if older else ""
        assert sorted(seen) == sorted(sent)
        assert [sent[memory_id] for memory_id in seen] == sorted(days, reverse=True)


@pytest.mark.parametrize("before", ["x", "1.2", "9" * 30 + ".", "-1." + "0" * 36, "1.../../"])
def test_places_in_the_stream_that_we_did_not_write(shared_house: House, before: str) -> None:
    assert shared_house.family().get(f"/m/{shared_house.memorial_id}", params={"before": before}).status_code == 404


def test_a_booth_whose_clock_runs_ahead_does_not_stick_to_the_top(house: House) -> None:
    ahead = house.add_memory(1, captured_at="2099-01-01T00:00:00Z")
    later = house.add_memory(2, captured_at=None)
    page = house.family().get(f"/m/{house.memorial_id}").text
    assert MEMORY_LINK.findall(page) == [later, ahead]
    assert "2099" not in page


@pytest.mark.parametrize("path", ["/", "/i/{token}", "/m/{memorial_id}", "/m/nowhere", "/nowhere", "/i/nothing"])
def test_every_page_is_private_to_robots_caches_and_other_sites(house: House, path: str) -> None:
    """In a house of its own: other tests' letters hold addresses and tags, which pages rightly show as text."""
    house.add_memory(1)
    address = path.format(token=house.invitation.token, memorial_id=house.memorial_id)
    page = house.family().get(address)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "noindex" in page.headers["x-robots-tag"] and 'name="robots" content="noindex' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    for word in ("og:", "<script", "style=", "http://", "https://", "onclick"):
        assert word not in page.text


def test_the_link_preview_of_an_invitation_is_neutral(shared_house: House) -> None:
    page = shared_house.browser().get(f"/i/{shared_house.invitation.token}").text
    head = page.partition("</head>")[0]
    assert "<title>초대</title>" in head
    assert "김영희" not in head and "<img" not in page


def test_a_crash_is_a_calm_page_for_people_and_a_problem_for_machines(house: House) -> None:
    @house.app.get("/broken")
    def fail_page() -> None:
        raise RuntimeError("inside")

    @house.app.get("/api/v1/broken")
    def fail_api() -> None:
        raise RuntimeError("inside")

    page = house.browser().get("/broken")
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "잠시 후 다시" in page.text and "inside" not in page.text
    assert house.browser().get("/api/v1/broken").headers["content-type"] == "application/problem+json"


def test_the_style_sheet_is_small_and_kept_by_browsers(shared_house: House) -> None:
    address = shared_house.site.renderer.static_files.address("family.css")
    answer = shared_house.browser().get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(answer.content) <= 20_000
    assert "http" not in answer.text and "@import" not in answer.text
    assert shared_house.browser().get("/static/family.000000000000.css").status_code == 404


def test_signing_out_without_being_signed_in_is_harmless(house: House) -> None:
    with house.site.database.writing() as session:
        sign_out(session, None, moment=clock.now())
        sign_out(session, "unknown", moment=clock.now())
