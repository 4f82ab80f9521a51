"""Takes pictures of the style studio as a designer looks at it: every step, both languages, phone and desk.

    python -m scripts.screenshots_studio FOLDER

A studio of its own is started on an empty folder. Staff in a browser begin a style there, bring painted landscapes, and
have it learnt without a model. Then the studio is ended. Nothing else is touched.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import painter
from scripts.contact_sheet_scenery import DESCRIPTIONS

STYLE = "/styles/mist_and_pines"
FIELDS = {
    "name_ko": "안개와 소나무",
    "name_en": "Mist and pines",
    "source": "추모관 소장 족자, 2026년 스캔",
    "author": "김화가",
}
STEPS = ("pictures", "captions", "training", "compare", "publish")
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
READY_WITHIN_S = 30.0
WORK_WITHIN_MS = 600_000


def main() -> int:
    """Take the pictures and print where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as tool:
        pictures = list(_paint(Path(scratch)))
        with running_studio(Path(scratch)) as (address, password):
            browser = tool.chromium.launch(executable_path=shutil.which("chromium"))
            with _sign_in(browser, address, password, folder) as staff:
                _teach(staff.new_page(), address, pictures)
                cookies = staff.storage_state()
            for language in ("ko", "en"):
                for size, (width, height) in SIZES.items():
                    with _open(browser, language, width, height, storage_state=cookies) as context:
                        _take_all(context.new_page(), address, folder, f"{language}_{size}")
            browser.close()
    print(*sorted(folder.glob("*.png")), sep="\n")
    return 0


@contextlib.contextmanager
def running_studio(scratch: Path) -> Iterator[tuple[str, str]]:
    """A studio on a free port: its address and its password."""
    port, password = _free_port(), secrets.token_urlsafe(12)
    environ = {
        **os.environ,
        "BOOTH_TRAINING__STUDIO__PASSWORD": password,
        "BOOTH_TRAINING__PUBLISHING__GENERATORS": "http://generator.example",
        "BOOTH_TRAINING__PUBLISHING__TOKEN": secrets.token_urlsafe(24),
        "BOOTH_TRAINING__LOGS__LEVEL": "WARNING",
    }
    words = ["-m", "lora_training", "studio", "--port", str(port), "--data", str(scratch / "studio")]
    with subprocess.Popen([sys.executable, *words], env=environ) as studio:
        try:
            _wait_until_ready(port)
            yield f"http://127.0.0.1:{port}", password
        finally:
            studio.terminate()


@contextlib.contextmanager
def _open(browser: Browser, language: str, width: int, height: int, **options: object) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2,
        locale=language,
        **options,  # type: ignore[arg-type]
    )
    yield context
    context.close()


@contextlib.contextmanager
def _sign_in(browser: Browser, address: str, password: str, folder: Path) -> Iterator[BrowserContext]:
    with _open(browser, "ko", *SIZES["desk"]) as context:
        page = context.new_page()
        page.goto(address)
        page.screenshot(path=folder / "ko_desk_0_sign_in.png")
        page.fill("#password", password)
        page.click("main button")
        page.screenshot(path=folder / "ko_desk_0_empty.png")
        yield context


def _teach(page: Page, address: str, pictures: list[Path]) -> None:
    """What staff do: name the style, bring its pictures, have them checked, have it learnt."""
    page.set_default_timeout(WORK_WITHIN_MS)
    page.goto(f"{address}/new")
    for name, words in FIELDS.items():
        page.fill(f"#{name}", words)
    page.check("input[value=LicenseRef-permission]")
    page.click("main button.strong")
    page.set_input_files("#pictures", [str(picture) for picture in pictures])
    page.click("form.drop button")
    page.click(f"form[action='{STYLE}/prepare'] button")
    page.wait_for_selector("#prepared")
    page.goto(f"{address}{STYLE}/training")
    page.click("main button.strong")
    page.wait_for_selector(f"a[href='{STYLE}/compare'].strong")


def _take_all(page: Page, address: str, folder: Path, name: str) -> None:
    addresses = {"1_list": "/", "2_new": "/new"}
    addresses |= {f"{number}_{step}": f"{STYLE}/{step}" for number, step in enumerate(STEPS, 3)}
    for what, path in addresses.items():
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
        page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        page.screenshot(path=folder / f"{name}_{what}.png", full_page=True)


def _paint(folder: Path) -> Iterator[Path]:
    """Two landscapes for each description, as files of the pictures that staff scanned."""
    for number, text in enumerate(DESCRIPTIONS * 2, 1):
        pixels = painter.paint_scene(painter.read_scene(text).scene, width=576, height=768, seed=number)
        file = folder / f"족자 {number:02}.jpg"
        cv2.imwrite(str(file), pixels[:, :, ::-1])
        yield file


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(port: int) -> None:
    ends_at = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"the studio did not become ready within {READY_WITHIN_S} s")


if __name__ == "__main__":
    sys.exit(main())
