"""Folders that survive a power cut: there whole or not at all, and swept of what a killed writer left."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from boothkit.files import flush_folder, make_folder, translate_disk_errors

# A draft is made and locked in two steps; a younger one may be between them.
BEGINNING_S = 60.0
_DRAFT = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.(?P<kind>draft|old)")
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY})
# What a file system answers that cannot exchange two names (rename(2)).
_NO_EXCHANGE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class FolderTakenError(Exception):
    """There is a folder of this name already, and it was not to be replaced."""


class FolderDraft:
    """A folder on its way: filled at `path`, a hidden name beside `target`; `publish` gives it its own name.

    A context manager that removes what was not published; `sweep_drafts` removes what a killed process left. It is
    locked meanwhile, so that no sweep takes it away. Missing parent folders are made and flushed.
    Raises StorageFullError or StorageError; the old folder then stands.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = _hide(target, "draft")
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        with translate_disk_errors():
            make_folder(self.path.parent)
            self.path.mkdir()
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        # A file system without locks keeps its drafts: the sweep cannot lock them either.
        with contextlib.suppress(OSError):
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._descriptor is not None:
            os.close(self._descriptor)

    def write(self, name: str, data: bytes) -> None:
        """A file in it; `publish` flushes all of them together."""
        with translate_disk_errors():
            path = self.path / name
            if path.parent != self.path:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def publish(self, *, replace: bool = False) -> None:
        """Flush everything, then give the folder its name, in the place of an older one only with `replace`.

        Raises FolderTakenError when there is one and it may not be replaced.
        """
        with translate_disk_errors():
            flush_tree(self.path)
            if replace and self._target.exists():
                _replace(self.path, self._target)
            else:
                _rename(self.path, self._target)
            flush_folder(self._target.parent)


def sweep_drafts(folder: Path, name: str | None = None, *, older_than_s: float = BEGINNING_S) -> int:
    """Remove drafts that killed writers left in `folder`, those of one `name` if given; returns how many.

    A folder that was being replaced where names cannot be exchanged is put back first.
    """
    swept = 0
    with translate_disk_errors():
        for entry, target, kind in _list_drafts(folder, name):
            if kind == "old" and not target.exists():
                entry.rename(target)
                flush_folder(folder)
            elif _is_left(entry, older_than_s):
                shutil.rmtree(entry)
                swept += 1
    return swept


def flush_tree(folder: Path) -> None:
    """Make a folder's files and names last, those of the folders in it too."""
    for path in folder.rglob("*"):
        if path.is_dir():
            flush_folder(path)
        else:
            _flush_file(path)
    flush_folder(folder)


def _hide(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}.{kind}")


def _list_drafts(folder: Path, name: str | None) -> Iterator[tuple[Path, Path, str]]:
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        found = _DRAFT.fullmatch(entry.name)
        if found and name in (None, found["name"]) and entry.is_dir() and not entry.is_symlink():
            yield entry, folder / found["name"], found["kind"]


def _is_left(entry: Path, older_than_s: float) -> bool:
    """True for a draft that nobody works on: its lock is free. A killed process gives its locks back."""
    if time.time() - entry.stat().st_mtime < older_than_s:
        return False
    descriptor = os.open(entry, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _rename(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)  # an empty folder would be replaced, one with something in it is not
    except OSError as error:
        if error.errno in _TAKEN:
            raise FolderTakenError(target.name) from error
        raise


def _replace(draft: Path, target: Path) -> None:
    """Both names change hands at once; what was the target lies under the draft's name then."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(draft), os.fsencode(target)
    if libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    number = ctypes.get_errno()
    if number not in _NO_EXCHANGE:
        raise OSError(number, os.strerror(number))
    _replace_in_two(draft, target)


def _replace_in_two(draft: Path, target: Path) -> None:
    """For file systems that cannot exchange names: the old one steps aside, and back when the new one fails."""
    old = _hide(target, "old")
    target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _flush_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
