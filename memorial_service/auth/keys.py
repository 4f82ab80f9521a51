"""The service's own secret, and what is signed with it: session cookies and form tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer

from boothkit.files import publish_file

_FORM_VALID_S = 6 * 3600


def load_secret(data_dir: Path) -> bytes:
    """The secret of this data folder, made at the first start and readable by its owner only."""
    path = data_dir / "secret.key"
    if not path.is_file():
        publish_file(path, secrets.token_bytes(32))
    return path.read_bytes()


class Keys:
    """Signs and checks. A changed cookie or form is worth nothing, even before the database is asked."""

    def __init__(self, secret: bytes) -> None:
        self._sessions = Signer(secret, salt="family-session", digest_method=hashlib.sha256)
        self._forms = URLSafeTimedSerializer(secret, salt="form-token")

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
        signed = self._forms.dumps(nonce)
        return signed if isinstance(signed, str) else signed.decode()

    def is_own_form(self, field: str, nonce: str | None) -> bool:
        """True when the field was made for this nonce within the last hours."""
        if not nonce:
            return False
        try:
            signed = self._forms.loads(field, max_age=_FORM_VALID_S)
        except BadSignature:
            return False
        return isinstance(signed, str) and hmac.compare_digest(signed.encode(), nonce.encode())
