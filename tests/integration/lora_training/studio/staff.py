"""What staff do on the pages, by forms as a browser without JavaScript sends them."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path
from typing import Any

from PIL import Image

from tests.unit.lora_training.dataset.pictures import make_drawing

PASSWORD = "조용한 추모관의 긴 비밀번호"
STYLE = "hall_ink_wash"
"""What the studio makes of the English name, which a shipped style has too."""
HOME = f"/styles/{STYLE}"
TERMS = {
    "name_ko": "수묵화",
    "name_en": "Ink wash",
    "source": "홀 소장",
    "author": "김화가",
    "licence": "LicenseRef-permission",
}
_CAPTION = re.compile(r'<textarea id="c\d+" name="([^"]+)"')
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Staff:
    """A browser: anything with `get` and `post`, such as a TestClient or a requests session."""

    def __init__(self, browser: Any, base: str = "") -> None:
        self.browser = browser
        self._base = base

    def read(self, path: str, **options: Any) -> Any:
        return self.browser.get(self._base + path, **options)

    def send(self, path: str, page: str = "/new", **fields: Any) -> Any:
        """Fill in the form that `page` shows."""
        return self.browser.post(self._base + path, data={**fields, "csrf": self.find_token(page)})

    def upload(self, *pictures: tuple[str, bytes], accept: str = "text/html") -> Any:
        files = [("pictures", picture) for picture in pictures]
        data = {"csrf": self.find_token("/new"), "batch": "one"}
        path, headers = f"{self._base}{HOME}/pictures", {"Accept": accept}
        return self.browser.post(path, data=data, files=files, headers=headers)

    def find_token(self, page: str) -> str:
        found = _CSRF.search(self.read(page).text)
        assert found, page
        return found[1]

    def list_caption_fields(self) -> list[str]:
        """Names of the captions' fields, in the order of the pictures."""
        return _CAPTION.findall(self.read(f"{HOME}/captions").text)

    def sign_in(self, password: str = PASSWORD) -> Any:
        return self.send("/sign-in", "/sign-in", password=password)


def encode(seed: int, size: tuple[int, int] = (256, 256), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(make_drawing(seed, size)).save(file, form)
    return file.getvalue()


def read_job(data_dir: Path, style_id: str = STYLE) -> dict[str, Any]:
    job = json.loads((data_dir / style_id / "project.json").read_text())["job"]
    return job or {"state": "none"}


def wait_for_job(data_dir: Path, style_id: str = STYLE, within_s: float = 120) -> str:
    """How the job ended."""
    ends_at = time.monotonic() + within_s
    while (state := read_job(data_dir, style_id)["state"]) in ("queued", "running", "stopping"):
        assert time.monotonic() < ends_at, read_job(data_dir, style_id)
        time.sleep(0.1)
    return str(state)
