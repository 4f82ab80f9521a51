"""The family's pages, and what their templates may call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import HTMLResponse

from boothkit.web.cookies import SiteCookies
from boothkit.web.pages import PageRenderer
from boothkit.web.requests import Language
from memorial_service.auth.keys import Keys
from memorial_service.web import addresses
from memorial_service.web.catalogues import load_translations


class Renderer(PageRenderer):
    """Renders pages for families; the forms are the PIN and signing out."""

    def __init__(self, *, keys: Keys, cookies: SiteCookies, time_zone: ZoneInfo) -> None:
        super().__init__(
            Path(__file__).parent,
            cookies=cookies,
            sign=keys.sign_form,
            translate=load_translations,
            functions=partial(_list_functions, time_zone=time_zone),
        )

    def render(self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """One page, for a stranger unless `context` says otherwise."""
        return super().render(request, template, {"is_signed_in": False, **context}, status=status)

    def find_address(self, request: Request, language: Language) -> str:
        """As usual, but signing out has no page to come back to."""
        has_page = request.method == "GET" or is_invitation(request)
        return super().find_address(request, language) if has_page else f"/?lang={language}"


def is_invitation(request: Request) -> bool:
    """True for the address of an invitation, whose form is sent to the page's own address."""
    return request.url.path.startswith("/i/")


def _list_functions(language: Language, *, time_zone: ZoneInfo) -> dict[str, Any]:
    return {
        "day": partial(_format_day, language=language, time_zone=time_zone),
        "iso_day": partial(_iso_day, time_zone=time_zone),
        "paragraphs": _paragraphs,
        "picture_address": addresses.picture_address,
        "media_address": addresses.media_address,
        "portrait_address": addresses.portrait_address,
        "small": addresses.small_size,
        "large": addresses.large_size,
    }


def _format_day(moment: date | datetime, *, language: Language, time_zone: ZoneInfo) -> str:
    """`2026년 3월 1일` or `1 March 2026`."""
    day = moment.astimezone(time_zone).date() if isinstance(moment, datetime) else moment
    return format_date(day, "d MMMM y" if language == "en" else "long", locale=language)


def _iso_day(moment: datetime, *, time_zone: ZoneInfo) -> str:
    return moment.astimezone(time_zone).date().isoformat()


def _paragraphs(letter: str) -> list[str]:
    """A letter at its blank lines; line breaks inside a paragraph are kept by the style sheet."""
    return [block.strip("\n") for block in letter.split("\n\n") if block.strip()]
