"""What the studio cannot do, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class SignInNeededError(BoothError):
    """Nobody is signed in."""

    status = 401
    code = "sign_in_needed"
    title: ClassVar[Mapping[str, str]] = {"ko": "로그인 필요", "en": "Please sign in"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "직원 비밀번호로 로그인해 주세요.",
        "en": "Please sign in with the staff's password.",
    }


class SignInLockedError(BoothError):
    """Too many wrong passwords. Detail: `seconds`."""

    status = 429
    code = "sign_in_locked"
    title: ClassVar[Mapping[str, str]] = {"ko": "잠시 기다려 주세요", "en": "Please wait a little"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "비밀번호를 여러 번 잘못 입력했습니다. {seconds}초 뒤에 다시 시도해 주세요.",
        "en": "The password was wrong several times. Please try again in {seconds} seconds.",
    }


class PasswordMissingError(BoothError):
    """No password was ever set."""

    status = 503
    code = "studio_password_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "비밀번호 없음", "en": "No password"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "먼저 memorial-booth style studio set-password로 직원 비밀번호를 정해 주세요.",
        "en": "Set the staff's password first: memorial-booth style studio set-password",
    }


class PasswordTooShortError(BoothError):
    """A new password is too short, or was typed differently the second time. Detail: `length`."""

    status = 422
    code = "studio_password_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "비밀번호 확인", "en": "Check the password"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "비밀번호는 {length}자 이상이어야 하고, 두 번 똑같이 입력해야 합니다.",
        "en": "A password has {length} characters or more and is typed the same way twice.",
    }


class FormExpiredError(BoothError):
    """A form that was not made for this browser, or too long ago."""

    status = 403
    code = "form_expired"
    title: ClassVar[Mapping[str, str]] = {"ko": "화면을 다시 열어 주세요", "en": "Please open the page again"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "화면이 오래되어 처리하지 못했습니다. 뒤로 가서 화면을 새로 고친 다음 다시 해 주세요.",
        "en": "This page is too old, so nothing was done. Go back, reload the page, and do it again.",
    }


class StyleExistsError(BoothError):
    """The id is taken. Detail: `style_id`."""

    status = 409
    code = "studio_style_exists"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 있는 화풍", "en": "This style exists"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id}은(는) 이미 있습니다. 다른 이름을 정해 주세요.",
        "en": "{style_id} exists already. Choose another name.",
    }


class JobRunningError(BoothError):
    """Something is being done for this style already."""

    status = 409
    code = "studio_job_running"
    title: ClassVar[Mapping[str, str]] = {"ko": "작업 중", "en": "Work is going on"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 화풍은 지금 작업 중입니다. 끝난 다음에 다시 해 주세요.",
        "en": "Work on this style is going on. Please try again when it is done.",
    }


class StepTooEarlyError(BoothError):
    """An earlier step is not done yet."""

    status = 409
    code = "studio_step_too_early"
    title: ClassVar[Mapping[str, str]] = {"ko": "앞 단계가 남았습니다", "en": "An earlier step is not done"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "앞 단계를 먼저 마쳐 주세요.",
        "en": "Please finish the earlier step first.",
    }


class TooManyPicturesError(BoothError):
    """The style has as many pictures as it may. Detail: `count`."""

    status = 422
    code = "studio_too_many_pictures"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림이 너무 많습니다", "en": "Too many pictures"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "한 화풍에는 그림을 {count}장까지 넣을 수 있습니다.",
        "en": "A style takes {count} pictures at most.",
    }


class UploadUnreadableError(BoothError):
    """A form with pictures that cannot be taken apart, or has too many of them. Detail: `count`."""

    status = 422
    code = "studio_upload_unreadable"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림을 받지 못했습니다", "en": "The pictures were not taken"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "한 번에 그림을 {count}장까지 보낼 수 있습니다. 몇 번에 나누어 다시 보내 주세요.",
        "en": "{count} pictures can be sent at a time. Please send them again in several parts.",
    }


class ProjectBrokenError(BoothError):
    """The record of a style cannot be read. Detail: `style_id`."""

    status = 500
    code = "studio_project_broken"
    title: ClassVar[Mapping[str, str]] = {"ko": "손상된 기록", "en": "Damaged record"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id}의 project.json을 읽을 수 없습니다. 백업에서 되돌려 주세요.",
        "en": "The project.json of {style_id} cannot be read. Restore it from a backup.",
    }
