"""Takes pictures of the family's pages as a designer looks at them: both languages, phone and desk, light and dark.

    python -m scripts.screenshots_family FOLDER

A service of its own is started on an empty folder, filled with three memories, and ended. Nothing else is touched.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import requests
from playwright.sync_api import Browser, Page, sync_playwright

import painter
from boothkit.ids import new_id

HALL = "한빛추모관"
READY_WITHIN_S = 20.0
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
STYLES = {
    "watercolour": {"ko": "수채화", "en": "Watercolour"},
    "ink_wash": {"ko": "수묵화", "en": "Ink wash"},
    "colour_pencil": {"ko": "색연필화", "en": "Coloured pencil"},
}
LETTERS = [
    {
        "sender_name": "박민준",
        "relation": "손자",
        "language": "ko",
        "captured_at": "2026-03-01T05:20:00Z",
        "letter": (
            "할머니, 저 민준이에요.\n\n"
            "어릴 때 시골집 마루에 앉아 같이 옥수수 먹던 여름이 자꾸 생각나요.\n"
            "할머니가 부채질해 주시던 그 바람이 아직도 시원합니다.\n\n"
            "이제 저도 아이가 생겼어요. 할머니가 불러 주시던 노래를 그 아이에게 불러 주고 있어요.\n"
            "걱정하지 마시고 편히 쉬세요. 늘 고맙습니다."
        ),
    },
    {
        "sender_name": "Susan Park",
        "relation": "Friend from church",
        "language": "en",
        "captured_at": "2026-02-14T02:00:00Z",
        "letter": (
            "Dear Young-hee,\n\nYou taught me how to make kimchi, and you laughed at every batch I spoiled.\n"
            "I still set the table for you on Sundays.\n\nThank you for forty years."
        ),
    },
    {"sender_name": "", "relation": "", "language": "ko", "captured_at": "2026-01-20T09:10:00Z", "letter": ""},
]


@dataclass(frozen=True)
class Site:
    """A running service and the way in."""

    address: str
    memorial_id: str
    invitation: str
    pin: str
    memory_ids: list[str]


def main() -> int:
    """Take the pictures and print where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data_dir, running_site(Path(data_dir)) as site, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"))
        for language in ("ko", "en"):
            for size, (width, height) in SIZES.items():
                take(browser, site, folder, f"{language}_{size}", language, width, height, "light")
        take(browser, site, folder, "ko_phone_dark", "ko", *SIZES["phone"], "dark")
        browser.close()
    print(*sorted(folder.glob("*.png")), sep="\n")
    return 0


def take(
    browser: Browser, site: Site, folder: Path, name: str, language: str, width: int, height: int, scheme: Any
) -> None:
    """All pages once, in one language, size and colour scheme."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=2, locale=language
    )
    page = context.new_page()

    def shoot(what: str, path: str) -> None:
        page.goto(site.address + path)
        _show_everything(page)
        page.screenshot(path=folder / f"{name}_{what}.png", full_page=True)

    shoot("1_welcome", "/")
    shoot("2_invitation", site.invitation)
    page.fill("input[name=pin]", site.pin)
    page.click("form.pin button")
    shoot("3_memorial", f"/m/{site.memorial_id}")
    shoot("4_memory", f"/m/{site.memorial_id}/memory/{site.memory_ids[0]}")
    page.click("label[for=view-original]")
    _show_everything(page)
    page.screenshot(path=folder / f"{name}_5_original.png", full_page=True)
    shoot("6_unknown", "/m/nowhere")
    context.close()


def _show_everything(page: Page) -> None:
    """Pictures further down load when they come into sight; a picture of the whole page needs them all."""
    page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })")
    page.evaluate("Promise.all([...document.images].filter(image => image.offsetParent).map(image => image.decode()))")


@contextlib.contextmanager
def running_site(data_dir: Path) -> Iterator[Site]:
    """A service on a free port with a memorial and three memories."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "BOOTH_MEMORIAL__STORE__DATA_DIR": str(data_dir / "site"),
        "BOOTH_MEMORIAL__SERVER__PORT": str(port),
        "BOOTH_MEMORIAL__WEB__PUBLIC_URL": address,
        "BOOTH_MEMORIAL__LOGS__LEVEL": "WARNING",
    }
    photo = painter.sample_portrait()
    portrait = data_dir / "portrait.jpg"
    portrait.write_bytes(_encode(painter.paint(photo, style="colour_pencil", seed=7), ".jpg"))
    _run(environ, "create-hall", "--name", HALL)
    made = _run(
        environ,
        *("create-memorial", "--hall", HALL, "--code", "KIM-2026"),
        *("--deceased-name", "김영희", "--deceased-name-en", "Kim Young-hee"),
        *("--born", "1941-03-02", "--died", "2026-01-15", "--portrait", str(portrait)),
    )
    invitation = _run(environ, "invite", "--memorial", "KIM-2026", "--guest", "김정수")
    code = _run(environ, "enrolment-code", "--hall", HALL).strip()
    with subprocess.Popen(_command("serve"), env=environ) as service:
        try:
            _wait_until_ready(address)
            memory_ids = _send_memories(address, code, _field(made, "memorial_id"), photo)
            link, pin = _field(invitation, "link"), _field(invitation, "pin")
            yield Site(address, _field(made, "memorial_id"), link.removeprefix(address), pin, memory_ids)
        finally:
            service.terminate()


