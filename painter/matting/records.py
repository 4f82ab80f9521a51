"""What is learnt of the booth, and what is cut out of a photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from painter.matting.errors import InvalidReferenceError

if TYPE_CHECKING:
    from painter.arrays import Photo, Picture, Plane

_FORMAT = 1


@dataclass(frozen=True)
class Reference:
    """The empty booth as its camera sees it."""

    background: Picture  # (H, W, 3) RGB 0-255
    noise: Picture  # (h, w, 3) standard deviation in levels, at a quarter of the size

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the photos it is for."""
        return self.background.shape[0], self.background.shape[1]

    def save(self, path: Path) -> None:
        """Write it as .npz without pickled objects; half precision is finer than one level."""
        import numpy as np

        arrays = {"background": self.background.astype(np.float16), "noise": self.noise.astype(np.float16)}
        with path.open("wb") as file:
            np.savez_compressed(file, format=np.int64(_FORMAT), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Reference:
        """Read what `save` wrote; raises InvalidReferenceError when the file is anything else."""
        import zipfile

        import numpy as np

        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                found = int(file["format"])
                background, noise = (file[name].astype(np.float32) for name in ("background", "noise"))
        except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            raise InvalidReferenceError(f"{path.name} is not a reference of an empty booth.") from error
        quarter = tuple(side // 4 for side in background.shape[:2])
        if found != _FORMAT or background.shape[2:] != (3,) or noise.shape != (*quarter, 3):
            raise InvalidReferenceError(f"{path.name} is not a reference of an empty booth.")
        if not bool(np.isfinite(background).all() and np.isfinite(noise).all()):
            raise InvalidReferenceError(f"{path.name} holds values that are no numbers.")
        return cls(background, noise)


@dataclass(frozen=True)
class Matte:
    """A person without the booth."""

    alpha: Plane  # (H, W) 0-1
    colours: Photo  # (H, W, 3) RGB 0-255 without the backdrop's colour; continued a little beyond the edge
    method: Literal["reference", "face"]

    @property
    def is_rough(self) -> bool:
        """Whether the edge was guessed without having seen the empty booth: hair is then a soft outline only."""
        return self.method == "face"
