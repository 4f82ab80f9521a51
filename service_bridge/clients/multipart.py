"""A multipart/form-data body that is read from disk while it is sent, so that its size costs no memory."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Small pieces: the socket's timeout runs per piece, so that a link of 1 kB/s is slow and not broken.
_PIECE_BYTES = 4096


@dataclass(frozen=True)
class FilePart:
    """A file to be sent under a form name. `length` is its size in bytes."""

    name: str
    path: Path
    length: int
    media_type: str


class MultipartBody:
    """A readable body with a known length, for requests' `data`."""

    def __init__(self, metadata: bytes, files: list[FilePart]) -> None:
        self._boundary = secrets.token_hex(16)
        self._metadata = metadata
        self._files = files
        self._pieces = self._generate()

    @property
    def content_type(self) -> str:
        """Value of the Content-Type header."""
        return f"multipart/form-data; boundary={self._boundary}"

    def __len__(self) -> int:
        heads = sum(len(self._head(part)) + part.length + 2 for part in self._files)
        return len(self._opening()) + heads + len(self._closing())

    def read(self, _: int = -1) -> bytes:
        """The next piece, at most 4 kB; empty at the end."""
        return next(self._pieces, b"")

    def _generate(self) -> Iterator[bytes]:
        yield from _cut(io.BytesIO(self._opening()))
        for part in self._files:
            yield self._head(part)
            with part.path.open("rb") as file:
                yield from _cut(file)
            yield b"\r\n"
        yield self._closing()

    def _opening(self) -> bytes:
        head = (
            f"--{self._boundary}\r\n"
            'Content-Disposition: form-data; name="metadata"; filename="metadata.json"\r\n'
            "Content-Type: application/json\r\n\r\n"
        )
        return head.encode() + self._metadata + b"\r\n"

    def _head(self, part: FilePart) -> bytes:
        return (
            f"--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{part.name}"; filename="{part.name}"\r\n'
            f"Content-Type: {part.media_type}\r\n\r\n"
        ).encode()

    def _closing(self) -> bytes:
        return f"--{self._boundary}--\r\n".encode()


def _cut(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
