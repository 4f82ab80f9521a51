"""Published styles on disk: every revision for good, and one small file that says which of them is offered, and where.

published/<style_id>/publication.json            the revisions, the current one, the memorials
published/<style_id>/<revision>/<style_id>/      the pack

The JSON file is the only truth: it is switched in one step after the pack is on disk. A folder that it does not name
was left by a killed process, was never offered, and is swept.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from boothkit.clock import now
from boothkit.errors import StorageError
from boothkit.files import publish_file, translate_disk_errors
from boothkit.folders import FolderDraft, sweep_drafts
from boothkit.logs import get_logger
from generator_server.errors import RevisionNotFoundError, RevisionTakenError, StyleNotFoundError

PAGE = "publication.json"
_log = get_logger(__name__)


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Revision(_Page):
    """One published pack; `sha256` is that of everything in it."""

    revision: int
    sha256: str
    published_at: AwareDatetime


class Publication(_Page):
    """What is published under one style's id. `current` is None after a withdrawal; no memorials means all."""

    style_id: str
    current: int | None
    memorial_ids: tuple[str, ...]
    revisions: tuple[Revision, ...]

    def find_revision(self, number: int | None) -> Revision | None:
        """The revision of this number."""
        return next((item for item in self.revisions if item.revision == number), None)

    @property
    def next_revision(self) -> int:
        """The least number that a new revision may have."""
        return max(item.revision for item in self.revisions) + 1


@dataclass(frozen=True)
class Offered:
    """The pack that is current, as it was published."""

    folder: Path
    sha256: str
    memorial_ids: tuple[str, ...]


class PublishedStyles:
    """The published styles in `folder`, which need not be there yet. Thread-safe; for one process.

    Everything that changes something is on disk for good when it returns, or has changed nothing. Raises
    StorageFullError and StorageError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def list_publications(self) -> tuple[Publication, ...]:
        """All of them by name, the withdrawn ones too. What cannot be read is left out, with a line in the log."""
        return tuple(self._read_all())

    def find(self, style_id: str) -> Publication | None:
        """What is published under this id. Raises StorageError for a page that cannot be read."""
        path = self.folder / style_id / PAGE
        try:
            return Publication.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise StorageError(cause=f"{style_id}/{PAGE} cannot be read") from error

    def get(self, style_id: str) -> Publication:
        """As `find`. Raises StyleNotFoundError."""
        known = self.find(style_id)
        if known is None:
            raise StyleNotFoundError(style_id=style_id)
        return known

    def get_folder(self, style_id: str, revision: int) -> Path:
        """Where a revision's pack lies."""
        return self.folder / style_id / str(revision) / style_id

    def list_offered(self) -> tuple[Offered, ...]:
        """The current packs."""
        return tuple(
            Offered(self.get_folder(known.style_id, current.revision), current.sha256, known.memorial_ids)
            for known in self._read_all()
            if (current := known.find_revision(known.current)) is not None
        )

    def publish(
        self, style_id: str, revision: int, fill: Callable[[Path], str], memorial_ids: tuple[str, ...]
    ) -> tuple[Publication, bool]:
        """Make a pack the current one; the flag is False when exactly this one is current already.

        `fill` puts the pack's files into the folder that it is given and answers their SHA-256; what it raises, leaves
        nothing behind. Without `memorial_ids` a style stays where it is offered: never does a new revision open a
        family's style to everybody. Raises RevisionTakenError unless `revision` is above all that were published.
        """
        with FolderDraft(self.folder / style_id / str(revision)) as draft:
            sha256 = fill(draft.path / style_id)
            with self._lock:
                known = self.find(style_id)
                places = memorial_ids or (known.memorial_ids if known else ())
                if known is not None and _is_current(known, revision, sha256):
                    return self._write(known.model_copy(update={"memorial_ids": places})), False
                if known is not None and revision < known.next_revision:
                    raise RevisionTakenError(style_id=style_id, revision=revision, next_revision=known.next_revision)
                draft.publish(replace=True)
                fresh = Revision(revision=revision, sha256=sha256, published_at=now())
                revisions = (*(known.revisions if known else ()), fresh)
                page = Publication(style_id=style_id, current=revision, memorial_ids=places, revisions=revisions)
                return self._write(page), True

    def roll_back(self, style_id: str, revision: int) -> Publication:
        """Make a revision that was published once the current one. Raises RevisionNotFoundError."""
        with self._lock:
            known = self.get(style_id)
            if known.find_revision(revision) is None:
                raise RevisionNotFoundError(style_id=style_id, revision=revision)
            return self._write(known.model_copy(update={"current": revision}))

    def restrict(self, style_id: str, memorial_ids: tuple[str, ...]) -> Publication:
        """Offer a style at these memorials only, or at all when none is given."""
        with self._lock:
            return self._write(self.get(style_id).model_copy(update={"memorial_ids": memorial_ids}))

    def withdraw(self, style_id: str) -> Publication:
        """Offer a style no more. Its revisions stay."""
        with self._lock:
            return self._write(self.get(style_id).model_copy(update={"current": None}))

    def sweep(self) -> None:
        """Remove what a killed process left behind. Call it before anything is published."""
        with translate_disk_errors():
            for folder in self._list_folders():
                sweep_drafts(folder, older_than_s=0.0)
                for entry in folder.glob(f".{PAGE}.*.tmp"):
                    entry.unlink()
                self._remove_unnamed(folder)

    def _remove_unnamed(self, folder: Path) -> None:
        try:
            known = self.find(folder.name)
        except StorageError:
            return  # a person may be able to mend the page
        named = {str(item.revision) for item in known.revisions} if known else set()
        for entry in folder.iterdir():
            if entry.name.isdecimal() and entry.name not in named:
                shutil.rmtree(entry)
        if known is None:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _write(self, page: Publication) -> Publication:
        publish_file(self.folder / page.style_id / PAGE, page.model_dump_json(indent=2).encode(), mode=0o644)
        return page

    def _read_all(self) -> Iterator[Publication]:
        for folder in self._list_folders():
            try:
                known = self.find(folder.name)
            except StorageError as error:
                _log.warning("A published style is not served.", action="style.refused", cause=error.details["cause"])
            else:
                if known is not None:
                    yield known

    def _list_folders(self) -> list[Path]:
        return sorted(entry for entry in self.folder.iterdir() if entry.is_dir()) if self.folder.is_dir() else []


def _is_current(known: Publication, revision: int, sha256: str) -> bool:
    current = known.find_revision(known.current)
    return current is not None and (current.revision, current.sha256) == (revision, sha256)
