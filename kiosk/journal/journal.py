"""The journal: one folder per visit, written durably before anything is sent, erased when the bridge has everything.

    visits/<visit_id>/capture.jpg     the photograph's exact bytes
    visits/<visit_id>/entry.json      how far the visit got; without it the folder means nothing
    erasing/<visit_id>/               empty: the content is gone, the bridge's copy is still to be erased
    done/<day>/<visit_id>.json        hash and receipt code of a finished visit, kept for a few days

The photograph is published before the entry that names it, and the proof of a finished visit before its content is
erased, so that a cut at any moment leaves either the older or the newer state. An erasure begins by moving the folder,
which works on a full disk too.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from boothkit import clock
from boothkit.errors import StorageError, StorageFullError
from boothkit.files import publish_file
from boothkit.ids import is_id
from boothkit.logs import get_logger
from kiosk.errors import JournalError, NoRoomError
from kiosk.flow.visit import FinishRequest, HandOver, JournalEntry, Receipt, Still
from kiosk.journal.documents import read_entry, write_done, write_entry

log = get_logger(__name__)

_IMAGE = "capture.jpg"
_ENTRY = "entry.json"


class DiskJournal:
    """See the module. Safe for several threads as long as each visit is written by one at a time.

    Every method raises NoRoomError when the disk is full and JournalError for its other refusals.
    """

    def __init__(self, folder: Path, *, keep_receipts_days: int) -> None:
        self._visits = folder / "visits"
        self._erasing = folder / "erasing"
        self._done = folder / "done"
        self._keep_receipts_days = keep_receipts_days

    def keep_still(self, visit_id: str, still: Still) -> None:
        with _translated():
            self._write_image(visit_id, still)
            self._write(JournalEntry(visit_id, "draft"), sha256=still.sha256)

    def approve(self, hand_over: HandOver, still: Still) -> None:
        with _translated():
            if self._kept_hash(hand_over.visit_id) != still.sha256:
                self._write_image(hand_over.visit_id, still)
            self._write(JournalEntry(hand_over.visit_id, "approved", hand_over), sha256=still.sha256)

    def mark_handed_over(self, visit_id: str) -> None:
        with _translated():
            entry, sha256 = self._read(visit_id)
            self._write(replace(entry, is_handed_over=True), sha256=sha256)

    def keep_finish(self, request: FinishRequest) -> None:
        with _translated():
            entry, sha256 = self._read(request.visit_id)
            self._write(replace(entry, stage="finishing", finish=request), sha256=sha256)

    def complete(self, visit_id: str, receipt: Receipt) -> None:
        with _translated():
            _, sha256 = self._read(visit_id)
            saved_at = clock.to_text(receipt.saved_at)
            proof = write_done(visit_id=visit_id, sha256=sha256, receipt_code=receipt.code, saved_at=saved_at)
            publish_file(self._done / clock.now().date().isoformat() / f"{visit_id}.json", proof)
            self._erase(visit_id)
            self._drop_old_proofs()

    def request_erasure(self, visit_id: str) -> None:
        with _translated():
            if not self._may_be_at_bridge(visit_id):
                self._erase(visit_id)
                return
            self._erasing.mkdir(exist_ok=True)
            target = self._folder(visit_id).rename(self._erasing / visit_id)
            _flush(self._erasing)
            _flush(self._visits)
            _empty(target)

    def forget(self, visit_id: str) -> None:
        with _translated():
            self._erase(visit_id)
            if (self._erasing / visit_id).is_dir():
                shutil.rmtree(self._erasing / visit_id)
                _flush(self._erasing)

    def list_entries(self) -> tuple[JournalEntry, ...]:
        with _translated():
            open_entries = [entry for visit_id in _list_ids(self._visits) if (entry := self._find(visit_id))]
            erasing = [JournalEntry(visit_id, "erasing") for visit_id in _list_ids(self._erasing)]
        return (*open_entries, *erasing)

    def sweep(self) -> None:
        with _translated():
            for visit_id in _list_ids(self._visits):
                is_done = any(self._done.glob(f"*/{visit_id}.json"))
                if is_done or not (self._folder(visit_id) / _ENTRY).is_file():
                    self._erase(visit_id)
            for visit_id in _list_ids(self._erasing):
                _empty(self._erasing / visit_id)

    def read_image(self, visit_id: str) -> bytes:
        with _translated():
            _, sha256 = self._read(visit_id)
            image = self._image_path(visit_id).read_bytes()
        if hashlib.sha256(image).hexdigest() != sha256:
            raise JournalError(cause="the photograph is damaged", visit_id=visit_id)
        return image

    def _folder(self, visit_id: str) -> Path:
        if not is_id(visit_id):
            raise ValueError("a visit is named by its id")
        return self._visits / visit_id

    def _image_path(self, visit_id: str) -> Path:
        return self._folder(visit_id) / _IMAGE

    def _write_image(self, visit_id: str, still: Still) -> None:
        if hashlib.sha256(still.image).hexdigest() != still.sha256:
            raise JournalError(cause="the photograph changed in memory", visit_id=visit_id)
        publish_file(self._image_path(visit_id), still.image)

    def _write(self, entry: JournalEntry, *, sha256: str) -> None:
        publish_file(self._folder(entry.visit_id) / _ENTRY, write_entry(entry, sha256=sha256))

    def _read(self, visit_id: str) -> tuple[JournalEntry, str]:
        try:
            return read_entry((self._folder(visit_id) / _ENTRY).read_bytes())
        except ValidationError as error:
            raise JournalError(cause="an entry is damaged", visit_id=visit_id) from error

    def _kept_hash(self, visit_id: str) -> str | None:
        return self._read(visit_id)[1] if (self._folder(visit_id) / _ENTRY).is_file() else None

    def _may_be_at_bridge(self, visit_id: str) -> bool:
        """A damaged entry may have been sent; a draft never was."""
        if not (self._folder(visit_id) / _ENTRY).is_file():
            return False
        try:
            return self._read(visit_id)[0].stage != "draft"
        except JournalError:
            return True

    def _find(self, visit_id: str) -> JournalEntry | None:
        """The entry, or None while it is not there and for one that cannot be read, which is kept for the staff."""
        try:
            return self._read(visit_id)[0]
        except FileNotFoundError:
            return None
        except JournalError:
            log.exception("An entry of the journal cannot be read.", action="journal.entry_damaged", visit_id=visit_id)
            return None

    def _erase(self, visit_id: str) -> None:
        """The entry goes first: a cut then leaves a folder that means nothing."""
        folder = self._folder(visit_id)
        if not folder.is_dir():
            return
        (folder / _ENTRY).unlink(missing_ok=True)
        _flush(folder)
        shutil.rmtree(folder)
        _flush(self._visits)

    def _drop_old_proofs(self) -> None:
        oldest = (clock.now() - timedelta(days=self._keep_receipts_days)).date().isoformat()
        for day in self._done.iterdir():
            if day.name < oldest:
                shutil.rmtree(day)


def _list_ids(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if is_id(entry.name))


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    _flush(folder)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """The disk's refusals in the kiosk's words."""
    try:
        yield
    except StorageFullError as error:
        raise NoRoomError(cause=error.details.get("cause")) from error
    except StorageError as error:
        raise JournalError(cause=error.details.get("cause")) from error
    except OSError as error:
        raise JournalError(cause=error.strerror or str(error)) from error
