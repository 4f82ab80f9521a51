"""The pages in Debian's chromium: readable by everybody, whole without JavaScript, live with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from lora_training.run_record import RunRecord
from lora_training.studio.work.projects import ProjectFolder
from lora_training.studio.work.revisions import revisions_file
from tests.integration.lora_training.studio.program import StudioProcess
from tests.integration.lora_training.studio.staff import HOME, PASSWORD, STYLE, encode, wait_for_job

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}
STEPS = tuple(f"{HOME}/{step}" for step in ("pictures", "captions", "training", "compare", "publish"))
PAGES = ("/sign-in", "/", "/new", *STEPS, "/styles/unknown/publish")
GENERATOR = "http://127.0.0.1:9"
SMALLEST_TOUCH_PX = 44
# A card's link covers the card; a choice is touched by its label; links in a sentence are as high as it.
LIST_SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, select, textarea, summary, .choice')]
    .filter(element => element.offsetParent && !element.matches('.skip, .card a, p a, td a'))
    .map(element => [element.innerText || element.name, element.getBoundingClientRect()])
    .filter(([, box]) => box.height < least)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""

LIST_CUT_TABLES = """() => [...document.querySelectorAll('.table-wrap')]
    .filter(element => element.scrollWidth > element.clientWidth)
    .map(element => `${element.ariaLabel} ${element.scrollWidth}>${element.clientWidth}`)"""
ENLARGE_TEXT = """() => {
    const root = document.documentElement;
    root.style.fontSize = `${2 * parseFloat(getComputedStyle(root).fontSize)}px`;
    return root.scrollWidth - innerWidth;
}"""
LIST_BROKEN_STEPS = """() => [...document.querySelectorAll('.steps .number + span')]
    .filter(element => {
        const words = document.createRange();
        words.selectNodeContents(element.firstChild);
        return words.getClientRects().length > 1;
    }).map(element => element.innerText)"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    environ = {"BOOTH_TRAINING__PUBLISHING__GENERATORS": GENERATOR}
    with StudioProcess(tmp_path_factory.mktemp("studio"), environ=environ) as running:
        yield running


@pytest.fixture(scope="module")
def state(studio: StudioProcess, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Cookies of staff who made a style without JavaScript: names, pictures, check."""
    folder = tmp_path_factory.mktemp("pictures")
    files = [folder / f"그림 {seed}.png" for seed in range(3)]
    for seed, file in enumerate(files):
        file.write_bytes(encode(seed))
    (folder / "broken.jpg").write_bytes(encode(1, form="JPEG")[:900])
    context = chromium.new_context(locale="ko", java_script_enabled=False)
    page = context.new_page()
    page.goto(studio.address)
    page.get_by_label("직원 비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="로그인").click()
    page.get_by_role("link", name="첫 화풍 시작하기").click()
    page.get_by_label("한국어 이름").fill("수묵화")
    page.get_by_label("영어 이름").fill("Ink wash")
    page.get_by_label("그림은 어디에서 왔나요?").fill("홀 소장")
    page.get_by_label("누가 만들었나요?").fill("김화가")
    page.get_by_label("서면으로 허락을").check()
    page.get_by_role("button", name="그림 넣으러 가기").click()
    page.get_by_label("그림 고르기").set_input_files([str(file) for file in (*files, folder / "broken.jpg")])
    page.get_by_role("button", name="이 그림 넣기").click()
    assert page.get_by_text("사진 파일이 손상되어").is_visible()
    page.get_by_role("button", name="그림 확인하기").click()
    assert wait_for_job(studio.data_dir) == "done"
    page.goto(f"{studio.address}{HOME}/pictures")
    assert page.get_by_role("heading", name="부스가 배울 그림").is_visible()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture(scope="module")
def learnt(studio: StudioProcess, state: Any) -> None:
    """What a training, a comparison and a publication leave behind."""
    folder = ProjectFolder(studio.data_dir / STYLE)
    RunRecord(kind="lora", style_id=STYLE, trigger="mb", base="b", dataset="d", state="finished", steps=3).save(
        folder.run
    )
    events = [{"event": event, "step": step, "loss": 1 / step} for step in (1, 2, 3) for event in ("step", "measured")]
    (folder.run / "progress.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in events))
    (folder.run / "evaluation").mkdir()
    choice = {"step": 3, "weight": 0.8}
    compared = {"suggested": choice, "checkpoints": [{**choice, "likeness": 0.9}, {"step": 2, "weight": 1.0}]}
    (folder.run / "evaluation" / "evaluation.json").write_text(json.dumps(compared))
    (folder.run / "evaluation" / "grid.png").write_bytes(encode(3))
    revisions = [{"revision": number, "published_at": "2026-11-21T09:00:00Z"} for number in (1, 2)]
    held = {"generator": GENERATOR, "current": revisions[1], "revisions": revisions}
    revisions_file(folder, 0).write_text(json.dumps(held))


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_are_accessible_and_large_enough_to_touch(
    studio: StudioProcess, chromium: Browser, state: Any, language: str, size: str
) -> None:
    colours: Any = "dark" if size == "phone" else "light"
    context = chromium.new_context(
        locale=language, viewport=SIZES[size], storage_state=state, bypass_csp=True, color_scheme=colours
    )
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{studio.address}{path}?lang={language}")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is cut at the side"
        assert page.evaluate(LIST_SMALL_TARGETS, SMALLEST_TOUCH_PX) == [], path
        assert page.evaluate(LIST_CUT_TABLES) == [], path
        assert page.evaluate(LIST_BROKEN_STEPS) == [], path
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate(ENLARGE_TEXT) <= 0, f"{path} with text of twice the size"
    context.close()


def test_pictures_are_sent_one_by_one_and_the_work_is_followed(
    studio: StudioProcess, chromium: Browser, state: Any, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.png"
    fresh.write_bytes(encode(9))
    context = chromium.new_context(locale="en", storage_state=state)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{studio.address}{HOME}/pictures?lang=en")
    page.get_by_label("Choose pictures").set_input_files([str(fresh)])
    page.get_by_role("button", name="Add these pictures").click()
    page.get_by_role("heading", name="Pictures: 4").wait_for()
    page.get_by_role("button", name="Check the pictures again").click()
    page.get_by_role("button", name="Check the pictures again").wait_for(timeout=60_000)
    assert page.get_by_text("Pictures: 4. Look").is_visible(), "the page showed by itself that the work is done"
    assert complaints == []
    context.close()
