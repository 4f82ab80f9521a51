"""Large bodies on their way to the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from boothkit.errors import PayloadTooLargeError
from boothkit.files import make_folder, translate_disk_errors

_PIECE_BYTES = 2**20


@asynccontextmanager
async def receive_file(request: Request, folder: Path, *, max_bytes: int) -> AsyncIterator[IO[bytes]]:
    """The body as a file without a name on the disk of `folder`: it is gone with the block, or with the process.

    Raises PayloadTooLargeError as soon as it is known to be too long, StorageFullError or StorageError.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise PayloadTooLargeError(max_bytes=max_bytes)
    file = await run_in_threadpool(_open_nameless, folder)
    try:
        await _receive(request, file, max_bytes)
        yield file
    finally:
        file.close()


async def _receive(request: Request, file: IO[bytes], max_bytes: int) -> None:
    piece = bytearray()
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > max_bytes:
            raise PayloadTooLargeError(max_bytes=max_bytes)
        piece += chunk
        if len(piece) >= _PIECE_BYTES:
            await run_in_threadpool(_write, file, bytes(piece))
            piece.clear()
    await run_in_threadpool(_write, file, bytes(piece))


def _open_nameless(folder: Path) -> IO[bytes]:
    with translate_disk_errors():
        make_folder(folder)
        return tempfile.TemporaryFile(dir=folder, buffering=0)


def _write(file: IO[bytes], data: bytes) -> None:
    with translate_disk_errors():
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file.fileno(), rest) :]
