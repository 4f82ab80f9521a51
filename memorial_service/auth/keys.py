"""What is signed with the service's own secret: session cookies and form tokens."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, Signer

from boothkit.web.form_keys import FormKeys

_FORM_VALID_S = 6 * 3600


class Keys:
    """Signs and checks. A changed cookie or form is worth nothing, even before the database is asked."""

    def __init__(self, secret: bytes) -> None:
        self._sessions = Signer(secret, salt="family-session", digest_method=hashlib.sha256)
        self._forms = FormKeys(secret, salt="form-token", valid_s=_FORM_VALID_S)

    def sign_session(self, token: str) -> str:
        """The cookie value for a session token."""
        return self._sessions.sign(token).decode()

    def read_session(self, cookie: str | None) -> str | None:
        """The session token in a cookie; None when there is none or it is not ours."""
        try:
            return self._sessions.unsign(cookie).decode() if cookie else None
        except BadSignature:
            return None

    def sign_form(self, nonce: str) -> str:
        """The hidden field of a form, bound to the browser's own nonce."""
        return self._forms.sign(nonce)

    def is_own_form(self, field: str, nonce: str | None) -> bool:
        """True when the field was made for this nonce within the last hours."""
        return self._forms.is_own(field, nonce)
