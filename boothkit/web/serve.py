"""Serving one app with uvicorn, on a Unix socket behind nginx or on a port."""

from __future__ import annotations

from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

# Longer than nginx keeps an idle connection (60 s), so that it is never us who close one that nginx is just using.
_KEEP_ALIVE_S = 75
# Progress streams never end by themselves; the whole start-up set must stop within 5 s.
_GRACE_S = 2


def serve(app: ASGIApp, *, uds: Path | None, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT: on the Unix socket `uds`, else on `host` and `port`. One process, one worker.

    On a Unix socket the forwarded headers are believed, because only the front door can reach it.
    """
    uvicorn.run(
        app,
        uds=str(uds) if uds else None,
        host=host or "127.0.0.1",
        port=port or 0,
        workers=1,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="*" if uds else "127.0.0.1",
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
