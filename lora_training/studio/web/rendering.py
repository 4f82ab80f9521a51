"""The studio's pages, and what their templates may call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse

from boothkit.web.cookies import SiteCookies
from boothkit.web.form_keys import FormKeys
from boothkit.web.pages import PageRenderer
from boothkit.web.requests import Language
from lora_training.dataset.remarks import SENTENCES, SHORT
from lora_training.studio.web.catalogues import load_translations
from lora_training.studio.web.durations import describe_duration
from lora_training.studio.work.uploads import show_name

_USUAL = {"is_signed_in": True, "refresh_s": None}


class Renderer(PageRenderer):
    """Renders pages for staff."""

    def __init__(self, *, keys: FormKeys, cookies: SiteCookies) -> None:
        super().__init__(
            Path(__file__).parent,
            cookies=cookies,
            sign=keys.sign,
            translate=load_translations,
            functions=_list_functions,
        )

    def render(self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """One page, for signed-in staff and not loaded anew by itself unless `context` says otherwise."""
        return super().render(request, template, {**_USUAL, **context}, status=status)

    def find_address(self, request: Request, language: Language) -> str:
        """As usual, but a form that was sent has no address to come back to."""
        return super().find_address(request, language) if request.method == "GET" else f"/?lang={language}"


def _list_functions(language: Language) -> dict[str, Any]:
    return {
        "remark": lambda code: SHORT.get(code, {}).get(language, code),
        "remark_sentence": lambda code: SENTENCES.get(code, {}).get(language, code),
        "duration": lambda seconds: describe_duration(seconds, language),
        "show_name": show_name,
        "quote": quote,
    }
