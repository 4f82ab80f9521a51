"""A learnt style as files: JPEG pictures, one numpy archive without pickled objects, one JSON page.

The JSON page is written last and removed first, so a folder that has one is complete.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from painter.analogy.colour import LIVE_GRID
from painter.atlas.errors import InvalidAtlasError
from painter.atlas.index import CELLS
from painter.atlas.learn import MAX_PICTURES
from painter.atlas.notes import get_note
from painter.atlas.record import Atlas

FORMAT, VERSION = "painter-atlas", 1
PAGE, ARRAYS, PICTURES = "atlas.json", "atlas.npz", "exemplars"
MAX_FILE_BYTES = 4_000_000
HEX_COLOUR = re.compile(r"#[0-9a-f]{6}")


def write_atlas(atlas: Atlas, folder: Path) -> None:
    """Write `folder` anew; what an older atlas left there goes."""
    pictures = folder / PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).unlink(missing_ok=True)
    for old in pictures.glob("*.jpg"):
        old.unlink()
    for number, content in enumerate(atlas.exemplars):
        _name_picture(folder, number).write_bytes(content)
    np.savez(folder / ARRAYS, histograms=atlas.histograms, lut=atlas.lut)
    page = {
        "format": FORMAT,
        "version": VERSION,
        "palette": list(atlas.palette),
        "notes": [note.code for note in atlas.notes],
        "arrays_sha256": _hash((folder / ARRAYS).read_bytes()),
        "exemplars_sha256": [_hash(content) for content in atlas.exemplars],
    }
    draft = folder / f"{PAGE}.part"
    draft.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / PAGE)


def read_atlas(folder: Path) -> Atlas:
    """Read and check everything; raises InvalidAtlasError with a sentence that says what is wrong."""
    page = _read_page(folder)
    hashes = page["exemplars_sha256"]
    exemplars = tuple(_read_file(_name_picture(folder, number), wanted) for number, wanted in enumerate(hashes))
    _read_file(folder / ARRAYS, page["arrays_sha256"])
    histograms = _read_array(folder, "histograms", (len(exemplars), CELLS))
    lut = _read_array(folder, "lut", (LIVE_GRID, LIVE_GRID, LIVE_GRID, 3))
    notes = tuple(get_note(code) for code in page["notes"])
    return Atlas(exemplars, histograms, tuple(page["palette"]), lut, notes)


def _name_picture(folder: Path, number: int) -> Path:
    return folder / PICTURES / f"{number:03d}.jpg"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_page(folder: Path) -> dict[str, Any]:
    try:
        page = json.loads((folder / PAGE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidAtlasError(f"{folder} holds no readable {PAGE}.") from error
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise InvalidAtlasError(f"{folder / PAGE} does not describe an atlas.")
    if page.get("version") != VERSION:
        raise InvalidAtlasError(f"{folder / PAGE} has version {page.get('version')!r}; this program reads {VERSION}.")
    texts = ("palette", "notes", "exemplars_sha256")
    if not all(_is_text_list(page.get(name)) for name in texts) or not isinstance(page.get("arrays_sha256"), str):
        raise InvalidAtlasError(f"{folder / PAGE} is incomplete.")
    if not 1 <= len(page["exemplars_sha256"]) <= MAX_PICTURES:
        raise InvalidAtlasError(f"An atlas holds 1 to {MAX_PICTURES} pictures.")
    if not all(HEX_COLOUR.fullmatch(colour) for colour in page["palette"]):
        raise InvalidAtlasError(f"The palette in {folder / PAGE} holds what is no colour.")
    return page


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _read_file(path: Path, wanted_sha256: str) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidAtlasError(f"{path} is too large.")
        content = path.read_bytes()
    except OSError as error:
        raise InvalidAtlasError(f"{path} cannot be read.") from error
    if _hash(content) != wanted_sha256:
        raise InvalidAtlasError(f"{path} is not the file that was saved.")
    return content


def _read_array(folder: Path, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as archive:
            array: NDArray[np.float32] = archive[name]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InvalidAtlasError(f"{folder / ARRAYS} holds no readable {name}.") from error
    if array.dtype != np.float32 or array.shape != shape or not bool(np.isfinite(array).all()):
        raise InvalidAtlasError(f"{name} in {folder / ARRAYS} has the wrong shape, type or values.")
    return array
