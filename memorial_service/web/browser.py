"""What a family member's browser carries, and the forms that it sends."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from boothkit.errors import InvalidRequestError
from boothkit.web import read_body
from boothkit.web.cookies import SiteCookies
from boothkit.web.form_keys import is_from_another_site
from memorial_service.auth.keys import Keys
from memorial_service.errors import FormExpiredError

_LARGEST_FORM_BYTES = 4096


def name_cookies(*, is_https: bool) -> SiteCookies:
    """The service's cookies: a family follows links from messages, so they come with a link from another site."""
    return SiteCookies.for_site("family", "form", is_https=is_https, same_site="lax")


def read_session_token(request: Request, cookies: SiteCookies, keys: Keys) -> str | None:
    """The session token of this browser, when its cookie is ours."""
    return keys.read_session(request.cookies.get(cookies.session))


def set_session(response: Response, token: str, cookies: SiteCookies, keys: Keys, *, days: int) -> None:
    """Sign the browser in."""
    cookies.keep(response, cookies.session, keys.sign_session(token), max_age_s=days * 86_400)


async def read_form(request: Request, cookies: SiteCookies, keys: Keys) -> dict[str, str]:
    """The fields of a form that came from one of our own pages in this browser.

    Raises FormExpiredError when it did not, PayloadTooLargeError or InvalidRequestError.
    """
    body = await read_body(request, max_bytes=_LARGEST_FORM_BYTES)
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        raise InvalidRequestError from None
    nonce = request.cookies.get(cookies.form)
    if is_from_another_site(request) or not keys.is_own_form(fields.get("csrf", ""), nonce):
        raise FormExpiredError
    return fields
