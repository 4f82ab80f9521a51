"""Pictures in JSON: base64 in, decoded by the safe intake; PNG with infotext out."""

from __future__ import annotations

import base64
import binascii
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.exceptions import HTTPException

from boothkit.images import ImageIntake
from generator_server.engines.protocol import Pixels
from generator_server.errors import CannotGenerateError

# Level 3 halves the time of the usual 6 for a few per cent of size.
_PNG_LEVEL = 3


def read_base64(text: str) -> bytes:
    """The bytes of a base64 text, with or without a data: prefix. An address is never fetched."""
    if text[:8].lower().startswith(("http:", "https:", "file:", "ftp:")):
        raise HTTPException(422, "Addresses are not fetched; send the picture itself as base64.")
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HTTPException(422, "Invalid encoded image") from error


def read_image(text: str, intake: ImageIntake) -> Pixels:
    """The upright pixels of a base64 picture. Raises HTTPException or one of the intake's errors."""
    return intake.decode(read_base64(text))


def read_picture(text: str, intake: ImageIntake) -> Pixels:
    """As `read_image`, for endpoints of our own: what is no picture at all is CannotGenerateError there."""
    try:
        return read_image(text, intake)
    except HTTPException as error:
        raise CannotGenerateError(reason=str(error.detail)) from error


def read_mask(text: str, intake: ImageIntake) -> NDArray[np.uint8]:
    """A base64 mask as (H, W), 0-255: the mean of its colours."""
    return np.asarray(read_image(text, intake).mean(axis=2), dtype=np.uint8)


def encode_png(pixels: Pixels, infotext: str | None = None) -> str:
    """`pixels` as base64 PNG with `infotext` in its `parameters` chunk."""
    texts = PngInfo()
    if infotext is not None:
        texts.add_text("parameters", infotext)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=_PNG_LEVEL, pnginfo=texts)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
