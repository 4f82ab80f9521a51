"""The styles that every generator brings along: nothing can be published under their ids."""

from __future__ import annotations

from functools import cache


@cache
def list_shipped() -> frozenset[str]:
    """Their ids: each shipped style is one of the painter's."""
    import painter

    return frozenset(style.style_id for style in painter.list_styles())
