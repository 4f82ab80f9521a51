"""Style packs written for a test."""

from __future__ import annotations

from pathlib import Path

MANIFEST = """
format = 1
style_id = "{style_id}"
revision = 3
position = {position}
name = {{ko = "수채화", en = "Watercolour"}}
description = {{ko = "맑은 물감", en = "Clear washes"}}

[painter]
style = "{painter}"
strength = 0.8

[source]
author = "A. Painter"
licence = "CC0-1.0"
training_data = "None."
"""


def write_pack(
    folder: Path, style_id: str = "calm", *, painter: str = "watercolour", position: int = 100, text: str | None = None
) -> Path:
    """A pack that can be served, or one whose manifest is `text`; returns its manifest."""
    manifest = folder / style_id / "style.toml"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    whole = MANIFEST.format(style_id=style_id, painter=painter, position=position)
    manifest.write_text(whole if text is None else text, encoding="utf-8")
    return manifest
