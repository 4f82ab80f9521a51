"""What the tests ask of the tiny model through the widespread client."""

from __future__ import annotations

from typing import Any

import numpy as np
import webuiapi
from PIL import Image

SIDE_PX = 64
NETS = ("first", "second", "third")


def small(**fields: Any) -> dict[str, Any]:
    """The fields of a small, reproducible request."""
    return {"prompt": "a warm portrait", "seed": 5, "width": SIDE_PX, "height": SIDE_PX, **fields}


def differ(first: Image.Image, second: Image.Image) -> bool:
    """True when two pictures are not the same to the last bit."""
    return not np.array_equal(np.asarray(first), np.asarray(second))


def make_units(photo: Image.Image, **fields: Any) -> list[webuiapi.ControlNetUnit]:
    """Three units with ready-made control images, each another one."""
    images = (photo, photo.rotate(90), photo.rotate(180))
    return [
        webuiapi.ControlNetUnit(image=image, module="none", model=name, **fields)
        for name, image in zip(NETS, images, strict=True)
    ]


def read_parameters(api: webuiapi.WebUIApi, result: webuiapi.WebUIApiResult) -> dict[str, str]:
    """What the server reads in the text of a made picture."""
    return dict(api.png_info(result.image).json["parameters"])
