"""Turning templates into pages in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from boothkit.web.cookies import SiteCookies, page_language
from boothkit.web.requests import Language
from boothkit.web.static_files import StaticFiles


class PageRenderer:
    """Renders the pages of one site. Every page carries a form, so every page ties its browser to a nonce.

    `folder` holds `templates/` and `static/`; `sign` makes a form's hidden field out of the nonce; `translate` gives
    the texts of a language. Templates may call `functions`, each language its own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cookies: SiteCookies,
        sign: Callable[[str], str],
        translate: Callable[[Language], NullTranslations],
        functions: Callable[[Language], Mapping[str, Any]],
    ) -> None:
        self.static_files = StaticFiles(folder / "static")
        self._cookies = cookies
        self._sign = sign
        self._environments: Mapping[Language, Environment] = {
            "ko": self._build_environment(folder, translate("ko"), functions("ko")),
            "en": self._build_environment(folder, translate("en"), functions("en")),
        }

    def render(self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """One page. Templates also know the language, the address in the other one, and the form token."""
        language = page_language(request)
        nonce = self._cookies.find_nonce(request)
        known = {
            "other_language_address": self.find_address(request, "en" if language == "ko" else "ko"),
            "csrf": self._sign(nonce),
        }
        text = self.say(language, template, {**known, **context})
        response = HTMLResponse(text, status_code=status, headers={"Content-Language": language, "Vary": "Cookie"})
        self._cookies.keep_nonce(request, response, nonce)
        self._cookies.keep_language(request, response)
        return response

    def say(self, language: Language, template: str, context: Mapping[str, Any]) -> str:
        """What a template says, without the browser it is for."""
        return self._environments[language].get_template(template).render({"language": language, **context})

    def find_address(self, request: Request, language: Language) -> str:
        """Where the page of this request is found in a language."""
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
        return f"{request.url.path}?{urlencode([*query, ('lang', language)])}"

    def _build_environment(
        self, folder: Path, translations: NullTranslations, functions: Mapping[str, Any]
    ) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(static=self.static_files.address, **functions)
        return environment
