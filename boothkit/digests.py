"""The Content-Digest header of RFC 9530, with SHA-256 as its one algorithm."""

from __future__ import annotations

import base64
import binascii
import re

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):")


def content_digest(sha256_hex: str) -> str:
    """The header's value for a body whose SHA-256 is known."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256_hex)).decode()}:"


def find_sha256(header: str) -> bytes | None:
    """The SHA-256 that a header declares, or None when it declares none that can be read."""
    match = _SHA256.search(header)
    if match is None:
        return None
    try:
        return base64.b64decode(match[1], validate=True)
    except binascii.Error:
        return None
