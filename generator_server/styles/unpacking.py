"""A style pack out of a ZIP archive that a stranger may have made: only files that a pack may hold, and never more."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from boothkit.faults import FieldFault
from boothkit.files import translate_disk_errors
from generator_server.styles.manifest import StyleManifest
from generator_server.styles.pack import MANIFEST_BYTES, MANIFEST_NAME, BrokenPackError, parse_manifest

MOST_FILES = 256
# Weights and pictures hardly shrink; text does, but is small.
MOST_RATIO, RATIO_FROM_BYTES = 100, 2**20
PICTURES = (".png", ".jpg", ".jpeg")
_ALLOWED = re.compile(
    r"style\.toml|[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.(?:safetensors|png|jpe?g)"
    r"|atlas/atlas\.(?:json|npz)|atlas/exemplars/[0-9]{3}\.jpg"
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE_BYTES = 2**20


class PackArchive:
    """An archive whose list of contents is acceptable; see `open_archive`."""

    def __init__(self, archive: zipfile.ZipFile, entries: tuple[zipfile.ZipInfo, ...]) -> None:
        self._archive = archive
        self._entries = entries

    def read_manifest(self) -> StyleManifest:
        """The manifest. Raises BrokenPackError."""
        with _translate_damage(), self._archive.open(MANIFEST_NAME) as file:
            data = file.read(MANIFEST_BYTES + 1)
        return parse_manifest(data)

    def unpack(self, folder: Path) -> None:
        """Write all files into `folder`, which is made. Raises BrokenPackError, StorageFullError or StorageError."""
        with _translate_damage():
            for entry in self._entries:
                path = folder / entry.filename
                with translate_disk_errors():
                    path.parent.mkdir(parents=True, exist_ok=True)
                with self._archive.open(entry) as source:
                    _copy(source, path)


@contextmanager
def open_archive(file: IO[bytes], *, max_bytes: int) -> Iterator[PackArchive]:
    """The archive in `file`, whose contents may be as large as `max_bytes` together. Raises BrokenPackError."""
    with _translate_damage():
        archive = zipfile.ZipFile(file)
    with archive:
        yield PackArchive(archive, _check_contents(archive, max_bytes))


def _check_contents(archive: zipfile.ZipFile, max_bytes: int) -> tuple[zipfile.ZipInfo, ...]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise _refuse("zip", f"파일은 {MOST_FILES}개까지 넣을 수 있습니다.", f"it holds more than {MOST_FILES} files.")
    entries = tuple(info for info in infos if not info.orig_filename.endswith("/"))
    faults = [fault for entry in entries if (fault := _find_fault(entry)) is not None]
    if faults:
        raise BrokenPackError(*faults)
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names):
        raise _refuse("zip", "같은 이름의 파일이 있습니다.", "two of its files have one name.")
    if sum(entry.file_size for entry in entries) > max_bytes:
        raise _refuse("zip", "풀어 놓은 크기가 너무 큽니다.", f"unpacked it is larger than {max_bytes} bytes.")
    if MANIFEST_NAME not in names:
        raise _refuse(MANIFEST_NAME, "파일이 없습니다.", "the file is not in the pack.")
    return entries


def _find_fault(entry: zipfile.ZipInfo) -> FieldFault | None:
    name = entry.orig_filename[:100].encode("ascii", "replace").decode()
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if _ALLOWED.fullmatch(entry.orig_filename) is None:
        return FieldFault(name, "화풍 묶음에 넣을 수 없는 파일입니다.", "this is no file that a style pack may hold.")
    if kind not in (0, stat.S_IFREG):
        return FieldFault(name, "보통 파일이 아닙니다.", "this is not a plain file.")
    if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
        return FieldFault(name, "풀 수 없는 방식입니다.", "it is encrypted, or packed in a way that is not read here.")
    if entry.file_size > max(RATIO_FROM_BYTES, MOST_RATIO * entry.compress_size):
        return FieldFault(name, "지나치게 압축되어 있습니다.", "it is packed too tightly to be what it says.")
    return None


def _copy(source: IO[bytes], path: Path) -> None:
    """No more bytes come than the archive's list says: `zipfile` stops there, and compares the checksum."""
    with translate_disk_errors(), path.open("xb") as target:
        while True:
            with _translate_damage():
                piece = source.read(_PIECE_BYTES)
            if not piece:
                return
            target.write(piece)


@contextmanager
def _translate_damage() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refuse("zip", "ZIP 파일이 아니거나 손상되었습니다.", "it is not a whole ZIP archive.") from error


def _refuse(field: str, ko: str, en: str) -> BrokenPackError:
    return BrokenPackError(FieldFault(field, ko, en))
