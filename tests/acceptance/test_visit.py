"""Whole visits by the one command, with the kiosk's real window, and the family page in a real browser.

The programs run as processes behind nginx; the visitor touches the real screens. What the kiosk says it photographed
is compared bit for bit with what the memorial service keeps and with what the browser downloads.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from painter import sample_portrait
from scripts.onebox.options import ROOT
from scripts.onebox.running import RunningBox, find_free_base_port

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]

_CHROMIUM = "/usr/bin/chromium"
_LABELS = {"ko": "AI 모델을 쓰지 않음", "en": "no AI model"}
_RECEIPT = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$")


@dataclass(frozen=True)
class Visit:
    """One visit as it was asked for, and the kiosk's report of it."""

    language: str
    style_id: str
    letter: str
    report: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.report["visit_id"])

    @property
    def photo_sha256(self) -> str:
        return str(self.report["photo_sha256"])


@dataclass(frozen=True)
class Visited:
    """The site after three visits, with its servers running again."""

    box: RunningBox
    visits: dict[str, Visit]

    def address_of(self, visit: Visit) -> str:
        memorial_id = self.box.enrolment.get_demonstration().memorial_id
        return f"{self.box.public_url}/m/{memorial_id}/memory/{visit.id}"


_WISHES = {
    "ko": ("ko", "watercolour", "할머니, 마당의 감나무가 올해도 열매를 맺었습니다. 늘 고맙습니다."),
    "en": ("en", "ink_wash", "Grandmother, this is the photograph that stood on your desk. Thank you."),
}


@pytest.fixture(scope="module")
def photo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph that differs from the one that the recorded camera shows by itself: its mirror image."""
    file = tmp_path_factory.mktemp("photo") / "desk.png"
    file.write_bytes(cv2.imencode(".png", sample_portrait()[:, ::-1, ::-1])[1].tobytes())
    return file


@pytest.fixture(scope="module")
def visited(make_var: Callable[[str], Path], photo_file: Path) -> Iterator[Visited]:
    """Two visits, each by its own run of the one command on the same folder; then the servers alone."""
    var = make_var("visits")
    visits = {
        name: make_visit(var, *wish, photo=photo_file if name == "en" else None) for name, wish in _WISHES.items()
    }
    with RunningBox(var) as box:
        yield Visited(box, visits)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser, visited: Visited) -> Iterator[Page]:
    """A family member's browser, signed in by invitation and PIN."""
    yield from open_signed_in(browser, visited, has_scripts=True)


@pytest.fixture(scope="module")
def plain_page(browser: Browser, visited: Visited) -> Iterator[Page]:
    """The same without JavaScript."""
    yield from open_signed_in(browser, visited, has_scripts=False)


def make_visit(var: Path, language: str, style_id: str, letter: str, *, photo: Path | None) -> Visit:
    """One visit by `python -m scripts.onebox --once`, which has to end with exit code 0."""
    command = [sys.executable, "-m", "scripts.onebox", "--once", "--offscreen", "--var", str(var)]
    command += ["--lang", language, "--style", style_id, "--letter", letter]
    command += ["--base-port", str(find_free_base_port()), *(["--photo", str(photo)] if photo else [])]
    environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return Visit(language, style_id, letter, json.loads((var / "visit.json").read_text(encoding="utf-8")))


def open_signed_in(browser: Browser, visited: Visited, *, has_scripts: bool) -> Iterator[Page]:
    demonstration = visited.box.enrolment.get_demonstration()
    context = browser.new_context(java_script_enabled=has_scripts, locale="en-GB", accept_downloads=True)
    page = context.new_page()
    page.goto(demonstration.invitation_url)
    page.fill("input[name=pin]", demonstration.pin)
    page.locator("form:has(input[name=pin]) button").click()
    page.wait_for_url(f"**/m/{demonstration.memorial_id}*")
    yield page
    context.close()


def show_memory(page: Page, visited: Visited, name: str) -> Visit:
    visit = visited.visits[name]
    page.goto(f"{visited.address_of(visit)}?lang={visit.language}")
    return visit


@pytest.mark.parametrize("name", _WISHES)
def test_the_kiosk_reports_a_whole_visit(visited: Visited, name: str) -> None:
    visit = visited.visits[name]
    report = visit.report
    assert report["result"] == "ok"
    assert (report["language"], report["style_id"], report["engine"]) == (visit.language, visit.style_id, "painter")
    assert _RECEIPT.match(report["receipt_code"])
    assert {"consent", "style", "capture", "hand_over", "letter", "voice", "picture", "finish"} <= {
        step["step"] for step in report["steps"]
    }


