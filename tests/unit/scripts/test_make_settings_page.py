"""The settings page says of each setting what the model says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr

from boothkit.settings import SettingsGroup
from scripts import make_settings_page
from scripts.make_settings_page import ROOT, main, render_section


class Inner(SettingsGroup):
    """A group."""

    port: int = Field(8600, ge=1, le=65535, description="Port.")
    ratio: float = Field(0.5, gt=0, lt=1, description="A | B.")
    kind: Literal["index", "file"] = Field("index", description="Kind.")
    token: SecretStr | None = Field(None, description="Token.")
    names: tuple[str, ...] = Field(("a", "b"), description="Names.")
    folder: Path = Field(ROOT / "styles", description="Folder.")
    needed: str = Field(description="Needed.")


class Outer(SettingsGroup):
    """A program's settings."""

    inner: Inner


@pytest.mark.parametrize(
    "row",
    [
        "| `inner.port` | `8600` | ≥ 1, ≤ 65535 | Port. |",
        "| `inner.ratio` | `0.5` | > 0, < 1 | A \\| B. |",
        '| `inner.kind` | `"index"` | `"index"`, `"file"` | Kind. |',
        "| `inner.token` | not set |  | Token. |",
        '| `inner.names` | `["a", "b"]` |  | Names. |',
        '| `inner.folder` | `"styles"` |  | Folder. |',
        "| `inner.needed` | required |  | Needed. |",
    ],
)
def test_a_row_says_default_bounds_and_meaning(row: str) -> None:
    assert row in render_section("part", Outer).splitlines()


def test_an_old_page_is_noticed_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "settings.md"
    monkeypatch.setattr(make_settings_page, "PAGE", page)
    monkeypatch.setattr(make_settings_page, "MODELS", {"part": f"{__name__}:Outer"})
    assert main(["--check"]) == 1
    assert "is out of date" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert "inner.port" in page.read_text()
