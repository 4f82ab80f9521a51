"""The Content-Digest header."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boothkit.digests import content_digest, find_sha256


def test_the_digest_is_written_as_rfc_9530_says() -> None:
    sha256 = hashlib.sha256(b'{"hello": "world"}\n').hexdigest()
    assert content_digest(sha256) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@given(st.binary())
def test_what_is_written_is_read(body: bytes) -> None:
    digest = hashlib.sha256(body)
    assert find_sha256(f"sha-512=:AAAA:, {content_digest(digest.hexdigest())}") == digest.digest()


@pytest.mark.parametrize("header", ["", "sha-512=:AAAA:", "xsha-256=:AAAA:", "sha-256=:A:", "sha-256=AAAA"])
def test_what_declares_no_sha_256_is_not_read(header: str) -> None:
    assert find_sha256(header) is None
