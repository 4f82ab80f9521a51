"""What can go wrong with a model or a picture, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class ModelFileError(BoothError):
    """A model cannot be used as it lies there. Detail: `reason`, an English sentence that names the file."""

    status = 503
    code = "model_unusable"
    title: ClassVar[Mapping[str, str]] = {"ko": "모델을 쓸 수 없습니다", "en": "The model cannot be used"}
    message: ClassVar[Mapping[str, str]] = {"ko": "모델을 불러올 수 없습니다. ({reason})", "en": "{reason}"}


class SamplerNotFoundError(BoothError):
    """There is no sampler or schedule of this name. Details: `asked`, `known`. The words are the web UI's own."""

    status = 404
    code = "sampler_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "샘플러를 찾을 수 없습니다", "en": "Sampler not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "샘플러가 없습니다: {asked}. 쓸 수 있는 것: {known}.",
        "en": "Sampler not found: {asked}. There are {known}.",
    }


class BrokenPictureError(BoothError):
    """The numbers ran away: the picture would be black or noise. Detail: `reason`."""

    status = 500
    code = "broken_picture"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림이 깨졌습니다", "en": "The picture is broken"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "모델이 쓸 수 없는 그림을 만들었습니다. ({reason})",
        "en": "The model made no usable picture: {reason}",
    }


class PictureWithheldError(BoothError):
    """The safety checker found that a picture must not be shown. The same request would end the same way."""

    status = 422
    code = "picture_withheld"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림을 보여 드리지 않습니다", "en": "The picture is withheld"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "안전 검사에서 보여 드리기 어려운 그림으로 판단했습니다. 설명이나 시드를 바꾸어 다시 요청해 주세요.",
        "en": "The safety checker found that this picture should not be shown. Please change the prompt or the seed.",
    }


class DeviceFullError(BoothError):
    """The device's memory did not suffice; a smaller picture may do."""

    status = 503
    code = "device_full"
    title: ClassVar[Mapping[str, str]] = {"ko": "장치 메모리가 부족합니다", "en": "The device's memory is full"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그림을 만들 메모리가 부족합니다. 더 작은 그림을 요청해 주세요.",
        "en": "There is not enough memory for this picture. Please ask for a smaller one.",
    }


class DeviceLostError(BoothError):
    """The device failed in a way that leaves this process without it; only a new process can go on."""

    status = 503
    code = "device_lost"
    title: ClassVar[Mapping[str, str]] = {"ko": "장치를 쓸 수 없습니다", "en": "The device has failed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그래픽 장치에 오류가 생겨 프로그램을 다시 시작합니다. 잠시 후 다시 요청해 주세요.",
        "en": "The graphics device has failed; the program starts again. Please ask again in a moment.",
    }


class ControlMapError(BoothError):
    """An annotator drew nothing where there must be something, as for a blank picture. Detail: `module`."""

    status = 422
    code = "control_map_empty"
    title: ClassVar[Mapping[str, str]] = {"ko": "컨트롤 이미지가 비어 있습니다", "en": "The control image is empty"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{module} 도구가 사진에서 아무것도 찾지 못했습니다. 사진이 비어 있지 않은지 확인해 주세요.",
        "en": "The annotator {module} found nothing to draw in this picture; it may be blank.",
    }
