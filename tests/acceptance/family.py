"""The family's page read over HTTP: every memory on every page of the stream, and each one's files."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import requests

from scripts.onebox.family_page import FamilyPage, PageReader

_ENTRY = re.compile(r'<h3><a href="/m/[^"/]+/memory/([0-9a-f-]{36})"')
_OLDER = re.compile(r'rel="next" href="([^"]+)"')
_FILE = re.compile(r"/media/[0-9a-f-]{36}/(picture|original|voice)(?=\?|$)")


@dataclass(frozen=True)
class SeenMemory:
    """One memory as a family member gets it."""

    memory_id: str
    original_sha256: str
    kinds: frozenset[str]
    text: str


class Family:
    """A family member, signed in from the start. A context manager that closes the connections."""

    def __init__(self, invitation_url: str, pin: str) -> None:
        self._page = FamilyPage(invitation_url, pin)
        self._page.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._page.close()

    @property
    def url(self) -> str:
        return self._page.url

    def count_entries(self) -> Counter[str]:
        """How often each memory is on the family's page, over all pages of the stream."""
        entries: Counter[str] = Counter()
        address: str | None = self._page.url
        while address:
            html = self._get(address).text
            entries.update(_ENTRY.findall(html))
            older = _OLDER.search(html)
            address = urljoin(address, unescape(older[1])) if older else None
        return entries

    def read(self, memory_id: str) -> SeenMemory:
        """A memory's own page with its original, downloaded."""
        address = self._page.address_of(memory_id)
        html = self._get(address).text
        links = {match[1]: link for link in PageReader(html).addresses if (match := _FILE.search(link))}
        original = self._get(urljoin(address, links["original"])).content
        return SeenMemory(memory_id, hashlib.sha256(original).hexdigest(), frozenset(links), unescape(html))

    def fetch(self, memory_id: str, kind: str) -> bytes:
        """A file of a memory: `picture`, `original` or `voice`."""
        return self._page.read_memory(memory_id)[kind].content

    def _get(self, address: str) -> requests.Response:
        return self._page._get(address)
