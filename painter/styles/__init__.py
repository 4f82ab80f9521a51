"""One module per style, each named like its style and with a `paint_style` that turns a canvas into a painting."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from painter.canvas import Canvas, Painting

PaintStyle: TypeAlias = "Callable[[Canvas, Mapping[str, float]], Painting]"


def load_style(style_id: str) -> PaintStyle:
    """The function behind a style id of the catalogue. Only this style's kernels are loaded."""
    paint_style: PaintStyle = importlib.import_module(f"painter.styles.{style_id}").paint_style
    return paint_style
