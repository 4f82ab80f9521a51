"""Why a picture is refused, in words for the person who sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class ImageTooLargeError(BoothError):
    """The file has more bytes than allowed. Detail: `max_megabytes`."""

    status = 413
    code = "image_too_large"
    title: ClassVar[Mapping[str, str]] = {"ko": "너무 큰 사진 파일", "en": "Photograph file too large"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{max_megabytes} MB가 넘는 사진 파일은 받을 수 없습니다. 더 작은 파일로 보내 주세요.",
        "en": "A photograph may have at most {max_megabytes} MB. Please send a smaller file.",
    }


class TooManyPixelsError(BoothError):
    """The picture has more pixels than allowed. Detail: `max_megapixels`."""

    status = 413
    code = "too_many_pixels"
    title: ClassVar[Mapping[str, str]] = {"ko": "너무 큰 사진", "en": "Photograph too large"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{max_megapixels}메가픽셀이 넘는 사진은 받을 수 없습니다. 더 작은 사진을 보내 주세요.",
        "en": "A photograph may have at most {max_megapixels} megapixels. Please send a smaller one.",
    }


class UnsupportedImageError(BoothError):
    """Not one still picture in an allowed format."""

    status = 415
    code = "unsupported_image"
    title: ClassVar[Mapping[str, str]] = {"ko": "지원하지 않는 사진 형식", "en": "Unsupported kind of picture"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "움직이지 않는 JPEG, PNG, WebP 사진만 사용할 수 있습니다.",
        "en": "Only still photographs in JPEG, PNG or WebP can be used.",
    }


class BrokenImageError(BoothError):
    """The file cannot be decoded to its end."""

    status = 422
    code = "broken_image"
    title: ClassVar[Mapping[str, str]] = {"ko": "손상된 사진", "en": "Damaged photograph"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "사진 파일이 손상되어 읽을 수 없습니다. 다시 보내거나 다른 사진을 보내 주세요.",
        "en": "The photograph is damaged and cannot be read. Please send it again, or another one.",
    }


class ImageTooSmallError(BoothError):
    """The picture's shorter side is too short. Detail: `min_side_px`."""

    status = 422
    code = "image_too_small"
    title: ClassVar[Mapping[str, str]] = {"ko": "너무 작은 사진", "en": "Photograph too small"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "사진의 짧은 변은 {min_side_px}픽셀 이상이어야 합니다. 더 큰 사진을 보내 주세요.",
        "en": "The shorter side of a photograph needs {min_side_px} pixels. Please send a larger one.",
    }


class ImageBusyError(BoothError):
    """Every worker is busy for longer than the deadline, or intake is closed."""

    status = 503
    code = "image_intake_busy"
    title: ClassVar[Mapping[str, str]] = {"ko": "사진 처리 중", "en": "Busy with photographs"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "다른 사진을 처리하고 있습니다. 잠시 후 다시 시도해 주세요.",
        "en": "Other photographs are being handled. Please try again in a moment.",
    }
