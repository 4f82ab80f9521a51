"""Style packs as ZIP archives, whole ones and such as nobody should take."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image

MANIFEST = """
format = 1
style_id = "{style_id}"
revision = {revision}
position = 600
name = {{ko = "할아버지 그림", en = "Grandfather's pictures"}}
description = {{ko = "따뜻한 색", en = "Warm colours"}}

{parts}

[source]
author = "A family"
licence = "LicenseRef-permission"
training_data = "Forty scanned paintings."
"""
PAINTED = '[painter]\nstyle = "watercolour"\nstrength = {strength}'
DIFFUSED = (
    '[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\nnum_inference_steps = 2\nadapter = "ink.safetensors"'
)


def write_manifest(
    style_id: str = "grandfather", revision: int = 1, *, parts: str = "", strength: float = 0.8
) -> bytes:
    """A manifest with a [painter] part, or with other parts."""
    chosen = parts or PAINTED.format(strength=strength)
    return MANIFEST.format(style_id=style_id, revision=revision, parts=chosen).encode()


def zip_files(files: Mapping[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def make_pack(
    style_id: str = "grandfather",
    revision: int = 1,
    *,
    parts: str = "",
    strength: float = 0.8,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """A pack that can be published, with more files if given."""
    manifest = write_manifest(style_id, revision, parts=parts, strength=strength)
    return zip_files({"style.toml": manifest, **(files or {})})


def make_png(colour: tuple[int, int, int] = (200, 90, 40), size: tuple[int, int] = (120, 160)) -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def make_header_only(shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    """A safetensors file of zeros."""
    entries, end = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape)) * 4
        entries[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    header = json.dumps(entries).encode()
    return len(header).to_bytes(8, "little") + header + bytes(end)
