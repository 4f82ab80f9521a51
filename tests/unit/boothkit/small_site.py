"""A site of one page and one template, as programs with pages build theirs."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from boothkit.errors import BoothError, NotReadyError, PayloadTooLargeError
from boothkit.web import create_web_app
from boothkit.web.catalogues import read_translations
from boothkit.web.cookies import SiteCookies
from boothkit.web.error_pages import install_error_pages
from boothkit.web.form_keys import FormKeys
from boothkit.web.pages import PageRenderer
from boothkit.web.requests import Language
from boothkit.web.security_headers import SecurityHeaders

PAGE = """<html lang="{{ language }}"><title>{{ title }}</title>{{ _("Letter") }} {{ twice(2) }}
{% if language == "ko" %}
<a href="{{ other_language_address }}">{{ static("a.css") }}</a><input name="csrf" value="{{ csrf }}">
{% endif %}
"""
CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Letter"
msgstr "편지"
"""
KEYS = FormKeys(b"k" * 32, salt="form", valid_s=60)


def write_site(folder: Path) -> Path:
    (folder / "templates").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "templates" / "page.html").write_text(PAGE)
    (folder / "templates" / "broken.html").write_text("{{ nothing_knows_this }}")
    (folder / "static" / "a.css").write_text("p {}")
    (folder / "ko.po").write_text(CATALOGUE)
    return folder


def build_renderer(folder: Path, cookies: SiteCookies) -> PageRenderer:
    def translate(language: Language) -> NullTranslations:
        return NullTranslations() if language == "en" else read_translations(folder / "ko.po", language)

    return PageRenderer(
        folder, cookies=cookies, sign=KEYS.sign, translate=translate, functions=lambda _: {"twice": lambda x: 2 * x}
    )


def build_site(folder: Path, *, is_https: bool = False) -> FastAPI:
    cookies = SiteCookies.for_site("who", "form", is_https=is_https, same_site="lax")
    renderer = build_renderer(write_site(folder), cookies)
    app = create_web_app(program="small", title="Small site")

    def show(request: Request, error: BoothError) -> Response:
        return renderer.render(request, "page.html", {"title": error.code}, status=error.status)

    install_error_pages(app, show)
    app.add_middleware(SecurityHeaders, content="default-src 'none'", referrer="no-referrer", is_https=is_https)

    @app.get("/page")
    def show_page(request: Request) -> Response:
        return renderer.render(request, "page.html", {"title": "<b>"})

    @app.get("/broken")
    @app.get("/api/broken")
    def show_broken(request: Request) -> Response:
        return renderer.render(request, "broken.html", {})

    @app.get("/late")
    def refuse() -> None:
        raise NotReadyError(retry_after_s=1.2)

    @app.get("/full")
    def refuse_more() -> None:
        raise PayloadTooLargeError(max_bytes=1)

    @app.get("/number/{number}")
    def show_number(number: int) -> int:
        return number

    return app
