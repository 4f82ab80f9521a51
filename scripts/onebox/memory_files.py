"""The files of one memory as the family page gives them, put where a person can look at them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from scripts.onebox.family_page import FamilyPageError, MediaFile

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/mp4": "m4a"}


class MemoryFiles:
    """Files by kind: `picture`, `original`, `voice`."""

    def __init__(self, files: Mapping[str, MediaFile]) -> None:
        self._files = files

    def hash_of(self, kind: str) -> str:
        """SHA-256 of a file, hex. Raises FamilyPageError when the page has none of this kind."""
        if kind not in self._files:
            raise FamilyPageError(f"the page of the memory has no {kind}")
        return hashlib.sha256(self._files[kind].content).hexdigest()

    def save(self, folder: Path) -> dict[str, Path]:
        """Write `picture.png` and so on into the folder, for this user only; the paths by kind."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = {}
        for kind, file in self._files.items():
            paths[kind] = folder / f"{kind}.{_ENDINGS.get(file.media_type, 'bin')}"
            paths[kind].write_bytes(file.content)
        return paths
