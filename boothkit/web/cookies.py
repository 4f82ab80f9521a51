"""What a browser carries for a site with pages: its session, its language, and the nonce that ties forms to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from boothkit.web.requests import Language, preferred_language

_LANGUAGE = "lang"
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class SiteCookies:
    """Names of a site's cookies, and how they are left with a browser: no script ever reads them.

    Over TLS the names carry `__Host-`, so that no other host and no plain connection can set them. `strict` cookies
    come with no link from another site; `lax` ones do, as a link in an e-mail needs.
    """

    session: str
    form: str
    is_secure: bool
    same_site: Literal["lax", "strict"]

    @classmethod
    def for_site(cls, session: str, form: str, *, is_https: bool, same_site: Literal["lax", "strict"]) -> SiteCookies:
        """Cookies of a site that is, or is not, reached over TLS."""
        prefix = "__Host-" if is_https else ""
        return cls(f"{prefix}{session}", f"{prefix}{form}", is_https, same_site)

    def keep(self, response: Response, name: str, value: str, *, max_age_s: int | None = None) -> None:
        """Leave a cookie; without an age it goes away when the browser is closed."""
        response.set_cookie(
            name, value, max_age=max_age_s, secure=self.is_secure, httponly=True, samesite=self.same_site
        )

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, secure=self.is_secure, httponly=True, samesite=self.same_site)

    def keep_language(self, request: Request, response: Response) -> None:
        """Remember a language that was chosen by `?lang=`."""
        chosen = request.query_params.get("lang")
        if chosen in ("ko", "en"):
            self.keep(response, _LANGUAGE, chosen, max_age_s=_YEAR_S)

    def find_nonce(self, request: Request) -> str:
        """The browser's nonce for forms, a new one when it has none."""
        return request.cookies.get(self.form) or secrets.token_urlsafe(24)

    def keep_nonce(self, request: Request, response: Response, nonce: str) -> None:
        """Leave a new nonce with the browser."""
        if request.cookies.get(self.form) != nonce:
            self.keep(response, self.form, nonce)


def page_language(request: Request) -> Language:
    """`?lang=`, then what was chosen before, then what the browser prefers, else Korean."""
    kept = request.cookies.get(_LANGUAGE)
    if "lang" not in request.query_params and kept in ("ko", "en"):
        return "en" if kept == "en" else "ko"
    return preferred_language(request)
