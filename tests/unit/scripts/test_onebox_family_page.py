"""The family page read like a browser would, against a small site with the same manners."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from scripts.onebox.family_page import FamilyPage, FamilyPageError, PageReader
from scripts.onebox.memory_files import MemoryFiles

MEMORY = "01938f6e-0000-7000-8000-000000000001"
PICTURE = b"\x89PNG picture"
PIN_FORM = """
<form method="get" action="/"><input name="lang" value="ko"></form>
<form method="post"><input type="hidden" name="csrf" value="c1"><input name="pin" type="password"></form>
"""


class FamilySite(http.server.BaseHTTPRequestHandler):
    """Invitation /i/good with PIN 1234; the stream shows one memory."""

    def do_GET(self) -> None:
        is_family = self.headers.get("Cookie") == "family=yes"
        if self.path == "/i/good":
            self.answer(200, PIN_FORM)
        elif self.path == "/i/plain":
            self.answer(200, "<p>nothing to fill in</p>")
        elif self.path == "/m/1" and is_family:
            self.answer(200, f'<a href="/m/1/memory/{MEMORY}">편지</a> <a href="/m/1/memory/not-an-id">x</a>')
        elif self.path == f"/m/1/memory/{MEMORY}" and is_family:
            images = "".join(f'<img src="/media/{MEMORY}/{kind}">' for kind in ("picture_small", "picture?v=1"))
            self.answer(200, f'{images}<a href="/media/other/original">x</a>')
        elif self.path == f"/media/{MEMORY}/picture?v=1" and is_family:
            self.answer(200, PICTURE.decode("latin-1"), media_type="image/png; x=1")
        else:
            self.answer(404, "")

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if fields == {"csrf": ["c1"], "pin": ["1234"]}:
            self.send_response(303)
            self.send_header("Location", "/m/1")
            self.send_header("Set-Cookie", "family=yes; Path=/")
            self.end_headers()
        else:
            self.answer(200, PIN_FORM)

    def answer(self, status: int, body: str, media_type: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(body.encode("utf-8" if media_type == "text/html" else "latin-1"))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), FamilySite) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_page_opens_with_link_and_pin(site: str) -> None:
    page = FamilyPage(f"{site}/i/good", "1234")
    page.open()
    assert page.url == f"{site}/m/1"
    assert page.list_memory_ids() == {MEMORY}
    page.close()


def test_the_files_of_a_memory_are_fetched_by_kind(site: str, tmp_path: Path) -> None:
    page = FamilyPage(f"{site}/i/good", "1234")
    page.open()
    files = page.read_memory(MEMORY)
    assert list(files) == ["picture"]
    assert (files["picture"].media_type, files["picture"].content) == ("image/png", PICTURE)
    saved = MemoryFiles(files).save(tmp_path / "visit")
    assert saved == {"picture": tmp_path / "visit" / "picture.png"}
    assert saved["picture"].read_bytes() == PICTURE
    with pytest.raises(FamilyPageError, match="no original"):
        MemoryFiles(files).hash_of("original")
    page.close()


@pytest.mark.parametrize(
    ("path", "pin", "reason"),
    [
        ("/i/good", "0000", "PIN was not accepted"),
        ("/i/plain", "1234", "no form for the PIN"),
        ("/i/none", "1234", "answered 404"),
    ],
)
def test_a_page_that_does_not_open_says_why(site: str, path: str, pin: str, reason: str) -> None:
    page = FamilyPage(site + path, pin)
    with pytest.raises(FamilyPageError, match=reason):
        page.open()
    page.close()


def test_a_site_that_is_down_is_told() -> None:
    page = FamilyPage("http://127.0.0.1:1/i/good", "1234")
    with pytest.raises(FamilyPageError, match="127"):
        page.open()
    page.close()


def test_fields_belong_to_the_form_around_them() -> None:
    forms = PageReader('<input name="lost"><form action="/a"><input name="x" value="1"></form><form method=POST>').forms
    assert [(form.action, form.method, form.fields) for form in forms] == [("/a", "get", {"x": "1"}), ("", "post", {})]
