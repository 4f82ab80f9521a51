"""A folder that is there whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boothkit.files import flush_folder, make_folder, publish_file, translate_disk_errors
from lora_training.dataset.manifest import MANIFEST_NAME
from lora_training.errors import DatasetExistsError, DatasetPlaceError


class FolderDraft:
    """A folder on its way, under a hidden name beside the one it will have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, data: bytes) -> None:
        """A file in it, flushed to the disk."""
        publish_file(self.folder / name, data, mode=0o644)


def check_place(source: Path, target: Path, *, replace: bool) -> None:
    """Raises DatasetPlaceError or DatasetExistsError where the data set cannot go; only a data set is replaced."""
    if target.resolve().is_relative_to(source.resolve()) or source.resolve().is_relative_to(target.resolve()):
        raise DatasetPlaceError(folder=target)
    if not target.exists():
        return
    if not (target / MANIFEST_NAME).is_file():
        raise DatasetPlaceError(folder=target)
    if not replace:
        raise DatasetExistsError(folder=target)


@contextmanager
def draft_folder(target: Path) -> Iterator[FolderDraft]:
    """The folder gets its name when the block ends well, in place of the data set that has it; else it is removed.

    Raises StorageFullError or StorageError.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with translate_disk_errors():
        make_folder(draft.parent)
        draft.mkdir()
    try:
        yield FolderDraft(draft)
        with translate_disk_errors():
            _give_name(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _give_name(draft: Path, target: Path) -> None:
    old = target.with_name(f"{draft.name}.old")
    if target.exists():
        target.rename(old)
    draft.rename(target)
    flush_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)
