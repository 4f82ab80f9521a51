"""Reads the text chunks of a PNG (ISO/IEC 15948, 11.3.4) without decoding its pixels."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_TEXT_BYTES = 1 << 20


def read_png_texts(data: bytes) -> dict[str, str]:
    """Keyword and text of every tEXt, zTXt and iTXt chunk; the first of each keyword. Empty when it is no PNG.

    Damaged chunks are left out. A text that unpacks to more than 1 MiB is left out.
    """
    texts: dict[str, str] = {}
    for kind, content in _list_chunks(data):
        keyword, _, rest = content.partition(b"\0")
        text = _read_text(kind, rest)
        if text is not None:
            texts.setdefault(keyword.decode("latin-1"), text)
    return texts


def _list_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        return
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        content = data[place + 8 : place + 8 + length]
        if len(content) < length:
            return
        yield data[place + 4 : place + 8], content
        place += 12 + length


def _read_text(kind: bytes, rest: bytes) -> str | None:
    if kind == b"tEXt":
        return rest.decode("latin-1") if len(rest) <= MOST_TEXT_BYTES else None
    if kind == b"zTXt":
        plain = _unpack(rest[1:])
        return None if plain is None else plain.decode("latin-1")
    if kind == b"iTXt":
        return _read_international(rest)
    return None


def _read_international(rest: bytes) -> str | None:
    if len(rest) < 2:
        return None
    is_packed = rest[0] == 1
    parts = rest[2:].split(b"\0", 2)  # language, translated keyword, text
    if len(parts) < 3:
        return None
    plain = _unpack(parts[2]) if is_packed else parts[2]
    return None if plain is None or len(plain) > MOST_TEXT_BYTES else plain.decode("utf-8", "replace")


def _unpack(packed: bytes) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, MOST_TEXT_BYTES)
    except zlib.error:
        return None
    return None if unpacker.unconsumed_tail else plain
