"""Compiling the painter's kernels, or reading them from numba's cache, before somebody waits for them."""

from __future__ import annotations

from painter.catalog import list_styles
from painter.exemplar import transfer_style
from painter.painting import paint
from painter.scenery import Scene, paint_scene

_HEIGHT_PX, _WIDTH_PX = 128, 96


def warm_up() -> None:
    """What the styles need: the work of a second when the kernels are in numba's cache."""
    import numpy as np

    photo = np.random.default_rng(0).integers(0, 255, (_HEIGHT_PX, _WIDTH_PX, 3), dtype=np.uint8)
    for style in list_styles():
        paint(photo, style=style.style_id)


def warm_up_all() -> None:
    """Everything that this library compiles; to be called once at installation."""
    import numpy as np

    from painter import matting
    from painter.live import LivePainter, list_live_styles

    warm_up()
    matting.warm_up()
    photo = np.random.default_rng(1).integers(0, 255, (_HEIGHT_PX, _WIDTH_PX, 3), dtype=np.uint8)
    transfer_style(photo, photo[::-1].copy())
    paint_scene(Scene.from_dict({"place": "hill", "trees": "cherry"}), width=_WIDTH_PX, height=_HEIGHT_PX)
    for style_id in list_live_styles():
        LivePainter(style_id).paint(photo)
