"""The portrait that shows the styles, and the preparation at installation."""

from __future__ import annotations

import numpy as np

import painter
from painter.arrays import Photo
from painter.blocks import flow, palette, smooth, strokes_render, strokes_trace


def test_the_portrait_is_upright_and_well_framed(portrait: Photo) -> None:
    assert portrait.shape == (1024, 768, 3)
    assert portrait.dtype == np.uint8
    (face,) = painter.detect_faces(portrait)
    x, y = face.centre
    assert 0.4 < x / 768 < 0.6
    assert 0.15 < y / 1024 < 0.4


def test_warming_up_compiles_every_kernel() -> None:
    painter.warm_up()
    kernels = [
        *(flow._smear_plane, flow._smear_picture, smooth._smooth_rows, smooth._smooth_columns),
        *(palette._find_nearest, strokes_render.draw_band, strokes_trace._trace),
    ]
    before = [len(kernel.signatures) for kernel in kernels]
    assert all(before)
    for style in painter.list_styles():
        painter.paint(painter.sample_portrait()[:256, :256].copy(), style=style.style_id)
    assert [len(kernel.signatures) for kernel in kernels] == before
