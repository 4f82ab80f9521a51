"""Names for things: time-ordered ids, codes that a person can read aloud, and bearer tokens."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
import uuid

# Douglas Crockford's base 32: no I, L, O or U, so that a code read aloud or by hand is not misread.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREADINGS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_CANONICAL_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_RANDOM_BITS = 74


class _TimeOrderedIds:
    """Ids of RFC 9562 version 7 that rise strictly within one process, even when the clock steps back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def take(self) -> uuid.UUID:
        fresh = time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        step = 1 + secrets.randbits(32)
        with self._lock:
            self._last = max(fresh, self._last + step)
            return _lay_out(self._last)


def _lay_out(value: int) -> uuid.UUID:
    """Spread 48 bits of milliseconds and 74 random bits around the version and variant fields."""
    milliseconds = value >> _RANDOM_BITS
    random_a = value >> 62 & 0xFFF
    random_b = value & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)


_time_ordered_ids = _TimeOrderedIds()


def new_id() -> str:
    """A new UUID version 7 in canonical text; later ids of this process sort after earlier ones."""
    return str(_time_ordered_ids.take())


def is_id(text: str) -> bool:
    """True for any UUID in canonical lower-case form."""
    return _CANONICAL_ID.fullmatch(text) is not None


def new_receipt_code() -> str:
    """A visitor's receipt code of 50 random bits, like `K7F2-9QXM-4T`."""
    return _grouped(10)


def new_enrolment_code() -> str:
    """A code of 40 random bits in two groups, like `K7F2-9QXM`, which a person types once."""
    return _grouped(8)


def normalise_code(text: str) -> str:
    """What a person meant by a typed code: upper case, in groups of four, O read as 0 and I or L as 1."""
    return _group(text.strip().upper().translate(_MISREADINGS))


def _grouped(length: int) -> str:
    return _group("".join(secrets.choice(_ALPHABET) for _ in range(length)))


def _group(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def new_token() -> str:
    """A bearer token of 256 random bits, URL-safe. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of a token, hex. A plain hash is enough: a 256-bit random token cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_matches(token: str, token_hash: str) -> bool:
    """Compare a shown token with a stored hash in constant time."""
    return hmac.compare_digest(hash_token(token).encode(), token_hash.encode())
