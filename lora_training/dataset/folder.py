"""Where a data set may lie, and how it gets there: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boothkit.folders import FolderDraft, sweep_drafts
from lora_training.dataset.manifest import MANIFEST_NAME
from lora_training.errors import DatasetExistsError, DatasetPlaceError


def check_place(source: Path, target: Path, *, replace: bool) -> None:
    """Raises DatasetPlaceError or DatasetExistsError where the data set cannot go; only a data set is replaced.

    What an earlier, killed run left beside the place goes first.
    """
    sweep_drafts(target.parent, target.name)
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
    with FolderDraft(target) as draft:
        yield draft
        draft.publish(replace=True)
