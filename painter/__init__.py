"""Pictures made from photographs without weights, network or state.

Importing this package is cheap; the compiled kernels are loaded by the first `paint` or `warm_up`.
"""

from painter.boxes import Box
from painter.catalog import ParameterInfo, StyleInfo, list_styles
from painter.errors import InvalidParameterError, InvalidPhotoError, PainterError, UnknownStyleError
from painter.painting import MAX_SIDE_PX, MIN_SIDE_PX, detect_faces, paint, warm_up
from painter.sample import sample_portrait

__all__ = [
    "MAX_SIDE_PX",
    "MIN_SIDE_PX",
    "Box",
    "InvalidParameterError",
    "InvalidPhotoError",
    "PainterError",
    "ParameterInfo",
    "StyleInfo",
    "UnknownStyleError",
    "detect_faces",
    "list_styles",
    "paint",
    "sample_portrait",
    "warm_up",
]
