"""The lock that keeps a data folder to one owner."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from boothkit.errors import BoothError
from boothkit.files import make_folder, translate_disk_errors


class DataFolderInUseError(BoothError):
    """Another process owns the data folder. Details: `folder`, `owner` (process id, or `?`)."""

    status = 503
    code = "data_folder_in_use"
    title: ClassVar[Mapping[str, str]] = {"ko": "데이터 폴더 사용 중", "en": "Data folder in use"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "데이터 폴더({folder})를 다른 프로세스({owner})가 사용하고 있습니다. 먼저 그것을 끝내 주세요.",
        "en": "The data folder {folder} is already used by another process ({owner}). Please end that first.",
    }


class DataFolderLock:
    """Makes this process the only owner of a data folder until it leaves or dies.

    Two owners of one folder would each run the other's unfinished work. Raises DataFolderInUseError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        with translate_disk_errors():
            make_folder(self._folder)
            descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "?"
            os.close(descriptor)
            raise DataFolderInUseError(folder=str(self._folder), owner=owner) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
