"""Who is signed in. Sessions outlive a restart; of their tokens only hashes are kept."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from boothkit.files import publish_file
from boothkit.ids import hash_token, new_token

_FILE_NAME = "sessions.json"


class Sessions:
    """Sessions end after `hours`, when staff sign out, and when the password is changed."""

    def __init__(self, data_dir: Path, *, hours: int, clock: Callable[[], float] = time.time) -> None:
        self._path = data_dir / _FILE_NAME
        self._valid_s = hours * 3600
        self._clock = clock
        self._lock = threading.Lock()

    def begin(self, password_hash: str) -> str:
        """The token of a new session."""
        token = new_token()
        with self._lock:
            self._save({**self._load(password_hash), hash_token(token): self._clock() + self._valid_s}, password_hash)
        return token

    def is_valid(self, token: str | None, password_hash: str) -> bool:
        """True for a session that was begun with the present password and has not ended."""
        if not token:
            return False
        with self._lock:
            return hash_token(token) in self._load(password_hash)

    def end(self, token: str | None, password_hash: str) -> None:
        """Sign one browser out."""
        with self._lock:
            kept = self._load(password_hash)
            if token and kept.pop(hash_token(token), None):
                self._save(kept, password_hash)

    def _load(self, password_hash: str) -> dict[str, float]:
        try:
            kept = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        if kept["password"] != _mark(password_hash):
            return {}
        return {token: ends_at for token, ends_at in kept["sessions"].items() if ends_at > self._clock()}

    def _save(self, sessions: dict[str, float], password_hash: str) -> None:
        content = {"password": _mark(password_hash), "sessions": sessions}
        publish_file(self._path, json.dumps(content).encode())


def _mark(password_hash: str) -> str:
    """What tells that the password is still the same."""
    return hashlib.sha256(password_hash.encode()).hexdigest()
