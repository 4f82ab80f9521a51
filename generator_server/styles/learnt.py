"""Style packs that carry pictures to paint after, and no rule of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ATLAS, EXEMPLAR = "atlas", "exemplar"
LEARNT = (ATLAS, EXEMPLAR)
EXEMPLAR_NAME = "exemplar.png"


def read_exemplar(folder: Path) -> NDArray[np.uint8]:
    """(H, W, 3) RGB 0-255: the one picture of an exemplar pack. Raises OSError when it cannot be read."""
    from PIL import Image

    with Image.open(folder / EXEMPLAR_NAME, formats=("PNG",)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


def save_exemplar(picture: NDArray[np.uint8], folder: Path) -> None:
    """Put the picture of an exemplar pack into its folder."""
    from PIL import Image

    Image.fromarray(picture).save(folder / EXEMPLAR_NAME, "PNG")


def find_missing_file(folder: Path, style: str) -> str | None:
    """The file that a learnt style's pack should hold and does not; None when it is there."""
    wanted = {ATLAS: f"{ATLAS}/atlas.json", EXEMPLAR: EXEMPLAR_NAME}[style]
    return None if (folder / wanted).is_file() else wanted
