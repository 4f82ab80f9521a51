"""The running servers with everybody who may and may not ask them, and a memory of every answer they gave."""

from __future__ import annotations

import os
import subprocess
import time
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import requests

from boothkit.digests import content_digest
from boothkit.ids import new_id
from scripts.onebox.commands import MEMORIAL_BOOTH
from scripts.onebox.enrolment import Demonstration
from scripts.onebox.running import RunningBox
from tests.integration.bad_input.materials import GOOD, sha256_of

Language = Literal["ko", "en"]
Door = Literal["booth", "public", "generator"]
TIMEOUT_S = 30.0
# The doors for codes and PINs take at most 100 requests a second, however they are set: stay below that.
PACE_S = 0.015
_PACED = ("/api/v1/enrolments", "/i/")


def keep_pace(path: str) -> None:
    """Wait a little before a request that is counted."""
    if path.startswith(_PACED):
        time.sleep(PACE_S)


@dataclass(frozen=True)
class Seen:
    """One answer as the front door gave it."""

    request: str
    status: int
    seconds: float


@dataclass
class Site:
    """One box, its doors and the tokens for them. `seen` holds every answer that came through a `Caller`."""

    box: RunningBox
    seen: list[Seen] = field(default_factory=list)

    @property
    def urls(self) -> dict[Door, str]:
        return {
            "booth": self.box.booth_url,
            "public": self.box.public_url,
            "generator": f"http://{self.settings['nginx']['generator_listen']}",
        }

    @cached_property
    def settings(self) -> dict[str, Any]:
        return tomllib.loads(self.box.folders.site_file.read_text())

    @cached_property
    def demonstration(self) -> Demonstration:
        return self.box.enrolment.get_demonstration()

    @cached_property
    def other_kiosk_token(self) -> str:
        return self.enrol("kiosk")[1]

    @cached_property
    def revoked_token(self) -> str:
        booth_id, token = self.enrol("kiosk")
        self.command("bridge", "revoke", booth_id)
        return token

    @cached_property
    def other_hall_memorial_id(self) -> str:
        """A memorial of a hall that this booth does not belong to."""
        self.command("memorial", "create-hall", "--name", "다른 추모관")
        made = self.command(
            *("memorial", "create-memorial", "--hall", "다른 추모관"),
            *("--code", "OTHER-2026", "--deceased-name", "이철수"),
        )
        return next(word for word in made.replace('"', " ").split() if len(word) == 36 and word.count("-") == 4)

    def token_of(self, door: Door) -> str:
        """The token that opens a door: the kiosk's, the bridge's at the memorial service and at the generator."""
        if door == "booth":
            return self.box.kiosk_token
        if door == "generator":
            token: str = self.settings["bridge"]["generator"]["token"]
            return token
        return (self.box.folders.data_of("bridge") / "memorial.token").read_text().strip()

    def enrol(self, role: str) -> tuple[str, str]:
        """Id and token of a new device at the bridge."""
        code = self.command("bridge", "enrolment-code", "--role", role)
        body = {"code": code, "name": "another device"}
        answer = requests.post(f"{self.box.booth_url}/api/v1/enrolments", json=body, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.json()["booth_id"], answer.json()["token"]

    def command(self, *words: str) -> str:
        """What a `memorial-booth` command prints."""
        return subprocess.run(
            [*MEMORIAL_BOOTH, *words],
            env={**os.environ, **self.box.environ},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()


@dataclass
class Caller:
    """Somebody at the doors who wants answers in one language."""

    site: Site
    language: Language

    def ask(
        self,
        door: Door,
        method: str,
        path: str,
        *,
        token: str | None = "",
        headers: dict[str, str | bytes] | None = None,
        **options: Any,
    ) -> requests.Response:
        """A request with the door's own token, unless another `token` or None is given."""
        all_headers: dict[str, Any] = {"Accept-Language": self.language}
        if token is not None:
            all_headers["Authorization"] = f"Bearer {token or self.site.token_of(door)}"
        options = {"allow_redirects": False, "timeout": TIMEOUT_S, **options}
        keep_pace(path)
        started_at = time.monotonic()
        answer = requests.request(
            method, f"{self.site.urls[door]}{path}", headers={**all_headers, **(headers or {})}, **options
        )
        shown = f"{method} {door} {path[:120]}"
        self.site.seen.append(Seen(shown, answer.status_code, time.monotonic() - started_at))
        return answer

    def put_capture(
        self,
        data: bytes = GOOD,
        *,
        visit_id: str | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str | bytes] | None = None,
        token: str | None = "",
    ) -> requests.Response:
        """A capture as a kiosk hands it over, changed where a test wants it."""
        parameters = {
            "memorial_id": self.site.demonstration.memorial_id,
            "style_id": "watercolour",
            "language": self.language,
            "ai_restyle": "false",
            **(query or {}),
        }
        usual: dict[str, str | bytes] = {
            "Content-Type": "image/jpeg",
            "Content-Digest": content_digest(sha256_of(data)),
        }
        return self.ask(
            "booth",
            "PUT",
            f"/api/v1/visits/{visit_id or new_id()}/capture",
            token=token,
            params={name: value for name, value in parameters.items() if value != ""},
            data=data,
            headers={**usual, **(headers or {})},
        )

    def start_visit(self) -> str:
        """The id of a visit with a good capture."""
        visit_id = new_id()
        answer = self.put_capture(visit_id=visit_id)
        assert answer.status_code == 201, answer.text
        return visit_id

    def finish(self, visit_id: str, body: Any, **options: Any) -> requests.Response:
        """What the visitor leaves behind; `body` is sent as JSON, or as it is when it is bytes."""
        data = {"data": body} if isinstance(body, bytes) else {"json": body}
        headers: dict[str, str | bytes] = {"Content-Type": "application/json"}
        return self.ask("booth", "POST", f"/api/v1/visits/{visit_id}/finish", headers=headers, **data, **options)
