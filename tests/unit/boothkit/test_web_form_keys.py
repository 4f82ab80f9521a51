"""Form tokens: bound to a browser, a secret, a purpose and a time."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer
from starlette.requests import Request

from boothkit.web.form_keys import FormKeys, is_from_another_site, load_secret

SECRET, SALT = b"k" * 32, "purpose"
KEYS = FormKeys(SECRET, salt=SALT, valid_s=3600)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    secret = load_secret(tmp_path)
    assert len(secret) == 32
    assert load_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert load_secret(tmp_path / "other") != secret


def test_a_form_belongs_to_its_browser() -> None:
    field = KEYS.sign("nonce")
    assert FormKeys(SECRET, salt=SALT, valid_s=3600).is_own(field, "nonce")
    for nonce in ("other", "", None):
        assert not KEYS.is_own(field, nonce)
    assert not KEYS.is_own(field[:-1], "nonce")


def test_a_form_of_another_secret_or_purpose_is_foreign() -> None:
    field = KEYS.sign("nonce")
    assert not FormKeys(b"x" * 32, salt=SALT, valid_s=3600).is_own(field, "nonce")
    assert not FormKeys(SECRET, salt="another", valid_s=3600).is_own(field, "nonce")


@pytest.mark.parametrize(("age_s", "is_own"), [(0, True), (3500, True), (3700, False)])
def test_a_form_expires(age_s: int, is_own: bool) -> None:
    class Earlier(URLSafeTimedSerializer):
        def make_signer(self, salt: str | bytes | None = None):  # type: ignore[no-untyped-def]
            signer = super().make_signer(salt)
            now = signer.get_timestamp()
            signer.get_timestamp = lambda: now - age_s
            return signer

    assert KEYS.is_own(str(Earlier(SECRET, salt=SALT).dumps("nonce")), "nonce") is is_own


@given(st.text(max_size=200))
def test_any_other_text_is_worth_nothing(text: str) -> None:
    assert not KEYS.is_own(text, "nonce")


@pytest.mark.parametrize(
    ("said", "expected"),
    [(None, False), ("same-origin", False), ("none", False), ("same-site", True), ("cross-site", True), ("", True)],
)
def test_what_a_browser_says_of_the_sender_counts(said: str | None, expected: bool) -> None:
    headers = [] if said is None else [(b"sec-fetch-site", said.encode())]
    assert is_from_another_site(Request({"type": "http", "headers": headers})) is expected
