"""Who may ask: a bearer token, or basic authentication for clients that know nothing else."""

from __future__ import annotations

import base64
import binascii
import hmac

from starlette.requests import Request

from boothkit.errors import UnauthorizedError
from boothkit.web import bearer_token
from generator_server.errors import PublishingOffError
from generator_server.settings import ServerSettings


class Gate:
    """Compares what a request shows with the settings, in constant time. Open when nothing is set."""

    def __init__(self, settings: ServerSettings) -> None:
        self._accepted: dict[str, bytes] = {}
        if settings.token is not None:
            self._accepted["bearer"] = settings.token.get_secret_value().encode()
        if settings.basic_user is not None and settings.basic_password is not None:
            pair = f"{settings.basic_user}:{settings.basic_password.get_secret_value()}"
            self._accepted["basic"] = pair.encode()

    def check(self, request: Request) -> None:
        """Raise UnauthorizedError unless the request shows one of the accepted secrets."""
        if not self._accepted:
            return
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        expected = self._accepted.get(scheme.lower())
        if expected is None or not hmac.compare_digest(_read(scheme.lower(), shown.strip()), expected):
            raise UnauthorizedError

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate header for a refused request."""
        return "Basic" if "basic" in self._accepted else "Bearer"


class PublishingGate:
    """Lets those through who show the token for publishing; nobody where none is set."""

    def __init__(self, settings: ServerSettings) -> None:
        self._token = None if settings.publish_token is None else settings.publish_token.get_secret_value().encode()

    def check(self, request: Request) -> None:
        """Raises PublishingOffError, or UnauthorizedError for a wrong token."""
        if self._token is None:
            raise PublishingOffError
        if not hmac.compare_digest(bearer_token(request).encode(), self._token):
            raise UnauthorizedError


def _read(scheme: str, shown: str) -> bytes:
    if scheme != "basic":
        return shown.encode()
    try:
        return base64.b64decode(shown, validate=True)
    except (binascii.Error, ValueError):
        return b""
