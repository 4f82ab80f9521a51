"""Painting a scene: the one way in."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from painter.catalog import get_style
from painter.errors import InvalidParameterError
from painter.painting import paint
from painter.progress import Progress
from painter.scenery.scene import Scene

if TYPE_CHECKING:
    from painter.arrays import Photo

MIN_SCENE_PX, MAX_SCENE_PX = 64, 2048

_SEEDS = 2**64
_STYLE_SHARE = 0.5
"""Of the work, when the scene is painted over in a style."""


def paint_scene(
    scene: Scene,
    *,
    width: int,
    height: int,
    seed: int = 0,
    style: str | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Photo:
    """Paint a landscape (height, width, 3; uint8 RGB; sides 64-2048 px).

    Without a `style` it keeps its own look, opaque colour on paper; with one (see `list_styles`) it is painted over in
    that style. Another `seed` is another landscape of the same words. `on_progress` hears growing fractions up to 1; an
    exception from it ends the painting and passes through. The same arguments give the same picture. Safe to call from
    several threads.

    Raises UnknownStyleError, InvalidParameterError.
    """
    _check_side("width", width)
    _check_side("height", height)
    if style is not None:
        get_style(style)
    progress = Progress(on_progress)
    progress.reach(0.01)
    share = 1.0 if style is None else 1.0 - _STYLE_SHARE
    landscape = _paint_landscape(scene, int(width), int(height), seed % _SEEDS, progress, share)
    if style is None:
        progress.reach(1.0)
        return landscape
    return paint(landscape, style=style, seed=seed, on_progress=lambda done: progress.reach(share + (1 - share) * done))


def _check_side(name: str, value: Any) -> None:
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or not MIN_SCENE_PX <= int(value) <= MAX_SCENE_PX:
        raise InvalidParameterError(
            f"{name} is a whole number of pixels from {MIN_SCENE_PX} to {MAX_SCENE_PX}, not {value!r}."
        )


def _paint_landscape(scene: Scene, width: int, height: int, seed: int, progress: Progress, share: float) -> Photo:
    import numpy as np

    from painter.scenery.air import fill_air, let_birds_fly
    from painter.scenery.clouds import paint_clouds
    from painter.scenery.easel import set_up_easel
    from painter.scenery.finish import finish_painting
    from painter.scenery.lanterns import light_lanterns
    from painter.scenery.places import COMPOSERS, HORIZONS
    from painter.scenery.sky import paint_sky

    easel = set_up_easel(scene, width=width, height=height, seed=seed, horizon=HORIZONS[scene.place])
    paint_sky(easel)
    paint_clouds(easel)
    progress.reach(0.25 * share)
    water = COMPOSERS[scene.place](easel)
    progress.reach(0.75 * share)
    let_birds_fly(easel)
    light_lanterns(easel, water)
    fill_air(easel)
    progress.reach(0.85 * share)
    return np.asarray(finish_painting(easel) * 255.0 + 0.5, dtype=np.uint8)
