"""Style packs that carry pictures to paint after, and no rule of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import painter

ATLAS, EXEMPLAR = "atlas", "exemplar"
LEARNT = (ATLAS, EXEMPLAR)
EXEMPLAR_NAME = "exemplar.png"
ATLAS_PAGE = f"{ATLAS}/atlas.json"


def read_exemplar(folder: Path) -> NDArray[np.uint8]:
    """(H, W, 3) RGB 0-255: the one picture of an exemplar pack. Raises OSError when it cannot be read."""
    from PIL import Image

    with Image.open(folder / EXEMPLAR_NAME, formats=("PNG",)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


def save_exemplar(picture: NDArray[np.uint8], folder: Path) -> None:
    """Put the picture of an exemplar pack into its folder."""
    from PIL import Image

    Image.fromarray(picture).save(folder / EXEMPLAR_NAME, "PNG")


def read_live_lut(folder: Path) -> bytes | None:
    """The atlas's table of colours for a live picture: 17 x 17 x 17 x 3 bytes, RGB 0-255 by red, green and blue.

    None for a pack without an atlas, or with one that cannot be read.
    """
    if not (folder / ATLAS_PAGE).is_file():
        return None
    try:
        table = painter.Atlas.load(folder / ATLAS).lut
    except painter.InvalidAtlasError:
        return None
    levels: NDArray[np.uint8] = np.rint(np.clip(table, 0.0, 1.0) * 255.0).astype(np.uint8)
    return levels.tobytes()


def find_missing_file(folder: Path, style: str) -> str | None:
    """The file that a learnt style's pack should hold and does not; None when it is there."""
    wanted = {ATLAS: ATLAS_PAGE, EXEMPLAR: EXEMPLAR_NAME}[style]
    return None if (folder / wanted).is_file() else wanted
