"""How much care goes to what is only coloured like skin."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from painter.canvas import Canvas


def trust_skin(canvas: Canvas, share: float) -> Canvas:
    """The canvas, with only a share (0-1) of the usual care where no face was found but skin may be.

    Fur and wood are coloured like skin too, and a graphic style that spares them is none.
    """
    if canvas.faces:
        return canvas
    return dataclasses.replace(canvas, face_mask=canvas.face_mask * np.float32(share))
