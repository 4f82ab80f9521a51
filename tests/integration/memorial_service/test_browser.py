"""The pages in Debian's chromium: readable by everybody, steady, small, and complete without JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from boothkit.ids import new_id
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.process import ServiceProcess, service_process

CHROMIUM = shutil.which("chromium")
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}
PAGES = ("welcome", "invitation", "memorial", "memory", "unknown", "stranger")
SMALLEST_TOUCH_PX = 44
MEASURE_SHIFT = """() => new Promise(done => {
    let shift = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value; })
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(shift), 300);
})"""
ENLARGE_TEXT = """() => {
    const root = document.documentElement;
    root.style.fontSize = `${2 * parseFloat(getComputedStyle(root).fontSize)}px`;
    return root.scrollWidth - innerWidth;
}"""
COUNT_HEADER_LINES = """() => {
    const place = document.querySelector('.place');
    return Math.round(place.getBoundingClientRect().height / parseFloat(getComputedStyle(place).lineHeight));
}"""
# A card's link covers the whole card, and a radio button is touched by its label.
LIST_SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, input:not([type=hidden]), label')]
    .filter(element => element.offsetParent && !element.matches('.skip, .card a, .views input, .pin label'))
    .map(element => [element.innerText || element.name, element.getBoundingClientRect()])
    .filter(([, box]) => box.height < least || box.width < least)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""


@dataclass(frozen=True)
class Site:
    """A running service with one whole memory, and a family member's cookies."""

    service: ServiceProcess
    seeded: dict[str, str]
    memory_id: str

    def address(self, page: str) -> str:
        memorial = f"{self.service.address}/m/{self.seeded['memorial_id']}"
        return {
            "welcome": f"{self.service.address}/",
            "invitation": self.seeded["invitation_url"],
            "memorial": memorial,
            "memory": f"{memorial}/memory/{self.memory_id}",
            "unknown": f"{memorial}x",
            "stranger": memorial,
        }[page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with service_process(tmp_path_factory.mktemp("browser") / "site") as service:
        seeded = service.seed()
        service.start()
        headers = service.enrol(seeded["hall"])
        memory_ids = [new_id() for _ in range(4)]
        for seed, memory_id in enumerate(memory_ids):
            content = parcels.files(seed) | {
                "original": parcels.picture(seed, width=900, height=1200),
                "picture": parcels.picture(seed + 50, width=900, height=1200, form="PNG"),
            }
            document = parcels.metadata(seeded["memorial_id"], content)
            form = parcels.as_form(document, content)
            answer = requests.put(
                f"{service.address}/api/v1/memories/{memory_id}", files=form, headers=headers, timeout=30
            )
            assert answer.status_code == 201
        yield Site(service, seeded, memory_ids[0])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def family_state(site: Site, chromium: Browser) -> Any:
    """Cookies of somebody who came in with the link and the PIN, as any person would."""
    context = chromium.new_context(locale="ko", java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address("invitation"))
    page.get_by_label("비밀번호").fill(site.seeded["pin"])
    page.get_by_role("button", name="들어가기").click()
    assert page.url == site.address("memorial")
    state = context.storage_state()
    context.close()
    return state


def open_page(browser: Browser, site: Site, what: str, **options: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(bypass_csp=True, **options)
    page = context.new_page()
    page.goto(site.address(what), wait_until="networkidle")
    return context, page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("what", PAGES)
def test_pages_are_accessible_steady_and_large_enough_to_touch(
    site: Site, chromium: Browser, family_state: Any, what: str, language: str, size: str
) -> None:
    state = None if what == "stranger" else family_state
    options: dict[str, Any] = {"viewport": SIZES[size], "locale": language, "storage_state": state}
    context, page = open_page(chromium, site, what, **options)
    try:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate(MEASURE_SHIFT) == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut at the side"
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
        assert page.evaluate(LIST_SMALL_TARGETS, SMALLEST_TOUCH_PX) == []
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate(ENLARGE_TEXT) <= 0, "text of twice the size is not cut at the side either"
        assert page.evaluate(COUNT_HEADER_LINES) <= 4, "the header breaks between words"
    finally:
        context.close()


@pytest.mark.parametrize("what", ["invitation", "memorial", "memory"])
def test_dark_pages_have_enough_contrast(site: Site, chromium: Browser, family_state: Any, what: str) -> None:
    options: dict[str, Any] = {"viewport": SIZES["phone"], "storage_state": family_state, "color_scheme": "dark"}
    context, page = open_page(chromium, site, what, locale="ko", **options)
    results = Axe().run(page)
    context.close()
    assert results.violations_count == 0, results.generate_report()


def test_without_javascript_a_memory_is_complete(site: Site, chromium: Browser, family_state: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, storage_state=family_state, locale="ko")
    page = context.new_page()
    page.goto(site.address("memorial"))
    page.get_by_role("link", name="박민준").last.click()
    picture = page.get_by_alt_text("사진을 바탕으로 만든 그림")
    original = page.get_by_alt_text("다녀가신 분이 찍으신 사진")
    assert picture.is_visible() and not original.is_visible()
    page.get_by_text("원본 사진", exact=True).first.click()
    assert original.is_visible() and not picture.is_visible()
    assert page.get_by_text("할머니, 보고 싶습니다.").is_visible()
    assert page.locator("audio").is_visible()
    context.close()


def test_picture_and_original_are_one_key_apart(site: Site, chromium: Browser, family_state: Any) -> None:
    context = chromium.new_context(storage_state=family_state, locale="en")
    page = context.new_page()
    page.goto(site.address("memory"))
    page.get_by_role("radio", name="Picture").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_alt_text("The photograph that the visitor took").is_visible()
    context.close()


def test_the_voice_plays_and_the_pictures_arrive(site: Site, chromium: Browser, family_state: Any) -> None:
    context, page = open_page(chromium, site, "memory", storage_state=family_state, locale="ko")
    loaded = "() => [...document.images].filter(i => i.offsetParent).every(i => i.complete && i.naturalWidth > 0)"
    assert page.evaluate(loaded)
    duration_s = page.evaluate(
        """() => new Promise(done => {
            const audio = document.querySelector('audio');
            if (audio.readyState > 0) done(audio.duration);
            audio.addEventListener('loadedmetadata', () => done(audio.duration));
        })"""
    )
    assert duration_s == pytest.approx(1.0, abs=0.1)
    context.close()


def test_no_page_needs_what_the_policy_forbids(site: Site, chromium: Browser, family_state: Any) -> None:
    context = chromium.new_context(storage_state=family_state, locale="ko")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    for what in ("welcome", "memorial", "memory"):
        page.goto(site.address(what), wait_until="networkidle")
    context.close()
    assert complaints == []


def test_the_first_view_is_small(site: Site, chromium: Browser, family_state: Any) -> None:
    context = chromium.new_context(storage_state=family_state, viewport=SIZES["phone"], locale="ko")
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    page.goto(site.address("memorial"), wait_until="networkidle")
    context.close()
    assert len(sizes) >= 3
    assert sum(sizes) <= 200_000


def test_the_page_can_be_printed(site: Site, chromium: Browser, family_state: Any, tmp_path: Path) -> None:
    context, page = open_page(chromium, site, "memory", storage_state=family_state, locale="ko")
    page.emulate_media(media="print")
    assert page.get_by_alt_text("다녀가신 분이 찍으신 사진").is_visible(), "both pictures are printed"
    assert page.get_by_alt_text("사진을 바탕으로 만든 그림").is_visible()
    assert not page.get_by_role("button").is_visible()
    assert page.pdf(path=tmp_path / "memory.pdf")
    context.close()
