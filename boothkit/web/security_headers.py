"""Headers that every answer of a site with private pages carries, whatever made it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive, noimageindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """ASGI middleware: adds what an answer does not say itself.

    `content` is the site's Content-Security-Policy, `referrer` its Referrer-Policy.
    """

    def __init__(self, app: ASGIApp, *, content: str, referrer: str, is_https: bool) -> None:
        self._app = app
        own = {"Content-Security-Policy": content, "Referrer-Policy": referrer}
        self._headers = {**own, **_ALWAYS, **(_OVER_TLS if is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
