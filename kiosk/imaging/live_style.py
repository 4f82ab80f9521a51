"""The painter's live twin for a style: one of its own, colours learnt from its sample, or the style's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from kiosk.flow.visit import Style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from painter.live import LivePainter, Lut

MIN_RESEMBLANCE = 0.7
"""Correlation of lightness below which a sample is not taken for a picture of the painter's portrait."""
_FORM_SIZE = (24, 32)
LUT_SIDE = 17


def build_live_painter(style: Style) -> LivePainter | None:
    """The live painter of a style; None when nothing tells how the style looks. Takes up to some seconds: the painter's
    compiled loops are loaded."""
    from painter.live import LivePainter, list_live_styles

    if style.style_id in list_live_styles():
        return LivePainter(style.style_id)
    # The sample shows what becomes of a person before a backdrop; the style's table knows of colours alone.
    lut = learn_from_sample(style.sample) or read_live_lut(style.live_lut)
    return None if lut is None else LivePainter(lut)


def read_live_lut(table: bytes) -> Lut | None:
    """The table that came with the style; None for a style without one."""
    from painter.live import Lut

    if not table:
        return None
    levels = np.frombuffer(table, np.uint8).reshape(LUT_SIDE, LUT_SIDE, LUT_SIDE, 3)
    return Lut(levels.astype(np.float32) / np.float32(255.0))


def warm_up() -> None:
    """Load the compiled loops of every live twin, or compile them once, before a visitor waits for them. Seconds."""
    from painter.live import LivePainter, list_live_styles

    frame = np.random.default_rng(0).integers(0, 255, (128, 96, 3), dtype=np.uint8)
    for style_id in list_live_styles():
        LivePainter(style_id).paint(frame)


def learn_from_sample(sample: bytes) -> Lut | None:
    """The table that turns the painter's portrait into its sample (an image file); None when the sample shows
    something else or cannot be read."""
    import painter
    from painter.live import learn_lut

    decoded = cv2.imdecode(np.frombuffer(sample, np.uint8), cv2.IMREAD_COLOR) if sample else None
    if decoded is None:
        return None
    after = np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    size = (after.shape[1], after.shape[0])
    before = np.asarray(cv2.resize(painter.sample_portrait(), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if min(size) < painter.MIN_SIDE_PX or measure_resemblance(before, after) < MIN_RESEMBLANCE:
        return None
    return learn_lut(before, after)


def measure_resemblance(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Correlation -1..1 of the large forms in the middle of two RGB pictures, where no painted border is; 0 when one of
    them is flat."""
    forms = [_reduce(picture) for picture in (first, second)]
    if min(form.std() for form in forms) < 1.0:
        return 0.0
    return cast(float, np.corrcoef(forms[0].ravel(), forms[1].ravel())[0, 1])


def _reduce(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = cv2.resize(picture, _FORM_SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.float64)[4:-4, 3:-3]
