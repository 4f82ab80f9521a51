"""Addresses that pages link to."""

from __future__ import annotations

from memorial_service.db.tables import Memorial
from memorial_service.media.responses import VERSION_LENGTH
from memorial_service.media.schemas import LARGE, SMALL, size_of
from memorial_service.memories.schemas import ImageView


def picture_address(memory_id: str, role: str, image: ImageView, variant: str) -> str:
    """A picture in one of its variants."""
    return f"/media/{memory_id}/{role}_{variant}?v={image.sha256[:VERSION_LENGTH]}"


def media_address(memory_id: str, name: str, sha256: str) -> str:
    """A file that is served or saved as it is."""
    return f"/media/{memory_id}/{name}?v={sha256[:VERSION_LENGTH]}"


def portrait_address(memorial: Memorial) -> str:
    """The deceased's portrait."""
    return f"/m/{memorial.memorial_id}/portrait?v={(memorial.portrait_sha256 or '')[:VERSION_LENGTH]}"


def small_size(image: ImageView) -> tuple[int, int]:
    """Width and height of the small variant, in pixels."""
    return size_of(image.width, image.height, SMALL)


def large_size(image: ImageView) -> tuple[int, int]:
    """Width and height of the large variant, in pixels."""
    return size_of(image.width, image.height, LARGE)
