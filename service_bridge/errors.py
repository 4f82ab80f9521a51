"""What the bridge says when it cannot do what it was asked, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import (
    BoothError,
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    StorageError,
    StorageFullError,
)


class VisitNotFoundError(NotFoundError):
    """There is no such visit, or it belongs to another booth."""

    code = "visit_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "방문 기록 없음", "en": "Visit not found"}
    message: ClassVar[Mapping[str, str]] = {"ko": "이 방문 기록을 찾을 수 없습니다.", "en": "This visit was not found."}


class VisitErasedError(BoothError):
    """The visit was erased and is never made again under the same id."""

    status = 410
    code = "visit_erased"
    title: ClassVar[Mapping[str, str]] = {"ko": "삭제된 방문 기록", "en": "Visit erased"}
    message: ClassVar[Mapping[str, str]] = {"ko": "이 방문 기록은 삭제되었습니다.", "en": "This visit has been erased."}


class CaptureDiffersError(ConflictError):
    """Another photograph, or the same one under other choices, is already kept under this visit."""

    code = "capture_differs"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 방문에는 이미 다른 사진이 저장되어 있습니다. 저장된 사진은 그대로 있습니다.",
        "en": "Another photograph is already kept for this visit and stays as it is.",
    }


class FinishDiffersError(ConflictError):
    """The visit was finished with other content."""

    code = "finish_differs"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 방문은 이미 다른 내용으로 마무리되었습니다. 마무리된 내용은 그대로 있습니다.",
        "en": "This visit was already finished with other content, which stays as it is.",
    }


class VisitFinishedError(ConflictError):
    """The visit is finished; it can be neither changed nor erased here."""

    code = "visit_finished"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이미 마무리된 방문은 여기서 바꿀 수 없습니다.",
        "en": "A visit that is finished cannot be changed here.",
    }


class RestyleNotAllowedError(ConflictError):
    """The visitor did not agree to a picture made from the photograph."""

    code = "restyle_not_allowed"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그림으로 바꾸는 데 동의하지 않은 방문입니다.",
        "en": "The visitor did not agree to a picture being made.",
    }


class InvalidVisitError(InvalidRequestError):
    """A value of the request cannot be used. `errors` lists the fields."""

    code = "invalid_visit"


class FamilyPageConsentError(InvalidRequestError):
    """Without the family page there is nothing to deliver."""

    code = "family_page_consent_missing"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "가족 페이지에 남기는 데 동의해야 전해 드릴 수 있습니다.",
        "en": "A memory can only be delivered when the visitor agrees to the family page.",
    }


class VoiceConsentError(InvalidRequestError):
    """A voice was chosen without consent to keep it."""

    code = "voice_consent_missing"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "음성을 남기려면 동의가 필요합니다.",
        "en": "A voice can only be kept when the visitor agrees.",
    }


class VoiceNotFoundError(NotFoundError):
    """This visit has no voice of the wanted kind."""

    code = "voice_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "음성 없음", "en": "No voice"}
    message: ClassVar[Mapping[str, str]] = {"ko": "이 방문에는 음성이 없습니다.", "en": "This visit has no voice."}


class RecordingMissingError(InvalidRequestError):
    """The visitor chose their own recording, but none was handed over."""

    code = "recording_missing"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장된 녹음이 없습니다. 다시 녹음해 주세요.",
        "en": "There is no recording. Please record again.",
    }


class UnknownStyleError(InvalidRequestError):
    """No such style. Detail: `style_id`."""

    code = "unknown_style"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 화풍을 찾을 수 없습니다. 다른 화풍을 골라 주세요.",
        "en": "This style was not found. Please choose another.",
    }


class CatalogueUnavailableError(NotReadyError):
    """A list was never received, and its source does not answer."""

    code = "catalogue_unavailable"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "목록을 아직 받지 못했습니다. 잠시 후 다시 시도해 주세요.",
        "en": "The list has not been received yet. Please try again in a moment.",
    }


class EnrolmentRefusedError(ForbiddenError):
    """The enrolment code is wrong, used or too old."""

    code = "enrolment_refused"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "등록 코드가 맞지 않거나 기간이 지났습니다. 새 코드를 받아 다시 등록해 주세요.",
        "en": "The enrolment code is wrong or no longer valid. Please enrol with a new one.",
    }


class LowSpaceError(StorageFullError):
    """Free space is below the floor that keeps running work safe. Nothing was stored."""

    code = "low_space"


class DatabaseBusyError(NotReadyError):
    """Another process held the database for too long. Nothing was stored."""

    code = "database_busy"
    title: ClassVar[Mapping[str, str]] = {"ko": "저장소 사용 중", "en": "Storage busy"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장소가 사용 중이어서 저장하지 못했습니다. 잠시 후 다시 시도해 주세요.",
        "en": "The storage is busy, so this was not saved. Please try again in a moment.",
    }


class DatabaseDamagedError(StorageError):
    """The database file does not pass its own check. Detail: `finding`."""

    code = "database_damaged"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "데이터베이스가 손상되었습니다({finding}). 백업에서 복원해 주세요. 사진 파일은 그대로 있습니다.",
        "en": "The database is damaged ({finding}). Restore it from a backup; the photographs are untouched.",
    }


class DatabaseTooNewError(StorageError):
    """A later version of this program has changed the database. Detail: `revision`."""

    code = "database_too_new"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 데이터베이스는 더 새로운 프로그램의 것입니다({revision}). 저장된 내용은 그대로 있습니다. "
        "새 버전의 프로그램으로 실행해 주세요.",
        "en": "The database belongs to a later version of this program ({revision}). "
        "Nothing was changed. Please run that version.",
    }