@pytest.mark.parametrize("name", _WISHES)
def test_the_original_is_the_same_from_the_kiosk_s_journal_to_the_memorial_store(visited: Visited, name: str) -> None:
    visit = visited.visits[name]
    data = visited.box.folders.data
    (proof,) = (data / "kiosk").rglob(f"done/*/{visit.id}.json")
    assert json.loads(proof.read_text())["photo_sha256"] == visit.photo_sha256
    for program in ("bridge", "memorial"):
        (blob,) = (data / program / "blobs").rglob(visit.photo_sha256)
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == visit.photo_sha256


def test_each_visit_is_on_the_family_s_page_once(page: Page, visited: Visited) -> None:
    page.goto(f"{visited.box.public_url}/m/{visited.box.enrolment.get_demonstration().memorial_id}")
    for visit in visited.visits.values():
        assert page.locator(f"article a[href$='/memory/{visit.id}']").count() == 1


@pytest.mark.parametrize("name", _WISHES)
def test_the_memory_s_page_shows_picture_letter_and_label(page: Page, visited: Visited, name: str) -> None:
    visit = show_memory(page, visited, name)
    picture = page.locator("figure.view-picture img")
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 300
    assert page.locator("section.letter").inner_text().strip().endswith(visit.letter)
    assert _LABELS[visit.language] in page.locator("figure.view-picture figcaption").inner_text()
    assert page.locator("html").get_attribute("lang") == visit.language


@pytest.mark.parametrize("name", _WISHES)
def test_the_voice_can_be_played(page: Page, visited: Visited, name: str) -> None:
    show_memory(page, visited, name)
    duration_s = page.locator("audio").evaluate(
        """async audio => {
            if (!(audio.readyState >= 1)) await new Promise((done, failed) => {
                audio.addEventListener("loadedmetadata", done);
                audio.querySelector("source").addEventListener("error", () => failed("the audio cannot be played"));
                audio.load();
            });
            return audio.duration;
        }"""
    )
    assert 1.0 < duration_s < 60.0


@pytest.mark.parametrize("name", _WISHES)
def test_the_original_can_be_downloaded_bit_by_bit(page: Page, visited: Visited, name: str) -> None:
    visit = show_memory(page, visited, name)
    address = page.locator("figure.view-original a.save").get_attribute("href")
    answer = page.request.get(f"{visited.box.public_url}{address}")
    assert answer.ok
    assert hashlib.sha256(answer.body()).hexdigest() == visit.photo_sha256


def test_everything_is_there_without_javascript(plain_page: Page, visited: Visited) -> None:
    """Pictures decode and the visitor can change from the picture to the original, by labels and style alone."""
    visit = show_memory(plain_page, visited, "ko")
    picture, original = plain_page.locator("figure.view-picture"), plain_page.locator("figure.view-original")
    assert picture.is_visible()
    assert not original.is_visible()
    box = picture.locator("img").bounding_box()
    assert box is not None
    assert box["height"] > 200
    plain_page.locator("label[for=view-original]").click()
    assert original.is_visible()
    assert plain_page.locator("section.letter").inner_text().strip().endswith(visit.letter)
    assert plain_page.locator("audio source").count() == 1


def test_the_given_photograph_is_what_the_family_sees(visited: Visited, page: Page, photo_file: Path) -> None:
    """The recorded camera films the photograph, so shape and colours agree, and the file is another one."""
    visit = show_memory(page, visited, "en")
    address = page.locator("figure.view-original a.save").get_attribute("href")
    original = decode(page.request.get(f"{visited.box.public_url}{address}").body())
    given = decode(photo_file.read_bytes())
    mirrored = given[:, ::-1]
    assert agreement(original, given) > 0.8
    assert agreement(original, given) > agreement(original, mirrored) + 0.1
    assert visit.photo_sha256 != hashlib.sha256(photo_file.read_bytes()).hexdigest()


def test_a_stranger_sees_nothing(browser: Browser, visited: Visited) -> None:
    context = browser.new_context()
    stranger = context.new_page()
    answer = stranger.goto(visited.address_of(visited.visits["ko"]))
    assert answer is not None
    assert answer.status in (401, 403, 404)
    assert visited.visits["ko"].letter not in stranger.content()
    context.close()


def decode(data: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of the middles of two pictures in coarse colours, -1 to 1."""
    coarse = [cv2.resize(crop_middle(image), (24, 32), interpolation=cv2.INTER_AREA) for image in (first, second)]
    return float(np.corrcoef(coarse[0].ravel(), coarse[1].ravel())[0, 1])


def crop_middle(image: np.ndarray) -> np.ndarray:
    """The largest 3:4 part in the middle, less a tenth at each side."""
    height, width = image.shape[:2]
    part_height = min(height, width * 4 // 3)
    part_width = part_height * 3 // 4
    top, left = (height - part_height) // 2, (width - part_width) // 2
    part = image[top : top + part_height, left : left + part_width]
    return part[part_height // 10 : -part_height // 10, part_width // 10 : -part_width // 10]
