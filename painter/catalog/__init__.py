"""The styles that exist, with what can be set and where each comes from.

One module per style, apart from the code that paints it: reading the catalogue compiles nothing.
"""

from painter.catalog import (
    cel,
    colour_pencil,
    ink_wash,
    oil,
    pastel,
    pencil,
    riso_print,
    sepia,
    stained_glass,
    watercolour,
    woodcut,
)
from painter.catalog.info import ParameterInfo, StyleInfo
from painter.errors import UnknownStyleError

__all__ = ["ParameterInfo", "StyleInfo", "get_style", "list_styles"]

_STYLES = (
    watercolour.INFO,
    oil.INFO,
    ink_wash.INFO,
    pastel.INFO,
    pencil.INFO,
    colour_pencil.INFO,
    cel.INFO,
    woodcut.INFO,
    stained_glass.INFO,
    sepia.INFO,
    riso_print.INFO,
)


def list_styles() -> tuple[StyleInfo, ...]:
    """All styles, the flagship first."""
    return _STYLES


def get_style(style_id: str) -> StyleInfo:
    """The style with this id; raises UnknownStyleError."""
    for style in _STYLES:
        if style.style_id == style_id:
            return style
    raise UnknownStyleError(style_id, tuple(style.style_id for style in _STYLES))
