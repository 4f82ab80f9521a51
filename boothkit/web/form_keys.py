"""Form tokens: they tie a form to the browser that it was made for, so that no other site can send it."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request

from boothkit.files import publish_file


def load_secret(data_dir: Path) -> bytes:
    """The secret of this data folder, made at the first start and readable by its owner only."""
    path = data_dir / "secret.key"
    if not path.is_file():
        publish_file(path, secrets.token_bytes(32))
    return path.read_bytes()


class FormKeys:
    """Signs and checks the hidden field of forms. `salt` keeps what is signed for one purpose from serving another."""

    def __init__(self, secret: bytes, *, salt: str, valid_s: int) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt=salt)
        self._valid_s = valid_s

    def sign(self, nonce: str) -> str:
        """The hidden field of a form, bound to the browser's own nonce."""
        signed = self._signer.dumps(nonce)
        return signed if isinstance(signed, str) else signed.decode()

    def is_own(self, field: str, nonce: str | None) -> bool:
        """True when the field was made for this nonce and is not too old."""
        if not nonce:
            return False
        try:
            signed = self._signer.loads(field, max_age=self._valid_s)
        except BadSignature:
            return False
        return isinstance(signed, str) and hmac.compare_digest(signed.encode(), nonce.encode())


def is_from_another_site(request: Request) -> bool:
    """Browsers say when a form comes from a page of another site."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
