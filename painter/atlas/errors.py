"""What can go wrong with a stored style."""

from __future__ import annotations

from painter.errors import PainterError


class InvalidAtlasError(PainterError):
    """The folder holds no atlas, a broken one, or one of another version."""
