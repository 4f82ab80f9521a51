"""Errors as RFC 9457 problem details, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boothkit import errors
from boothkit.errors import BoothError, InvalidRequestError
from boothkit.web.requests import preferred_language

MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[BoothError]] = {
    kind.status: kind
    for kind in (
        errors.UnauthorizedError,
        errors.ForbiddenError,
        errors.NotFoundError,
        errors.MethodNotAllowedError,
        errors.ConflictError,
        errors.PayloadTooLargeError,
        errors.UnsupportedMediaTypeError,
        errors.InvalidRequestError,
        errors.TooManyRequestsError,
        errors.NotReadyError,
    )
}
# Only what a person at the other end can act on has its own sentence; the rest share one.
_KOREAN_BY_TYPE = {
    "missing": "필수 항목입니다.",
    "string_too_long": "너무 깁니다.",
    "string_too_short": "너무 짧습니다.",
    "too_long": "항목이 너무 많습니다.",
    "too_short": "항목이 부족합니다.",
    "extra_forbidden": "알 수 없는 항목입니다.",
    "json_invalid": "올바른 JSON이 아닙니다.",
    "enum": "선택할 수 없는 값입니다.",
    "literal_error": "선택할 수 없는 값입니다.",
}
_KOREAN_OTHERWISE = "값이 올바르지 않습니다."


class BadRequestError(BoothError):
    """Any other fault of the caller's, without a kind of its own."""

    status = 400
    code = "bad_request"
    title: ClassVar[Mapping[str, str]] = {"ko": "잘못된 요청", "en": "Bad request"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청을 이해할 수 없습니다.",
        "en": "The request could not be understood.",
    }


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every expected error of this app as a problem; RequestWatch answers the unexpected ones."""
    app.add_exception_handler(BoothError, _on_booth_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


def render_problem(
    request: Request,
    error: BoothError,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> JSONResponse:
    """The problem response for an error; `members` are added to the document."""
    language = preferred_language(request)
    document = {
        "type": f"urn:memorial-booth:problem:{error.code}",
        "title": error.title[language],
        "status": status or error.status,
        "detail": error.public_message(language),
        "instance": request.url.path,
        "request_id": request.scope.get("request_id"),
        **(members or {}),
    }
    return JSONResponse(
        jsonable_encoder(document),
        status_code=status or error.status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, "Cache-Control": "no-store", **_extra_headers(error), **(headers or {})},
    )


def _extra_headers(error: BoothError) -> dict[str, str]:
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    if error.status == errors.UnauthorizedError.status:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


async def _on_booth_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, BoothError)  # noqa: S101 - the type that this handler is registered for
    request.scope["problem_code"] = error.code
    members = {"errors": error.details["errors"]} if "errors" in error.details else {}
    return render_problem(request, error, members=members)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    request.scope["problem_code"] = InvalidRequestError.code
    fields = list(_list_fields(error.errors(), preferred_language(request)))
    return render_problem(request, InvalidRequestError(), members={"errors": fields})


def _list_fields(wrongs: Sequence[Any], language: str) -> Iterable[dict[str, str]]:
    """One entry per wrong field: where, what kind, and a sentence. The value that was sent is never repeated."""
    for wrong in wrongs:
        place, *names = (str(part) for part in wrong["loc"])
        message = wrong["msg"] if language == "en" else _KOREAN_BY_TYPE.get(wrong["type"], _KOREAN_OTHERWISE)
        yield {"in": place, "field": ".".join(names), "type": wrong["type"], "message": message}


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    otherwise = BadRequestError if error.status_code < 500 else BoothError
    public = _BY_STATUS.get(error.status_code, otherwise)()
    request.scope["problem_code"] = public.code
    return render_problem(request, public, status=error.status_code, headers=error.headers)
