"""Painting a photo by example: after one picture, or in a style learnt from many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from painter.errors import InvalidPhotoError
from painter.painting import check_photo, check_strength, read_matte
from painter.progress import Progress

if TYPE_CHECKING:
    from painter.arrays import Photo, Plane
    from painter.atlas import Atlas

MIN_EXEMPLAR_SIDE_PX, MAX_EXEMPLAR_SIDE_PX = 16, 8192


def transfer_style(
    photo: Photo,
    exemplar: Photo,
    *,
    strength: float = 1.0,
    seed: int = 0,
    subject: Plane | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Photo:
    """Give a photo (H, W, 3; uint8 RGB; sides 64-4096 px) the colours and the brushwork of another picture.

    `exemplar` is a picture (uint8 RGB) with sides of 16-8192 px; 600 px and more show its brushwork best. `strength`
    runs from 0 (the photo) to 1. `subject`, `seed` and `on_progress` are those of `painter.paint`. The result has the
    photo's size. Safe to call from several threads. Raises InvalidPhotoError, InvalidParameterError.
    """
    check_strength(strength)
    check_photo(photo)
    _check_exemplar(exemplar)
    matte = None if subject is None else read_matte(subject, photo.shape[:2])

    from painter.analogy import Exemplar, Look, render

    progress = Progress(on_progress)
    progress.reach(0.01)
    painting = render(
        photo, Exemplar(exemplar), look=Look(), strength=float(strength), seed=seed, subject=matte, progress=progress
    )
    progress.reach(1.0)
    return painting


def learn_atlas(pictures: Iterable[Photo], *, on_progress: Callable[[float], None] | None = None) -> Atlas:
    """Learn a style from 1 to 200 pictures (uint8 RGB, sides 64-4096 px; 20 and more are recommended).

    Pictures are taken one after the other and need not be in memory together. What staff should know about them (too
    few, too much alike, doubles, small) stands in the atlas's `notes`. Raises InvalidPhotoError.
    """
    from painter.atlas.learn import learn

    progress = Progress(on_progress)
    progress.reach(0.01)
    atlas = learn(_check_each(pictures), progress)
    progress.reach(1.0)
    return atlas


def paint_atlas(
    photo: Photo,
    atlas: Atlas,
    *,
    strength: float = 1.0,
    seed: int = 0,
    subject: Plane | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Photo:
    """Paint a photo in a learnt style, after the four of its pictures that suit it best; see `transfer_style`.

    Raises InvalidPhotoError, InvalidParameterError, InvalidAtlasError.
    """
    check_strength(strength)
    check_photo(photo)
    matte = None if subject is None else read_matte(subject, photo.shape[:2])

    from painter.analogy import render
    from painter.atlas.choose import choose_exemplars, make_sheet
    from painter.atlas.manner import LOOK

    progress = Progress(on_progress)
    progress.reach(0.01)
    sheet = make_sheet(atlas, choose_exemplars(atlas, photo))
    painting = render(photo, sheet, look=LOOK, strength=float(strength), seed=seed, subject=matte, progress=progress)
    progress.reach(1.0)
    return painting


def _check_each(pictures: Iterable[Photo]) -> Iterator[Photo]:
    for picture in pictures:
        check_photo(picture)
        yield picture


def _check_exemplar(exemplar: Any) -> None:
    import numpy as np

    if not isinstance(exemplar, np.ndarray) or exemplar.dtype != np.uint8:
        raise InvalidPhotoError("A style picture is a numpy array of type uint8.")
    if exemplar.ndim != 3 or exemplar.shape[2] != 3:
        raise InvalidPhotoError(f"A style picture has the shape (height, width, 3), not {exemplar.shape}.")
    height, width = exemplar.shape[:2]
    if min(height, width) < MIN_EXEMPLAR_SIDE_PX or max(height, width) > MAX_EXEMPLAR_SIDE_PX:
        raise InvalidPhotoError(
            f"A style picture's sides are {MIN_EXEMPLAR_SIDE_PX} to {MAX_EXEMPLAR_SIDE_PX} pixels long; "
            f"this one is {width}x{height}."
        )