def _send_memories(address: str, code: str, memorial_id: str, photo: np.ndarray) -> list[str]:
    enrolled = requests.post(f"{address}/api/v1/enrolments", json={"code": code, "name": "booth"}, timeout=10).json()
    headers = {"Authorization": f"Bearer {enrolled['token']}"}
    memory_ids = []
    for number, (letter, style_id) in enumerate(zip(LETTERS, STYLES, strict=True)):
        original = photo if number != 1 else np.ascontiguousarray(photo[100:700, :, :])
        files = {"original": _encode(original, ".jpg")}
        if number < 2:
            files["picture"] = _encode(painter.paint(original, style=style_id, seed=number), ".jpg")
        if number == 0:
            files["voice"] = _make_voice()
        metadata = _describe(memorial_id, letter, files, style_id)
        memory_ids.append(new_id())
        answer = requests.put(
            f"{address}/api/v1/memories/{memory_ids[-1]}",
            headers=headers,
            files=[("metadata", (None, json.dumps(metadata), "application/json")), *_as_parts(files)],
            timeout=30,
        )
        answer.raise_for_status()
    return memory_ids


def _as_parts(files: dict[str, bytes]) -> list[tuple[str, tuple[str | None, str | bytes, str]]]:
    return [(role, (role, data, "application/octet-stream")) for role, data in files.items()]


def _describe(memorial_id: str, letter: dict[str, str], files: dict[str, bytes], style_id: str) -> dict[str, Any]:
    entries: dict[str, dict[str, Any]] = {
        role: {
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "media_type": "audio/mp4" if role == "voice" else "image/jpeg",
        }
        for role, data in files.items()
    }
    if "picture" in entries:
        made = {"style_name": STYLES[style_id], "engine": "painter", "seed": 1, "is_ai_generated": False}
        entries["picture"] |= {"style_id": style_id, **made}
    if "voice" in entries:
        entries["voice"] |= {"duration_s": 8.0, "made_by": "visitor"}
    return {
        "revision": 1,
        "memorial_id": memorial_id,
        "files": entries,
        "chosen": "picture",
        "consents": {"family_page": True},
        **letter,
    }


def _encode(pixels: np.ndarray, ending: str) -> bytes:
    return bytes(cv2.imencode(ending, pixels[:, :, ::-1])[1])


def _make_voice() -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".m4a") as file:
        tone = ["-f", "lavfi", "-i", "sine=frequency=220:duration=8"]
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *tone, "-c:a", "aac", file.name], check=True)
        return Path(file.name).read_bytes()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "boothkit.command", "memorial", *words]


def _run(environ: dict[str, str], *words: str) -> str:
    return subprocess.run(_command(*words), env=environ, check=True, capture_output=True, text=True).stdout


def _field(output: str, name: str) -> str:
    return next(line.partition(": ")[2] for line in output.splitlines() if line.startswith(f"{name}: "))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str) -> None:
    ends_at = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends_at:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}/health/ready", timeout=5).ok:
                return
        time.sleep(0.05)
    raise TimeoutError(f"{address} did not become ready within {READY_WITHIN_S} s")


if __name__ == "__main__":
    sys.exit(main())
