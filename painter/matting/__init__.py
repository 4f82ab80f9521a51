"""Cutting the visitor out of the booth and putting them before another backdrop.

Importing this loads neither OpenCV nor the compiled loops; the first call does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from painter.matting.errors import CutOutError, InvalidReferenceError
from painter.matting.records import Matte, Reference

if TYPE_CHECKING:
    from painter.arrays import Photo

__all__ = [
    "CutOutError",
    "InvalidReferenceError",
    "Matte",
    "Reference",
    "compose",
    "cut_out",
    "learn_reference",
    "warm_up",
]


def learn_reference(frames: Sequence[Photo]) -> Reference:
    """Learn the empty booth from 5 to 60 photos of one size: camera fixed, exposure and white balance locked.

    Raises InvalidReferenceError when there are too few or too many, when sizes differ, or when something moved in them
    (a person, the camera, the light); InvalidPhotoError.
    """
    from painter.matting.reference import build_reference

    return build_reference(frames)


def cut_out(
    photo: Photo, reference: Reference | None = None, *, on_progress: Callable[[float], None] | None = None
) -> Matte:
    """Cut the people out of a photo (H, W, 3; uint8 RGB).

    With a `reference` of the same size the edge is exact to single hairs. Without one the largest face is the seed of
    a rougher cut (`Matte.is_rough`). `on_progress` hears growing fractions up to 1; an exception from it ends the work.
    The same arguments give the same matte.

    Raises CutOutError when nobody, or almost nothing but a person, would be left, or when there is neither a reference
    nor a face; InvalidReferenceError when the reference has another size; InvalidPhotoError.
    """
    from painter.matting.cutting import cut_out_by_face, cut_out_by_reference
    from painter.painting import check_photo
    from painter.progress import Progress

    check_photo(photo)
    progress = Progress(on_progress)
    progress.reach(0.01)
    matte = cut_out_by_face(photo, progress) if reference is None else cut_out_by_reference(photo, reference, progress)
    progress.reach(1.0)
    return matte


def compose(matte: Matte, backdrop: Photo, *, light_match: float = 0.5, shadow: float = 0.25, seed: int = 0) -> Photo:
    """Put a cut-out person before a backdrop (any size from 64 px; it is enlarged and cropped to cover the frame).

    `light_match` (0-1) moves the person's exposure and white balance towards the backdrop's, skin less than clothes;
    `shadow` (0-1) is the soft shadow on the backdrop. `seed` chooses the faint grain that binds the two.
    Raises InvalidPhotoError, InvalidParameterError.
    """
    from painter.matting.composite import compose_picture
    from painter.painting import check_photo

    check_photo(backdrop)
    return compose_picture(matte, backdrop, light_match=light_match, shadow=shadow, seed=seed)


def warm_up() -> None:
    """Compile (or load from numba's cache) the loops of the fine matte."""
    import numpy as np

    from painter.matting.alpha import Outline, Surroundings, solve_edge

    photo = np.full((64, 64, 3), 90, dtype=np.uint8)
    photo[16:48, 16:48] = 200
    mask = (photo[..., 0] > 100).astype(np.uint8)
    nothing = np.zeros_like(mask)
    behind = np.full((64, 64, 3), 90, dtype=np.float32)
    solve_edge(
        photo, Outline(mask, mask, nothing, nothing), Surroundings(behind, np.ones_like(behind)), inner_px=3, outer_px=3
    )
