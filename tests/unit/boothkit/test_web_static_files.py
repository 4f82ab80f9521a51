"""Files that pages need: found by their hash, kept for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from boothkit.errors import NotFoundError
from boothkit.web.static_files import StaticFiles


def test_files_are_found_by_their_hash_only(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p {}")
    files = StaticFiles(tmp_path)
    address = files.address("a.css")
    answer = files.respond(address.removeprefix("/static/"))
    assert answer.body == b"p {}"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    for name in ("a.css", "../a.css", ""):
        with pytest.raises(NotFoundError):
            files.respond(name)
    (tmp_path / "a.css").write_text("p { color: red }")
    assert StaticFiles(tmp_path).address("a.css") != address


def test_a_kind_of_file_that_no_page_needs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_text("")
    with pytest.raises(KeyError):
        StaticFiles(tmp_path)
