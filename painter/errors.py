"""What can go wrong when a picture is asked for."""

from __future__ import annotations


class PainterError(Exception):
    """Base of every error that this library raises on purpose."""


class UnknownStyleError(PainterError):
    """The style id is not in the catalogue."""

    def __init__(self, style_id: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no style {style_id!r}; the styles are: {', '.join(known)}.")
        self.style_id = style_id


class InvalidPhotoError(PainterError):
    """The photo (or the subject matte) has the wrong type, shape or size."""


class InvalidParameterError(PainterError):
    """The strength or a style parameter is unknown or out of its range."""
