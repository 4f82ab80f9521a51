"""Why a style cannot be packed or published, in words for the staff of the hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class RunUnfinishedError(BoothError):
    """The style has not been learnt to the end. Details: `folder`, `state`."""

    status = 409
    code = "run_unfinished"
    title: ClassVar[Mapping[str, str]] = {"ko": "끝나지 않은 학습", "en": "The training is not finished"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 학습이 끝나지 않았습니다({state}). train을 다시 실행해 끝내 주세요.",
        "en": "The training in {folder} is not finished ({state}). Run `train` again to finish it.",
    }


class RunOfOtherSetError(BoothError):
    """What was learnt is not from this data set as it is now. Detail: `folder`."""

    status = 409
    code = "run_of_other_set"
    title: ClassVar[Mapping[str, str]] = {"ko": "다른 자료로 학습됨", "en": "Learnt from other pictures"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 학습은 지금의 자료로 한 것이 아닙니다. 자료가 바뀌었으면 train을 다시 실행해 주세요.",
        "en": "The training in {folder} is not of this data set as it is now. If the set changed, run `train` again.",
    }


class PackTermsError(BoothError):
    """What is said about the style is missing or cannot be used. Details: `field`, `why_ko`, `why_en`."""

    status = 422
    code = "pack_terms"
    title: ClassVar[Mapping[str, str]] = {"ko": "화풍 정보 확인", "en": "Check what is said about the style"}
    message: ClassVar[Mapping[str, str]] = {"ko": "{field}: {why_ko}", "en": "{field}: {why_en}"}


class PublishTokenError(BoothError):
    """There is no token to publish with, or it cannot be one. Details: `why_ko`, `why_en`."""

    status = 401
    code = "publish_token"
    title: ClassVar[Mapping[str, str]] = {"ko": "게시 토큰 확인", "en": "Check the publish token"}
    message: ClassVar[Mapping[str, str]] = {"ko": "게시 토큰: {why_ko}", "en": "Publish token: {why_en}"}


class GeneratorAddressError(BoothError):
    """The address is none of a generator. Detail: `url`."""

    status = 422
    code = "generator_address"
    title: ClassVar[Mapping[str, str]] = {"ko": "주소 확인", "en": "Check the address"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{url}: https://generator.example 처럼 http(s)와 서버 이름만 적어 주세요.",
        "en": "{url}: give http(s) and the server's name only, such as https://generator.example.",
    }


class StylePublishedError(BoothError):
    """Another style, or an older form of this one, is published under this id. Details: `style_id`, `revision`."""

    status = 409
    code = "style_published"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 게시된 화풍", "en": "The style is published already"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id}의 개정판 {revision}이(가) 이미 게시되어 있습니다. 바꾸려면 --replace를 붙여 주세요.",
        "en": "Revision {revision} of {style_id} is published already. Add --replace to publish a new revision.",
    }
