"""Why a data set cannot be made or used, in words for the staff of the hall."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from boothkit.errors import BoothError


class FolderMissingError(BoothError):
    """The folder of pictures is not there. Detail: `folder`."""

    status = 404
    code = "picture_folder_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "폴더 없음", "en": "No such folder"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 폴더를 찾을 수 없습니다. 위치를 확인해 주세요.",
        "en": "There is no folder {folder}. Please check where it is.",
    }


class NoPicturesError(BoothError):
    """Not one picture of the folder can be used. Detail: `folder`. `refused` holds the reason for each file."""

    status = 422
    code = "no_pictures"
    title: ClassVar[Mapping[str, str]] = {"ko": "사용할 그림 없음", "en": "No pictures"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 폴더에 사용할 수 있는 그림이 없습니다. 다른 그림을 넣어 주세요.",
        "en": "The folder {folder} holds no picture that can be used. Please put others in.",
    }

    def __init__(self, *, folder: Path, refused: Mapping[str, BoothError]) -> None:
        super().__init__(folder=folder)
        self.refused = refused


class SourceUnreadableError(BoothError):
    """The disk refuses the file. Detail: `cause`."""

    status = 422
    code = "source_unreadable"
    title: ClassVar[Mapping[str, str]] = {"ko": "읽을 수 없는 파일", "en": "File cannot be read"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "파일을 읽을 수 없습니다 ({cause}).",
        "en": "The file cannot be read ({cause}).",
    }


class PictureChangedError(BoothError):
    """A picture changed while the data set was being made. Detail: `file`."""

    status = 409
    code = "picture_changed"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림이 바뀜", "en": "A picture changed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "작업하는 동안 {file} 파일이 바뀌었습니다. 다시 시작해 주세요.",
        "en": "{file} changed during the work. Please start again.",
    }


class HeicMissingError(BoothError):
    """A HEIC picture, and no program part that reads it."""

    status = 415
    code = "heic_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "HEIC를 읽을 수 없음", "en": "HEIC cannot be read"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 컴퓨터에는 HEIC를 읽는 pillow-heif가 없습니다. 설치하거나 JPEG로 저장해 주세요.",
        "en": "pillow-heif, which reads HEIC, is not installed here. Install it or save the picture as JPEG.",
    }


class TermsError(BoothError):
    """What is said about the data set is missing or cannot be used. Details: `field`, `why_ko`, `why_en`."""

    status = 422
    code = "dataset_terms"
    title: ClassVar[Mapping[str, str]] = {"ko": "자료 정보 확인", "en": "Check what is said about the pictures"}
    message: ClassVar[Mapping[str, str]] = {"ko": "{field}: {why_ko}", "en": "{field}: {why_en}"}


class DatasetExistsError(BoothError):
    """There is something at the place of the data set. Detail: `folder`."""

    status = 409
    code = "dataset_exists"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 있는 자료", "en": "Data set exists"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에 이미 자료가 있습니다. 다시 만들려면 --replace를 붙여 주세요(고친 설명문은 사라집니다).",
        "en": "{folder} is there already. Add --replace to make it anew (edited captions are lost).",
    }


class DatasetPlaceError(BoothError):
    """The data set would lie among the pictures that it is made from, or where another kind of folder lies."""

    status = 422
    code = "dataset_place"
    title: ClassVar[Mapping[str, str]] = {"ko": "저장 위치 확인", "en": "Choose another place"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에는 자료를 만들 수 없습니다. 그림 폴더 밖의 새 폴더를 정해 주세요.",
        "en": "The data set cannot be made at {folder}. Choose a new folder outside that of the pictures.",
    }


class DatasetMissingError(BoothError):
    """The folder is no data set. Detail: `folder`."""

    status = 404
    code = "dataset_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "학습 자료 아님", "en": "Not a data set"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에는 학습 자료가 없습니다. 먼저 prepare로 만들어 주세요.",
        "en": "{folder} is not a data set. Make one with `prepare` first.",
    }


class DatasetBrokenError(BoothError):
    """The data set's manifest cannot be read. Details: `folder`, `why`."""

    status = 422
    code = "dataset_broken"
    title: ClassVar[Mapping[str, str]] = {"ko": "손상된 학습 자료", "en": "Damaged data set"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 manifest.json을 사용할 수 없습니다 ({why}). prepare로 다시 만들어 주세요.",
        "en": "The manifest.json of {folder} cannot be used ({why}). Make the data set again with `prepare`.",
    }


class DatasetChangedError(BoothError):
    """A picture is gone or is not the one that was prepared. Details: `folder`, `file`."""

    status = 409
    code = "dataset_changed"
    title: ClassVar[Mapping[str, str]] = {"ko": "바뀐 학습 자료", "en": "Changed data set"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 {file}이(가) 없거나 바뀌었습니다. prepare로 다시 만들어 주세요.",
        "en": "{file} in {folder} is missing or changed. Make the data set again with `prepare`.",
    }


class CaptionTableError(BoothError):
    """The table of captions cannot be used. Details: `file`, `why_ko`, `why_en`."""

    status = 422
    code = "caption_table"
    title: ClassVar[Mapping[str, str]] = {"ko": "설명문 표 확인", "en": "Check the table of captions"}
    message: ClassVar[Mapping[str, str]] = {"ko": "{file}: {why_ko}", "en": "{file}: {why_en}"}


class CaptionModelError(BoothError):
    """The captioning model cannot be used. Details: `folder`, `why`."""

    status = 422
    code = "caption_model"
    title: ClassVar[Mapping[str, str]] = {"ko": "설명 모델을 사용할 수 없음", "en": "Captioning model cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 BLIP 모델을 사용할 수 없습니다 ({why}).",
        "en": "The BLIP model in {folder} cannot be used ({why}).",
    }


class CaptionMethodError(BoothError):
    """No such way to write captions, or its file is not named. Detail: `methods`."""

    status = 422
    code = "caption_method"
    title: ClassVar[Mapping[str, str]] = {"ko": "설명문 방법 확인", "en": "Check the way to write captions"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "--from 다음에 쓸 수 있는 것: {methods}",
        "en": "--from takes one of: {methods}",
    }
