"""The page of style packs says of each field what the manifest's models say, and every pack here keeps to it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from generator_server.styles.manifest import Line
from scripts import make_style_pack_page
from scripts.make_style_pack_page import PAGE, main, render_page, render_table, walk_tables


class Inner(BaseModel):
    """Something inside."""

    words: Line = Field(description="Words.")


class Outer(BaseModel):
    """Something outside."""

    share: float = Field(0.5, ge=0, le=1, description="A | B.")
    kind: Literal["one", "two"] = Field("one", description="Kind.")
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page()


def test_tables_have_their_titles_in_toml() -> None:
    assert [title for title, _ in walk_tables(Outer)] == ["", "inner", "[many]"]


@pytest.mark.parametrize(
    "row", ["| `share` | `0.5` | ≥ 0, ≤ 1 | A \\| B. |", '| `kind` | `"one"` | `"one"`, `"two"` | Kind. |']
)
def test_a_row_says_default_bounds_and_meaning(row: str) -> None:
    assert row in render_table("", Outer).splitlines()


def test_texts_say_how_long_they_may_be() -> None:
    row = "| `words` | required | at least 1 letters, at most 80 letters | Words. |"
    assert row in render_table("inner", Inner).splitlines()


def test_an_old_page_is_noticed_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_style_pack_page, "PAGE", tmp_path / "style-packs.md")
    assert main(["--check"]) == 1
    assert "is out of date" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
