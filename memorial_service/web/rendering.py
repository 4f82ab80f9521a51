"""Turning templates into pages in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from memorial_service.auth.keys import Keys
from memorial_service.web import addresses
from memorial_service.web.browser import (
    CookieNames,
    Language,
    keep_form_nonce,
    keep_language,
    page_language,
    prepare_form,
)
from memorial_service.web.catalogues import load_translations
from memorial_service.web.static_files import StaticFiles

TEMPLATE_DIR = Path(__file__).parent / "templates"


class Renderer:
    """Renders pages; every page carries a form (sign out, or the PIN), so every page ties its browser to a nonce."""

    def __init__(self, *, keys: Keys, cookies: CookieNames, time_zone: ZoneInfo) -> None:
        self.static_files = StaticFiles()
        self._keys = keys
        self._cookies = cookies
        self._time_zone = time_zone
        self._environments: Mapping[Language, Environment] = {
            "ko": self._build_environment("ko"),
            "en": self._build_environment("en"),
        }

    def render(self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """One page. Templates also know the language, the address in the other one, and the form token."""
        language = page_language(request)
        nonce = prepare_form(request, self._cookies)
        text = (
            self._environments[language]
            .get_template(template)
            .render(
                {
                    "language": language,
                    "other_language_address": _in_language(request, "en" if language == "ko" else "ko"),
                    "csrf": self._keys.sign_form(nonce),
                    "is_signed_in": False,
                    **context,
                }
            )
        )
        response = HTMLResponse(text, status_code=status, headers={"Content-Language": language, "Vary": "Cookie"})
        keep_form_nonce(request, response, nonce, self._cookies)
        keep_language(request, response, is_secure=self._cookies.is_secure)
        return response

    def _build_environment(self, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATE_DIR),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(load_translations(language), newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(
            static=self.static_files.address,
            day=partial(_format_day, language=language, time_zone=self._time_zone),
            iso_day=partial(_iso_day, time_zone=self._time_zone),
            paragraphs=_paragraphs,
            picture_address=addresses.picture_address,
            media_address=addresses.media_address,
            portrait_address=addresses.portrait_address,
            small=addresses.small_size,
            large=addresses.large_size,
        )
        return environment


def _in_language(request: Request, language: Language) -> str:
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*query, ('lang', language)])}"


def _format_day(moment: date | datetime, *, language: Language, time_zone: ZoneInfo) -> str:
    """`2026년 3월 1일` or `1 March 2026`."""
    day = moment.astimezone(time_zone).date() if isinstance(moment, datetime) else moment
    return format_date(day, "d MMMM y" if language == "en" else "long", locale=language)


def _iso_day(moment: datetime, *, time_zone: ZoneInfo) -> str:
    return moment.astimezone(time_zone).date().isoformat()


def _paragraphs(letter: str) -> list[str]:
    """A letter at its blank lines; line breaks inside a paragraph are kept by the style sheet."""
    return [block.strip("\n") for block in letter.split("\n\n") if block.strip()]
