"""Why a visitor could not be cut out."""

from __future__ import annotations

from painter.errors import PainterError


class InvalidReferenceError(PainterError):
    """The frames of the empty booth cannot serve as a reference."""


class CutOutError(PainterError):
    """No believable matte of a person can be made from this photo."""
