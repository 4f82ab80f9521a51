"""Signed cookies and form tokens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from memorial_service.auth.keys import Keys

KEYS = Keys(b"k" * 32)


def test_a_session_comes_back_only_under_the_same_key() -> None:
    cookie = KEYS.sign_session("token")
    assert KEYS.read_session(cookie) == "token"
    assert Keys(b"other" * 8).read_session(cookie) is None
    assert KEYS.read_session(cookie[:-1]) is None
    assert KEYS.read_session(None) is None


@given(st.text(max_size=200))
def test_foreign_cookies_and_forms_are_worth_nothing(text: str) -> None:
    assert KEYS.read_session(text) is None
    assert not KEYS.is_own_form(text, "nonce")


def test_a_form_belongs_to_its_browser() -> None:
    field = KEYS.sign_form("nonce")
    assert KEYS.is_own_form(field, "nonce")
    assert not KEYS.is_own_form(field, "other")
    assert not KEYS.is_own_form(field, None)
    assert not KEYS.is_own_form(field, "")


def test_an_old_form_has_expired() -> None:
    class Yesterday(URLSafeTimedSerializer):
        def make_signer(self, salt: str | bytes | None = None):  # type: ignore[no-untyped-def]
            signer = super().make_signer(salt)
            now = signer.get_timestamp()
            signer.get_timestamp = lambda: now - 86_400
            return signer

    old = Yesterday(b"k" * 32, salt="form-token").dumps("nonce")
    assert not KEYS.is_own_form(str(old), "nonce")
    assert KEYS.is_own_form(str(URLSafeTimedSerializer(b"k" * 32, salt="form-token").dumps("nonce")), "nonce")
