"""Why a clip could not be painted."""

from __future__ import annotations

from painter.errors import PainterError


class ClipError(PainterError):
    """The source is no clip, is broken or too long, or the target cannot be written."""


class ClipProgramError(ClipError):
    """ffmpeg is missing, failed or hung; the message carries the end of what it said."""
