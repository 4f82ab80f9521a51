"""Who may ask: a bearer token, or basic authentication for clients that know nothing else."""

from __future__ import annotations

import base64
import binascii
import hmac

from fastapi.security import HTTPBasic
from starlette.requests import Request

from boothkit.errors import UnauthorizedError
from boothkit.web import bearer_token
from generator_server.errors import PublishingOffError
from generator_server.settings import ServerSettings


class Gate:
    """Compares what a request shows with the settings, in constant time. Open when nothing is set."""

    def __init__(self, settings: ServerSettings) -> None:
        self._accepted: dict[str, tuple[bytes, ...]] = {}
        if settings.token is not None:
            self._accepted["bearer"] = _list_forms(settings.token.get_secret_value())
        if settings.basic_user is not None and settings.basic_password is not None:
            self._accepted["basic"] = _list_forms(f"{settings.basic_user}:{settings.basic_password.get_secret_value()}")

    def check(self, request: Request) -> None:
        """Raise UnauthorizedError unless the request shows one of the accepted secrets."""
        if not self._accepted:
            return
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        secret = _read(scheme.lower(), shown.strip())
        if not _is_one_of(secret, self._accepted.get(scheme.lower(), ())):
            raise UnauthorizedError

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate header for a refused request."""
        return 'Basic realm="generator", charset="UTF-8"' if "basic" in self._accepted else "Bearer"


class PublishingGate:
    """Lets those through who show the token for publishing; nobody where none is set."""

    def __init__(self, settings: ServerSettings) -> None:
        self._token = None if settings.publish_token is None else _list_forms(settings.publish_token.get_secret_value())

    def check(self, request: Request) -> None:
        """Raises PublishingOffError, or UnauthorizedError for a wrong token."""
        if self._token is None:
            raise PublishingOffError
        if not _is_one_of(_read("bearer", bearer_token(request)), self._token):
            raise UnauthorizedError


class DescribedBasic(HTTPBasic):
    """For the OpenAPI document only: FastAPI's own would refuse every name and password beyond ASCII."""

    def __init__(self) -> None:
        super().__init__(auto_error=False, scheme_name=HTTPBasic.__name__)

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        """Nothing is checked here; the gate is asked before a body is read."""


def _list_forms(secret: str) -> tuple[bytes, ...]:
    """A secret as clients write it: in UTF-8 (RFC 7617) or, as many do where they can, in Latin-1."""
    forms = [secret.encode()]
    if not secret.isascii() and all(ord(letter) < 256 for letter in secret):
        forms.append(secret.encode("latin-1"))
    return tuple(forms)


def _is_one_of(shown: bytes, secrets: tuple[bytes, ...]) -> bool:
    return any(hmac.compare_digest(shown, secret) for secret in secrets)


def _read(scheme: str, shown: str) -> bytes:
    if scheme != "basic":
        return shown.encode("latin-1")  # the bytes as they came
    try:
        return base64.b64decode(shown, validate=True)
    except (binascii.Error, ValueError):
        return b""
