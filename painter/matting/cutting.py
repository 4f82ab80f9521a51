"""The two ways of cutting a person out, with their limits."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.arrays import Photo
from painter.canvas import REFERENCE_PX
from painter.matting.alpha import Outline, solve_edge
from painter.matting.behind import align_booth, guess_behind, look_behind
from painter.matting.errors import CutOutError, InvalidReferenceError
from painter.matting.fallback import guess_person
from painter.matting.records import Matte, Reference
from painter.matting.segment import find_person
from painter.matting.sizes import enlarge_mask
from painter.progress import Progress

MIN_SHARE, MAX_SHARE = 0.03, 0.85
"""Of the photo that a person covers."""
INNER_PX, OUTER_PX = 6, 9
"""Band around the outline, in pixels of a 768x1024 photo, in which the fine matte is solved."""
ROUGH_BAND_PX = 7
SMEAR_PX = 2
"""Chroma is packed at half size."""
MIN_BAND_PX = 4
"""The outline is drawn at half size and is off by as many pixels in any photo."""


def cut_out_by_reference(photo: Photo, reference: Reference, progress: Progress) -> Matte:
    """Cut out what was not in the empty booth."""
    if photo.shape[:2] != reference.shape:
        height, width = reference.shape
        raise InvalidReferenceError(
            f"The reference is for photos of {width}x{height} pixels, this one has {photo.shape[1]}x{photo.shape[0]}."
        )
    booth = align_booth(photo, reference)
    progress.reach(0.3)
    found = find_person(booth.photo, booth.lit, booth.noise)
    _check_share(found.person)
    progress.reach(0.5)
    masks = (found.person, found.solid, found.fringe, found.loose)
    person, solid, fringe, loose = (enlarge_mask(mask, photo.shape) for mask in masks)
    outline = Outline(_trim(person, loose), solid, fringe, loose)
    around = look_behind(photo, reference, booth, found)
    progress.reach(0.7)
    alpha, colours = solve_edge(
        photo, outline, around, inner_px=_scale(INNER_PX, photo), outer_px=_scale(OUTER_PX, photo)
    )
    return Matte(alpha, colours, "reference")


def cut_out_by_face(photo: Photo, progress: Progress) -> Matte:
    """Cut out the people whose faces are found, with no knowledge of what is behind them."""
    person = guess_person(photo)
    if person is None:
        raise CutOutError("Without a reference of the empty booth a face is needed to start from, and none was found.")
    _check_share(person)
    progress.reach(0.6)
    mask = enlarge_mask(person, photo.shape)
    nothing = np.zeros_like(mask)
    reach = _scale(ROUGH_BAND_PX, photo)
    around = guess_behind(photo, mask, reach)
    alpha, colours = solve_edge(photo, Outline(mask, mask, nothing, nothing), around, inner_px=reach, outer_px=reach)
    return Matte(alpha, colours, "face")


def _trim(person: NDArray[np.uint8], loose: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The outline without the rim in which packing smears the person's colour over the backdrop; hairs are kept."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * SMEAR_PX + 1,) * 2)
    trimmed = cv2.erode(person, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.where(loose > 0, person, trimmed), dtype=np.uint8)


def _scale(length_px: int, photo: Photo) -> int:
    """A length of a 768x1024 photo in pixels of this one."""
    return max(MIN_BAND_PX, round(length_px * float(np.sqrt(photo.shape[0] * photo.shape[1] / REFERENCE_PX))))


def _check_share(person: NDArray[np.bool_]) -> None:
    share = float(person.mean())
    if share < MIN_SHARE:
        raise CutOutError(f"Nobody is in front of the backdrop: only {100 * share:.1f} % of the photo is a person.")
    if share > MAX_SHARE:
        raise CutOutError(
            f"{100 * share:.0f} % of the photo would be cut out: the booth's light or camera has changed since the "
            "empty booth was learnt, or the person is too near."
        )
