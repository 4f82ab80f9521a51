"""The few files that pages need besides their HTML. Their addresses hold their hash, so browsers keep them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from boothkit.errors import NotFoundError

_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class _StaticFile:
    data: bytes
    media_type: str


class StaticFiles:
    """All files of a folder, read once. Raises KeyError for a kind of file that no page needs."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, _StaticFile] = {}
        self._addresses: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            data = path.read_bytes()
            hashed = f"{path.stem}.{hashlib.sha256(data).hexdigest()[:12]}{path.suffix}"
            self._files[hashed] = _StaticFile(data, _MEDIA_TYPES[path.suffix])
            self._addresses[path.name] = f"/static/{hashed}"

    def address(self, name: str) -> str:
        """Where a page finds a file. Raises KeyError for an unknown one."""
        return self._addresses[name]

    def respond(self, hashed_name: str) -> Response:
        """The file itself. Raises NotFoundError."""
        file = self._files.get(hashed_name)
        if file is None:
            raise NotFoundError
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(file.data, media_type=file.media_type, headers=headers)
