"""Asks programs whether they are ready."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from boothkit.supervisor import Probe

ANSWER_WITHIN_S = 2.0


def http_ready(socket: Path, path: str = "/health/ready") -> Probe:
    """Ready when a GET over the Unix socket is answered with 200."""

    async def probe() -> bool:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await _get_status(socket, path) == b"200"
        return False

    return probe


def port_open(host: str, port: int) -> Probe:
    """Ready when a TCP connection is taken."""

    async def probe() -> bool:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_WITHIN_S):
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
                return True
        return False

    return probe


async def _get_status(socket: Path, path: str) -> bytes:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: booth\r\nConnection: close\r\n\r\n".encode())
        _, _, rest = (await reader.readline()).partition(b" ")
        return rest[:3]
    finally:
        writer.close()
