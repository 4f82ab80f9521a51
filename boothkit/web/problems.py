"""Errors as RFC 9457 problem details, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boothkit import errors
from boothkit.errors import BoothError, InvalidRequestError
from boothkit.faults import FieldFault, read_fault
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
    request.scope["problem_cause"] = error.details.get("cause")
    return render_problem(request, error, members=_describe(request, error.details.get("errors", ())))


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    request.scope["problem_code"] = InvalidRequestError.code
    faults = [read_fault({**wrong, "loc": wrong["loc"][1:]}, place=str(wrong["loc"][0])) for wrong in error.errors()]
    return render_problem(request, InvalidRequestError(), members=_describe(request, faults))


def _describe(request: Request, faults: object) -> dict[str, list[dict[str, str]]]:
    """The member `errors`, when there are faults of single fields."""
    if not isinstance(faults, Sequence) or not faults:
        return {}
    language = preferred_language(request)
    return {"errors": [fault.describe(language) for fault in faults if isinstance(fault, FieldFault)]}


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    otherwise = BadRequestError if error.status_code < 500 else BoothError
    public = _BY_STATUS.get(error.status_code, otherwise)()
    request.scope["problem_code"] = public.code
    return render_problem(request, public, status=error.status_code, headers=error.headers)
