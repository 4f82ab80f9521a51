"""PINs: made at random, kept only as argon2id hashes, and compared a few at a time."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

PIN_DIGITS = 6
# Each comparison takes 64 MiB on purpose; a wave of guesses must not take the machine's memory.
_AT_A_TIME = threading.BoundedSemaphore(2)
_hasher = PasswordHash((Argon2Hasher(),))


def new_pin() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def hash_pin(pin: str) -> str:
    """The argon2id hash of a PIN."""
    with _AT_A_TIME:
        return _hasher.hash(pin)


def pin_matches(typed: str, pin_hash: str) -> bool:
    """Compare what a person typed with a stored hash. Takes about 0.1 s: never call it on the event loop."""
    with _AT_A_TIME:
        return _hasher.verify(_normalise(typed), pin_hash)


def _normalise(typed: str) -> str:
    """Full-width digits and stray spaces or hyphens are what phones and elderly hands produce."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed[:40]) if letter.isalnum())
