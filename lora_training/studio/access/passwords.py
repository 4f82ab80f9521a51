"""The staff's password: kept as an argon2id hash only, or given by the settings and never written down."""

from __future__ import annotations

import threading
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from boothkit.files import publish_file
from lora_training.studio.errors import PasswordMissingError, PasswordTooShortError
from lora_training.studio.settings import MIN_PASSWORD_LENGTH

HASH_NAME = "password.hash"
_LONGEST = 200
# Each comparison takes 64 MiB on purpose; a wave of guesses must not take the machine's memory.
_AT_A_TIME = threading.BoundedSemaphore(1)
_hasher = PasswordHash((Argon2Hasher(),))


def keep_password(data_dir: Path, password: str, again: str) -> None:
    """Make this the password; whoever is signed in has to sign in again. Raises PasswordTooShortError."""
    if len(password) < MIN_PASSWORD_LENGTH or password != again:
        raise PasswordTooShortError(length=MIN_PASSWORD_LENGTH)
    publish_file(data_dir / HASH_NAME, _hasher.hash(password).encode())


class StaffPassword:
    """Compares what was typed with the password of the settings, else with the kept one."""

    def __init__(self, data_dir: Path, given: str | None) -> None:
        self._path = data_dir / HASH_NAME
        self._given_hash = _hasher.hash(given) if given else None

    def get_hash(self) -> str:
        """The hash in force. Raises PasswordMissingError: there is no default password."""
        if self._given_hash:
            return self._given_hash
        try:
            return self._path.read_text().strip()
        except FileNotFoundError:
            raise PasswordMissingError from None

    def matches(self, typed: str) -> bool:
        """Takes about 0.1 s: never call it on the event loop."""
        with _AT_A_TIME:
            return _hasher.verify(typed[:_LONGEST], self.get_hash())
