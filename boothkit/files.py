"""Files that survive a power cut: published whole or not at all, content-addressed, and swept."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from boothkit.errors import BoothError, StorageError, StorageFullError

_TEMPORARY_SUFFIX = ".tmp"
_SHA256_NAME = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class BlobMissingError(BoothError):
    """A blob that should be there is not. Detail: `sha256`."""

    status = 500
    code = "blob_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "파일 없음", "en": "File missing"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장된 파일을 찾을 수 없습니다. 직원에게 알려 주세요.",
        "en": "A stored file is missing. Please tell a member of staff.",
    }


class BlobDamagedError(BoothError):
    """A blob's content no longer has the hash of its name. Detail: `sha256`."""

    status = 500
    code = "blob_damaged"
    title: ClassVar[Mapping[str, str]] = {"ko": "파일 손상", "en": "File damaged"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "저장된 파일이 손상되었습니다. 직원에게 알려 주세요.",
        "en": "A stored file is damaged. Please tell a member of staff.",
    }


@contextlib.contextmanager
def translate_disk_errors() -> Iterator[None]:
    """Turn the operating system's refusal into StorageFullError (no room, quota) or StorageError (all else)."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(cause=error.strerror) from error
        raise StorageError(cause=error.strerror or str(error)) from error


class FileDraft:
    """A file on its way: `write` flushes the content under a temporary name, `publish` gives it its own name.

    A context manager that removes what was not published; `BlobStore.sweep` removes what a killed process left.
    Missing parent folders are made and flushed. Raises StorageFullError or StorageError; the old content then stands.
    """

    def __init__(self, path: Path, *, mode: int = 0o600) -> None:
        self._path = path
        self._mode = mode
        self._temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()

    def write(self, data: bytes) -> None:
        with translate_disk_errors():
            make_folder(self._path.parent)
            _write_new(self._temporary, data, self._mode)

    def publish(self) -> None:
        with translate_disk_errors():
            self._temporary.rename(self._path)
            flush_folder(self._path.parent)

    def drop(self) -> None:
        """Remove what was written and not published."""
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def publish_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that after a cut it is there whole or not at all, and for good once this returns.

    Raises as FileDraft does.
    """
    with FileDraft(path, mode=mode) as draft:
        draft.write(data)
        draft.publish()


def free_bytes(path: Path) -> int:
    """Room left for this process on the file system of `path`, in bytes."""
    with translate_disk_errors():
        state = os.statvfs(path)
    return state.f_bavail * state.f_frsize


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb", buffering=0, closefd=True) as file:  # noqa: PTH123 - a descriptor, not a path
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents; each new name is flushed in the folder that holds it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BlobStore:
    """Immutable content under its own SHA-256: `root/ab/abcd...`. Safe for several threads and processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._secured: set[Path] = set()

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its SHA-256 (hex). Keeping it again is harmless and repairs damage."""
        with self.draft(data) as draft:
            draft.write()
            return draft.publish()

    def draft(self, data: bytes) -> BlobDraft:
        """The two halves of `put`, so that the slow one can run while somebody else judges the content."""
        return BlobDraft(self, data)

    def path_of(self, sha256: str) -> Path:
        """Where a blob lies, whether or not it exists. Raises ValueError for anything but 64 hex digits."""
        if _SHA256_NAME.fullmatch(sha256) is None:
            raise ValueError("a blob is named by its SHA-256 in lower-case hex")
        return self.root / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The content, hashed again on the way. Raises BlobMissingError or BlobDamagedError."""
        with translate_disk_errors():
            try:
                data = self.path_of(sha256).read_bytes()
            except FileNotFoundError:
                raise BlobMissingError(sha256=sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobDamagedError(sha256=sha256)
        return data

    def has(self, sha256: str) -> bool:
        """True when a blob of this name is there; its content is only checked by `read`."""
        return self.path_of(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Remove a blob for good; removing what is not there is harmless."""
        path = self.path_of(sha256)
        with translate_disk_errors():
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                flush_folder(path.parent)

    def list_ids(self) -> Iterator[str]:
        """Names of all blobs, in order."""
        for folder in self._folders():
            yield from sorted(entry.name for entry in folder.iterdir() if _SHA256_NAME.fullmatch(entry.name))

    def sweep(self, older_than_s: float = 3600) -> int:
        """Remove temporary files that a killed writer left behind; returns how many. Younger ones may be in use."""
        limit = time.time() - older_than_s
        removed = 0
        for folder in self._folders():
            for entry in folder.glob(f".*{_TEMPORARY_SUFFIX}"):
                removed += _remove_if_older(entry, limit)
        return removed

    def secure(self, folder: Path) -> None:
        """Flush the names of the folders above a blob, once per process: a killed one may have left them unflushed."""
        with translate_disk_errors():
            if folder not in self._secured:
                make_folder(folder)
                flush_folder(self.root)
                flush_folder(self.root.parent)
                self._secured.add(folder)

    def _folders(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        return sorted(folder for folder in self.root.iterdir() if len(folder.name) == 2 and folder.is_dir())


class BlobDraft:
    """Content on its way into a store; one that is not published leaves nothing behind. See `BlobStore.draft`."""

    def __init__(self, store: BlobStore, data: bytes) -> None:
        self._store = store
        self._data = data
        self._sha256 = ""
        self._file: FileDraft | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.drop()

    def write(self) -> None:
        """Hash the content and flush it under a temporary name, unless the store has it."""
        self._sha256 = hashlib.sha256(self._data).hexdigest()
        path = self._store.path_of(self._sha256)
        self._store.secure(path.parent)
        with translate_disk_errors():
            is_kept = path.is_file() and path.read_bytes() == self._data
        if not is_kept:
            self._file = FileDraft(path)
            self._file.write(self._data)

    def publish(self) -> str:
        """Make what was written a blob; returns its SHA-256 (hex)."""
        if self._file is not None:
            self._file.publish()
            return self._sha256
        # The name may come from a process that was killed between its rename and its flush.
        with translate_disk_errors():
            flush_folder(self._store.path_of(self._sha256).parent)
        return self._sha256


def _remove_if_older(path: Path, limit: float) -> bool:
    with translate_disk_errors(), contextlib.suppress(FileNotFoundError):
        if path.stat().st_mtime < limit:
            path.unlink()
            return True
    return False
