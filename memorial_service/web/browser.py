"""What a browser carries: its session, its language, and the nonce that ties forms to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from boothkit.errors import InvalidRequestError
from boothkit.web import preferred_language, read_body
from memorial_service.auth.keys import Keys
from memorial_service.errors import FormExpiredError

Language = Literal["ko", "en"]
_LANGUAGE_COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600
_LARGEST_FORM_BYTES = 4096


@dataclass(frozen=True)
class CookieNames:
    """Over TLS the names carry `__Host-`, so that no other host and no plain connection can set them."""

    session: str
    form: str
    is_secure: bool

    @classmethod
    def for_site(cls, *, is_https: bool) -> CookieNames:
        """Names for a site that is, or is not, reached over TLS."""
        prefix = "__Host-" if is_https else ""
        return cls(f"{prefix}family", f"{prefix}form", is_https)


def page_language(request: Request) -> Language:
    """`?lang=`, then what was chosen before, then what the browser prefers, else Korean."""
    kept = request.cookies.get(_LANGUAGE_COOKIE)
    if "lang" not in request.query_params and kept in ("ko", "en"):
        return "en" if kept == "en" else "ko"
    return preferred_language(request)


def keep_language(request: Request, response: Response, *, is_secure: bool) -> None:
    """Remember a language that was chosen by `?lang=`."""
    chosen = request.query_params.get("lang")
    if chosen in ("ko", "en"):
        response.set_cookie(_LANGUAGE_COOKIE, chosen, max_age=_YEAR_S, secure=is_secure, httponly=True, samesite="lax")


def read_session_token(request: Request, names: CookieNames, keys: Keys) -> str | None:
    """The session token of this browser, when its cookie is ours."""
    return keys.read_session(request.cookies.get(names.session))


def set_session(response: Response, token: str, names: CookieNames, keys: Keys, *, days: int) -> None:
    """Sign the browser in."""
    value = keys.sign_session(token)
    response.set_cookie(
        names.session, value, max_age=days * 86_400, secure=names.is_secure, httponly=True, samesite="lax"
    )


def clear_session(response: Response, names: CookieNames) -> None:
    """Sign the browser out."""
    response.delete_cookie(names.session, secure=names.is_secure, httponly=True, samesite="lax")


def prepare_form(request: Request, names: CookieNames) -> str:
    """The browser's nonce for forms, a new one when it has none."""
    return request.cookies.get(names.form) or secrets.token_urlsafe(24)


def keep_form_nonce(request: Request, response: Response, nonce: str, names: CookieNames) -> None:
    """Leave a new nonce with the browser; it goes away when the browser is closed."""
    if request.cookies.get(names.form) != nonce:
        response.set_cookie(names.form, nonce, secure=names.is_secure, httponly=True, samesite="lax")


async def read_form(request: Request, names: CookieNames, keys: Keys) -> dict[str, str]:
    """The fields of a form that came from one of our own pages in this browser.

    Raises FormExpiredError when it did not, PayloadTooLargeError or InvalidRequestError.
    """
    body = await read_body(request, max_bytes=_LARGEST_FORM_BYTES)
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        raise InvalidRequestError from None
    is_foreign = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if is_foreign or not keys.is_own_form(fields.get("csrf", ""), request.cookies.get(names.form)):
        raise FormExpiredError
    return fields
