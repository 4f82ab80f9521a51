"""A style pack as one archive, and the hash by which a generator knows its content."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import BinaryIO

_DAY_ZERO = (1980, 1, 1, 0, 0, 0)
_PACKED_ALREADY = frozenset({".jpg", ".png", ".npz"})
_CHUNK_BYTES = 2**20


def list_files(folder: Path) -> list[Path]:
    """All files of a pack, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def hash_pack(folder: Path) -> str:
    """SHA-256 (hex) over the names and contents of all files, as the generator's catalogue computes it."""
    digest = hashlib.sha256()
    for path in list_files(folder):
        name = path.relative_to(folder).as_posix().encode()
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(len(name).to_bytes(4, "big") + name + content)
    return digest.hexdigest()


def write_archive(folder: Path, file: BinaryIO) -> None:
    """A zip archive with the pack's files at its root; the same pack gives the same bytes."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in list_files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _DAY_ZERO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in _PACKED_ALREADY else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while chunk := source.read(_CHUNK_BYTES):
                    target.write(chunk)
