"""One module per style, each with a `paint_style` that turns a canvas into a painting."""

from collections.abc import Callable, Mapping

from painter.canvas import Canvas, Painting
from painter.styles import colour_pencil, ink_wash, watercolour

PAINT_STYLE: Mapping[str, Callable[[Canvas, Mapping[str, float]], Painting]] = {
    "watercolour": watercolour.paint_style,
    "ink_wash": ink_wash.paint_style,
    "colour_pencil": colour_pencil.paint_style,
}
"""The function behind each style id of the catalogue."""
