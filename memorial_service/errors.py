"""Errors of the memorial service that a booth or a family member may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class InvitationNeededError(BoothError):
    """A private page was asked for without a session. The same for every address, so that nothing is given away."""

    status = 403
    code = "invitation_needed"
    title: ClassVar[Mapping[str, str]] = {"ko": "초대가 필요합니다", "en": "An invitation is needed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 공간은 초대받은 가족만 보실 수 있습니다. 받으신 초대 링크를 다시 열어 주세요.",
        "en": "Only invited family members can see this place. Please open your invitation link again.",
    }


class InvitationUnknownError(BoothError):
    """The link was never given out, was withdrawn, or has expired: one answer for all three."""

    status = 404
    code = "invitation_unknown"
    title: ClassVar[Mapping[str, str]] = {"ko": "열 수 없는 초대입니다", "en": "This invitation cannot be opened"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "초대가 취소되었거나 기간이 지났습니다. 초대를 보낸 추모관에 문의해 주세요.",
        "en": "It may have been withdrawn or may have expired. Please ask the memorial hall that sent it.",
    }


class PinLockedError(BoothError):
    """Too many wrong PINs for one invitation."""

    status = 429
    code = "pin_locked"
    title: ClassVar[Mapping[str, str]] = {"ko": "잠시 잠겨 있습니다", "en": "Locked for a while"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "비밀번호가 여러 번 맞지 않아 이 초대를 잠시 잠갔습니다. {minutes}분 후 다시 열어 주세요.",
        "en": "The PIN did not match several times, so this invitation is locked. Please try again in {minutes} min.",
    }


class FormExpiredError(BoothError):
    """A form came without the token of the page it belongs to, or too late."""

    status = 403
    code = "form_expired"
    title: ClassVar[Mapping[str, str]] = {"ko": "다시 열어 주세요", "en": "Please open the page again"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "화면이 열린 지 오래되어 받지 못했습니다. 페이지를 다시 열고 한 번 더 해 주세요.",
        "en": "The page was open for too long. Please open it again and repeat what you did.",
    }


class EnrolmentRefusedError(BoothError):
    """The enrolment code is wrong, used, or too old."""

    status = 403
    code = "enrolment_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "등록할 수 없음", "en": "Enrolment refused"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "등록 코드가 맞지 않거나, 이미 사용되었거나, 기간이 지났습니다. 새 코드를 받아 다시 등록해 주세요.",
        "en": "The enrolment code is wrong, has been used, or is too old. Please enrol with a new one.",
    }


class UnknownMemorialError(BoothError):
    """A booth sent a memory for a memorial that does not exist."""

    status = 422
    code = "unknown_memorial"
    title: ClassVar[Mapping[str, str]] = {"ko": "알 수 없는 추모 공간", "en": "Unknown memorial"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그런 추모 공간이 없어 받지 못했습니다.",
        "en": "There is no such memorial, so nothing was stored.",
    }


class MemoryConflictError(BoothError):
    """The memory or revision is already stored with other content. Details: `memory_id`, `revision`."""

    status = 409
    code = "memory_conflict"
    title: ClassVar[Mapping[str, str]] = {"ko": "내용 충돌", "en": "Content conflict"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "같은 번호로 이미 다른 내용이 저장되어 있습니다. 저장된 내용은 그대로 있습니다.",
        "en": "Other content is already stored under this id and revision, and stays as it is.",
    }


class FileMismatchError(BoothError):
    """A part is not what the metadata declares. Details: `role`, `what`."""

    status = 422
    code = "file_mismatch"
    title: ClassVar[Mapping[str, str]] = {"ko": "파일 불일치", "en": "File mismatch"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "보낸 파일({role})이 함께 보낸 설명과 달라 받지 못했습니다: {what}.",
        "en": "The file sent as {role} is not the one described and was not kept: {what}.",
    }


class UnsupportedVoiceError(BoothError):
    """The voice is not in a format that phones play."""

    status = 415
    code = "unsupported_voice"
    title: ClassVar[Mapping[str, str]] = {"ko": "지원하지 않는 음성 형식", "en": "Unsupported kind of voice file"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "M4A, MP3, OGG, WebM, WAV 음성만 사용할 수 있습니다.",
        "en": "Only voices in M4A, MP3, OGG, WebM or WAV can be used.",
    }


class BrokenVoiceError(BoothError):
    """The voice's own header contradicts the file."""

    status = 422
    code = "broken_voice"
    title: ClassVar[Mapping[str, str]] = {"ko": "손상된 음성", "en": "Damaged voice file"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "음성 파일이 손상되어 받지 못했습니다. 다시 보내 주세요.",
        "en": "The voice file is damaged and was not kept. Please send it again.",
    }


class SchemaTooNewError(Exception):
    """The database was written by a newer version of this program; this one must not touch it."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at schema {revision}, which this version does not know. Install the newer version again."
        )
