"""docs/api.md is what the programs say of themselves."""

from __future__ import annotations

from scripts.make_api_page import PAGE, render_page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run: python -m scripts.make_api_page"
