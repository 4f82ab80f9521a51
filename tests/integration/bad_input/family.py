"""Somebody with an invitation, as a browser: the form, its token, the cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from tests.integration.bad_input.site import TIMEOUT_S, Caller, Seen, Site, keep_pace

# Anchored to their own lines: the id on the line above often holds six digits in a row.
_INVITATION = re.compile(r"^link: (\S+)$", re.MULTILINE)
_PIN = re.compile(r"^pin: (\d{6})$", re.MULTILINE)
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def invite(site: Site) -> tuple[str, str]:
    """Link and PIN of a new invitation to the demonstration memorial."""
    printed = site.command("memorial", "invite", "--memorial", site.demonstration.memorial_code)
    link = _INVITATION.search(printed)
    pin = _PIN.search(printed)
    assert link is not None, printed
    assert pin is not None, printed
    return link[1], pin[1]


@dataclass
class Family:
    """One invited person's browser."""

    caller: Caller
    url: str
    pin: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def enter(self) -> None:
        """Sign in."""
        answer = self.try_pin(self.pin)
        assert answer.status_code == 303, answer.text[:300]

    def try_pin(self, pin: str) -> requests.Response:
        """Send the form as the page has it."""
        return self.post({"pin": pin, "csrf": self.read_csrf()})

    def read_csrf(self) -> str:
        """The form token of the invitation's page, in this browser."""
        found = _CSRF.search(self.get(self.path).text)
        assert found is not None
        return found[1]

    def get(self, path: str) -> requests.Response:
        """A page, without following where it leads."""
        return self._ask("GET", path)

    def post(
        self,
        fields: dict[str, str],
        *,
        session: requests.Session | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """Fields sent to the invitation's address, from this browser or another."""
        return self._ask("POST", self.path, data=fields, session=session, headers=headers)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        data: dict[str, str] | None = None,
        session: requests.Session | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        keep_pace(path)
        answer = (session or self.session).request(
            method,
            f"{self.caller.site.urls['public']}{path}",
            data=data,
            headers={"Accept-Language": self.caller.language, **(headers or {})},
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )
        seen = Seen(f"{method} public {path[:3]}...", answer.status_code, answer.elapsed.total_seconds())
        self.caller.site.seen.append(seen)
        return answer
