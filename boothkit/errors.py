"""One base for every error that a person may get to see: status, stable code, and words in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class BoothError(Exception):
    """An error with a public face. Subclasses set the class fields; `message` may hold {placeholders}.

    `status` is the HTTP status, `code` the stable name that machines read, `title` the kind of error and `message`
    what a person should know or do, each in `ko` and `en`. `details` fill the placeholders and are logged;
    `retry_after_s` tells a client when to come back.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[Mapping[str, str]] = {"ko": "내부 오류", "en": "Internal error"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청을 처리하지 못했습니다. 잠시 후 다시 시도해 주세요.",
        "en": "The request could not be handled. Please try again in a moment.",
    }

    def __init__(self, *, retry_after_s: float | None = None, **details: object) -> None:
        self.retry_after_s = retry_after_s
        self.details = details
        super().__init__(self.public_message("en"))

    def public_message(self, language: str) -> str:
        """The sentence for a person, in Korean unless the language is `en`."""
        return self.message["en" if language == "en" else "ko"].format_map(_Known(self.details))


class _Known(dict[str, object]):
    """Leaves a placeholder standing when its value was not given, instead of failing inside an error path."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class InvalidRequestError(BoothError):
    """The request was understood but its content is not acceptable. Detail: `errors`, a list of FieldFault."""

    status = 422
    code = "invalid_request"
    title: ClassVar[Mapping[str, str]] = {"ko": "잘못된 요청", "en": "Invalid request"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청 내용을 확인해 주세요.",
        "en": "Please check the content of the request.",
    }


class UnauthorizedError(BoothError):
    """No valid token was shown."""

    status = 401
    code = "unauthorized"
    title: ClassVar[Mapping[str, str]] = {"ko": "인증 필요", "en": "Authentication required"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "유효한 접근 토큰이 필요합니다.",
        "en": "A valid access token is required.",
    }


class ForbiddenError(BoothError):
    """The caller is known but may not do this."""

    status = 403
    code = "forbidden"
    title: ClassVar[Mapping[str, str]] = {"ko": "권한 없음", "en": "Not allowed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 작업을 할 권한이 없습니다.",
        "en": "You are not allowed to do this.",
    }


class NotFoundError(BoothError):
    """There is no such thing, or the caller may not know that there is."""

    status = 404
    code = "not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "찾을 수 없음", "en": "Not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청하신 내용을 찾을 수 없습니다.",
        "en": "What you asked for was not found.",
    }


class MethodNotAllowedError(BoothError):
    """The address exists, but not for this method."""

    status = 405
    code = "method_not_allowed"
    title: ClassVar[Mapping[str, str]] = {"ko": "허용되지 않는 방식", "en": "Method not allowed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 주소에서는 허용되지 않는 요청 방식입니다.",
        "en": "This address does not accept that kind of request.",
    }


class ConflictError(BoothError):
    """The request contradicts what is already stored; repeating it will not help."""

    status = 409
    code = "conflict"
    title: ClassVar[Mapping[str, str]] = {"ko": "내용 충돌", "en": "Conflict"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이미 저장된 내용과 다릅니다. 저장된 내용은 그대로 있습니다.",
        "en": "This differs from what is already stored, which stays as it is.",
    }


class PayloadTooLargeError(BoothError):
    """The body is larger than this address accepts. Detail: `max_bytes`."""

    status = 413
    code = "payload_too_large"
    title: ClassVar[Mapping[str, str]] = {"ko": "너무 큰 요청", "en": "Request too large"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "보내신 내용이 너무 커서 받지 못했습니다. 줄여서 다시 보내 주세요.",
        "en": "What was sent is too large and was not kept. Please send less.",
    }


class UnsupportedMediaTypeError(BoothError):
    """The body is of a type that this address does not take."""

    status = 415
    code = "unsupported_media_type"
    title: ClassVar[Mapping[str, str]] = {"ko": "지원하지 않는 형식", "en": "Unsupported type"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "지원하지 않는 형식이어서 받지 못했습니다.",
        "en": "This type of content is not supported and was not kept.",
    }


class TooManyRequestsError(BoothError):
    """The caller asks too often."""

    status = 429
    code = "too_many_requests"
    title: ClassVar[Mapping[str, str]] = {"ko": "너무 많은 요청", "en": "Too many requests"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
        "en": "There were too many requests. Please try again in a moment.",
    }


class NotReadyError(BoothError):
    """The program cannot do this now but expects to soon."""

    status = 503
    code = "not_ready"
    title: ClassVar[Mapping[str, str]] = {"ko": "준비 중", "en": "Not ready"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "아직 준비되지 않았습니다. 잠시 후 다시 시도해 주세요.",
        "en": "This is not ready yet. Please try again in a moment.",
    }


class StorageFullError(BoothError):
    """There is no room to keep it. Nothing was stored."""

    status = 507
    code = "storage_full"
    title: ClassVar[Mapping[str, str]] = {"ko": "저장 공간 부족", "en": "Storage full"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장 공간이 부족하여 저장하지 못했습니다. 직원에게 알려 주세요.",
        "en": "There is no room left, so this was not saved. Please tell a member of staff.",
    }


class StorageError(BoothError):
    """The disk refused. Nothing that was answered as saved is affected."""

    status = 500
    code = "storage_error"
    title: ClassVar[Mapping[str, str]] = {"ko": "저장 오류", "en": "Storage error"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장 장치에 오류가 있어 저장하지 못했습니다. 직원에게 알려 주세요.",
        "en": "The storage reported an error, so this was not saved. Please tell a member of staff.",
    }
