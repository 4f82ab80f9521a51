"""Reading forms: only those of our own pages, and never more than they may hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from boothkit.errors import InvalidRequestError, PayloadTooLargeError
from boothkit.web import read_body
from boothkit.web.form_keys import is_from_another_site
from lora_training.studio.errors import FormExpiredError, UploadUnreadableError
from lora_training.studio.web.site import Site

_LARGEST_FORM_BYTES = 4 << 20
_MOST_FIELDS = 20_000


class Form:
    """The fields of a form. A field may be given several times, as checkboxes are."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def get(self, name: str) -> str:
        """The first value without blank space around it; empty when there is none."""
        return self._fields.get(name, [""])[0].strip()

    def get_all(self, name: str) -> list[str]:
        """All values."""
        return self._fields.get(name, [])


async def read_form(request: Request, site: Site) -> Form:
    """The fields of a form from one of our own pages in this browser.

    Raises FormExpiredError when it did not come from there, PayloadTooLargeError or InvalidRequestError.
    """
    body = await read_body(request, max_bytes=_LARGEST_FORM_BYTES)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidRequestError from None
    check_own_form(request, site, fields.get("csrf", [""])[0])
    return Form(fields)


@asynccontextmanager
async def read_upload(request: Request, site: Site) -> AsyncIterator[FormData]:
    """A form with files, which wait in temporary files until the block ends.

    Raises as `read_form` does, and UploadUnreadableError for one that cannot be taken apart.

    A form that does not say how long it is, as every browser does, is refused: it could fill the disk.
    """
    check_origin(request)
    projects = site.settings.projects
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal():
        raise InvalidRequestError
    if int(declared) > projects.upload_megabytes << 20:
        raise PayloadTooLargeError(max_bytes=projects.upload_megabytes << 20)
    form = await _take_apart(request, max_files=projects.max_pictures)
    try:
        token = form.get("csrf")
        check_own_form(request, site, token if isinstance(token, str) else "")
        yield form
    finally:
        await form.close()


async def _take_apart(request: Request, *, max_files: int) -> FormData:
    try:
        return await request.form(max_files=max_files, max_fields=10)
    except HTTPException:
        raise UploadUnreadableError(count=max_files) from None


def check_own_form(request: Request, site: Site, token: str) -> None:
    """Raises FormExpiredError for a form that was not made for this browser."""
    check_origin(request)
    if not site.keys.is_own(token, request.cookies.get(site.cookies.form)):
        raise FormExpiredError


def check_origin(request: Request) -> None:
    """Browsers say when a form comes from another site. Raises FormExpiredError."""
    if is_from_another_site(request):
        raise FormExpiredError
