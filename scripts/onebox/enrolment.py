"""What has to happen once before the programs know each other: demonstration memorial, tokens, compiled painter.

Each data folder remembers in `onebox.json` who it is and whom it is enrolled with, so that a start that finds
everything done runs no command at all, and a folder that was deleted is set up again with all that depended on it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from boothkit.files import publish_file
from scripts.onebox.commands import MEMORIAL_BOOTH, run_command
from scripts.onebox.folders import Folders
from scripts.onebox.options import ROOT


@dataclass(frozen=True)
class Demonstration:
    """The demonstration memorial and how its family page is opened."""

    hall: str
    memorial_id: str
    memorial_code: str
    invitation_url: str
    pin: str


class Enrolment:
    """Sets up what is not yet set up, one program at a time."""

    def __init__(
        self,
        folders: Folders,
        public_url: str,
        environ: Mapping[str, str],
        command: tuple[str, ...] = MEMORIAL_BOOTH,
    ) -> None:
        self._folders = folders
        self._public_url = public_url
        self._environ = environ
        self._command = command

    @property
    def is_seeded(self) -> bool:
        return "demonstration" in self._notes_of("memorial")

    @property
    def is_painter_warm(self) -> bool:
        return self._notes_of("generator").get("painter") == fingerprint_painter()

    @property
    def is_bridge_enrolled(self) -> bool:
        return self._is_enrolled("bridge", at="memorial")

    @property
    def is_kiosk_enrolled(self) -> bool:
        return self._is_enrolled("kiosk", at="bridge")

    @property
    def is_complete(self) -> bool:
        return self.is_seeded and self.is_painter_warm and self.is_bridge_enrolled and self.is_kiosk_enrolled

    def get_demonstration(self) -> Demonstration:
        """The seeded memorial; call after `seed_memorial`."""
        seeded = self._notes_of("memorial")["demonstration"]
        demonstration = Demonstration(**{name: seeded[name] for name in Demonstration.__dataclass_fields__})
        # The site may have moved to another port since it was seeded.
        path = urlsplit(demonstration.invitation_url).path
        return replace(demonstration, invitation_url=f"{self._public_url}{path}")

    async def seed_memorial(self) -> None:
        seeded = json.loads(await self._run("memorial", "seed-demo"))
        self._note("memorial", demonstration=seeded)

    async def warm_painter(self) -> None:
        painter = await asyncio.to_thread(fingerprint_painter)
        await self._run("generator", "warm-up")
        self._note("generator", painter=painter)

    async def enrol_bridge(self) -> None:
        """Needs the running memorial service."""
        code = await self._run("memorial", "enrolment-code", "--hall", self.get_demonstration().hall)
        await self._run("bridge", "enrol", "--code", code)
        self._note("bridge", enrolled_with=self._identity_of("memorial"))

    async def enrol_kiosk(self) -> None:
        """Needs the running bridge."""
        code = await self._run("bridge", "enrolment-code", "--role", "kiosk")
        await self._run("kiosk", "enrol", "--code", code)
        self._note("kiosk", enrolled_with=self._identity_of("bridge"))

    async def _run(self, *words: str) -> str:
        return await run_command(self._command, *words, environ=self._environ)

    def _is_enrolled(self, program: str, *, at: str) -> bool:
        return self._notes_of(program).get("enrolled_with") == self._identity_of(at)

    def _identity_of(self, program: str) -> str:
        """Random name of a data folder; a new folder is somebody else."""
        notes = self._notes_of(program)
        if "identity" not in notes:
            notes = self._note(program, identity=secrets.token_hex(8))
        identity: str = notes["identity"]
        return identity

    def _notes_of(self, program: str) -> dict[str, Any]:
        file = self._file_of(program)
        notes: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return notes

    def _note(self, program: str, **notes: object) -> dict[str, Any]:
        together = self._notes_of(program) | notes
        publish_file(self._file_of(program), json.dumps(together, ensure_ascii=False, indent=1).encode())
        return together

    def _file_of(self, program: str) -> Path:
        return self._folders.data_of(program) / "onebox.json"


def fingerprint_painter() -> str:
    """Changes with the painter's code and the styles: with the kernels and the samples that are made from them."""
    digest = hashlib.sha256()
    for file in sorted([*(ROOT / "painter").rglob("*.py"), *(ROOT / "styles").rglob("*.toml")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()
