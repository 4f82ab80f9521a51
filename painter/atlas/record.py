"""The learnt style itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from painter.atlas.notes import AtlasNote

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Atlas:
    """What was learnt from a set of pictures. Arrays are never written."""

    exemplars: tuple[bytes, ...]  # JPEG files
    histograms: NDArray[np.float32]  # (N, CELLS) share of each cell of colours (see `index`); each row sums to 1
    palette: tuple[str, ...]  # "#rrggbb", the commonest colour first
    lut: NDArray[np.float32]  # (17, 17, 17, 3) RGB 0-1 by red, green, blue: the style's colours for a live preview
    notes: tuple[AtlasNote, ...]  # what staff should know about the pictures

    def save(self, folder: Path) -> None:
        """Write the style into a folder (made when missing; another atlas in it is replaced)."""
        from painter.atlas.store import write_atlas

        write_atlas(self, folder)

    @classmethod
    def load(cls, folder: Path) -> Atlas:
        """Read a style that `save` wrote. Raises InvalidAtlasError."""
        from painter.atlas.store import read_atlas

        return read_atlas(folder)
