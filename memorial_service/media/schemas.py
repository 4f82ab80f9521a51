"""The sizes in which pictures are served, and what they are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VariantName = Literal["small", "large"]
DigitalSource = Literal["digitalCapture", "algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia"]
_TALLEST = 3


@dataclass(frozen=True)
class Variant:
    """One shown form of a picture: rebuilt from its pixels, at most `width_px` wide."""

    name: VariantName
    width_px: int
    media_type: str
    quality: int


SMALL = Variant("small", 480, "image/webp", 80)
LARGE = Variant("large", 1200, "image/webp", 82)


@dataclass(frozen=True)
class Source:
    """A stored picture. `digital_source` says in the served file how it came to be (IPTC digital source type)."""

    sha256: str
    width: int
    height: int
    digital_source: DigitalSource | None = None


@dataclass(frozen=True)
class Served:
    """A file to send: which blob, as what, and under which name when it is to be saved.

    `version` names the content for ever: pages write its start into the address so that browsers may keep the file.
    """

    sha256: str
    media_type: str
    version: str
    save_as: str | None = None


def longest_side_px(width: int, height: int, variant: Variant) -> int:
    """The longer side that a variant may have, so that it is as wide as wanted; very tall ones stay narrower."""
    ratio = min(max(width, height) / width, _TALLEST)
    return round(variant.width_px * ratio)


def size_of(width: int, height: int, variant: Variant) -> tuple[int, int]:
    """Width and height of a variant, as pages announce them before the file exists."""
    longest = longest_side_px(width, height, variant)
    if max(width, height) <= longest:
        return width, height
    scale = longest / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))
