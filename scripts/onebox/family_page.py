"""The family page as a member's browser sees it: invitation link, PIN, page, pictures and sound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

ANSWER_WITHIN_S = 10.0
_MEMORY_LINK = re.compile(r"/memory/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class FamilyPageError(Exception):
    """The page could not be opened or is not what was expected; the message says why."""


@dataclass
class Form:
    """One HTML form: where it goes and what it carries unless changed."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Collects the forms and the addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.addresses += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get").lower()))
        elif tag == "input" and self.forms and "name" in attributes:
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")


@dataclass(frozen=True)
class MediaFile:
    """A picture or voice as it was served."""

    media_type: str
    content: bytes


class FamilyPage:
    """One family member's visit to the page, with cookies. Blocking; use it in a worker thread."""

    def __init__(self, invitation_url: str, pin: str) -> None:
        self._invitation_url = invitation_url
        self._pin = pin
        self._session = requests.Session()
        self.url = ""

    def open(self) -> None:
        """Follow the invitation and enter the PIN. Raises FamilyPageError."""
        form = self._find_pin_form(self._get(self._invitation_url).text)
        target = urljoin(self._invitation_url, form.action) if form.action else self._invitation_url
        answer = self._request("POST", target, {**form.fields, "pin": self._pin})
        if any("pin" in form.fields for form in PageReader(answer.text).forms):
            raise FamilyPageError("the PIN was not accepted")
        self.url = answer.url

    def close(self) -> None:
        self._session.close()

    def list_memory_ids(self) -> set[str]:
        """Ids of the memories that the page links to."""
        return set(_MEMORY_LINK.findall("\n".join(PageReader(self._get(self.url).text).addresses)))

    def address_of(self, memory_id: str) -> str:
        """Address of the memory's own page."""
        return f"{self.url.partition('?')[0].rstrip('/')}/memory/{memory_id}"

    def read_memory(self, memory_id: str) -> dict[str, MediaFile]:
        """The files of a memory's own page by kind (`picture`, `original`, `voice`), fetched."""
        address = self.address_of(memory_id)
        links = PageReader(self._get(address).text).addresses
        pattern = re.compile(rf"/media/{memory_id}/(picture|original|voice)(?:$|[?])")
        found = {match[1]: urljoin(address, link) for link in links if (match := pattern.search(link))}
        return {kind: self._fetch(url) for kind, url in found.items()}

    def _fetch(self, url: str) -> MediaFile:
        answer = self._get(url)
        return MediaFile(answer.headers.get("Content-Type", "").partition(";")[0], answer.content)

    def _find_pin_form(self, html: str) -> Form:
        for form in PageReader(html).forms:
            if form.method == "post" and "pin" in form.fields:
                return form
        raise FamilyPageError("the invitation shows no form for the PIN")

    def _get(self, url: str) -> requests.Response:
        return self._request("GET", url)

    def _request(self, method: str, url: str, data: dict[str, str] | None = None) -> requests.Response:
        try:
            answer = self._session.request(method, url, data=data, timeout=ANSWER_WITHIN_S)
        except requests.RequestException as error:
            raise FamilyPageError(f"{url}: {error}") from error
        if not answer.ok:
            raise FamilyPageError(f"{url} answered {answer.status_code}")
        return answer
