"""Pictures that staff bring: decoded in full in a limited process before they are kept, each with a thumbnail."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from boothkit.errors import BoothError, NotFoundError
from boothkit.files import flush_folder, make_folder, publish_file, translate_disk_errors
from boothkit.images import ImageIntake
from lora_training.dataset.intake import list_pictures, read_picture
from lora_training.failure_note import describe_failure
from lora_training.studio.errors import TooManyPicturesError
from lora_training.studio.work.failure_words import explain_failure
from lora_training.studio.work.projects import ProjectFolder

THUMBNAIL_SIDE_PX = 320
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
_MARK_LENGTH = 8
_STEM_LENGTH = 60
_REPORT_NAME = "uploads.json"


@dataclass(frozen=True)
class Refusal:
    """A file that was not kept, and why."""

    file: str
    ko: str
    en: str


@dataclass(frozen=True)
class Report:
    """What came of one upload; `batch` names it, since a browser may send it in several requests."""

    batch: str = ""
    taken: int = 0
    refused: tuple[Refusal, ...] = ()


class Uploads:
    """The pictures of one style as they were brought. Names are made here: a cleaned name and eight hash digits."""

    def __init__(self, folder: ProjectFolder, *, max_pictures: int) -> None:
        self._folder = folder
        self._max_pictures = max_pictures

    def list_names(self) -> list[str]:
        """Names of all pictures, in order."""
        return list_pictures(self._folder.uploads) if self._folder.uploads.is_dir() else []

    def take(self, intake: ImageIntake, name: str, data: bytes) -> str:
        """Keep one picture; returns its name here. Keeping the same one again changes nothing.

        Raises BoothError with the reason when it cannot be used.
        """
        names = self.list_names()
        sha256 = hashlib.sha256(data).hexdigest()
        known = [kept for kept in names if f"-{sha256[:_MARK_LENGTH]}." in kept]
        if known:
            return known[0]
        if len(names) >= self._max_pictures:
            raise TooManyPicturesError(count=self._max_pictures)
        draft = self._folder.root / f".incoming-{secrets.token_hex(8)}"
        kept = make_name(name, sha256)
        try:
            publish_file(draft, data)
            picture = read_picture(intake, draft)
            publish_file(self.thumbnail(kept), _draw_thumbnail(picture.pixels))
            self._publish(draft, kept)
        finally:
            draft.unlink(missing_ok=True)
        return kept

    def remove(self, name: str) -> None:
        """Take one picture away. Raises NotFoundError."""
        path = self.picture(name)
        with translate_disk_errors():
            path.unlink()
            self.thumbnail(name).unlink(missing_ok=True)
            flush_folder(path.parent)

    def picture(self, name: str) -> Path:
        """The file of one picture. Raises NotFoundError for a name that is not in the list."""
        if name not in self.list_names():
            raise NotFoundError
        return self._folder.uploads / name

    def thumbnail(self, name: str) -> Path:
        """Where the thumbnail of a picture lies."""
        return self._folder.thumbnails / f"{name}.jpg"

    def read_report(self) -> Report:
        """What came of the last upload."""
        try:
            kept = json.loads((self._folder.root / _REPORT_NAME).read_bytes())
        except (FileNotFoundError, ValueError):
            return Report()
        return Report(kept["batch"], kept["taken"], tuple(Refusal(**one) for one in kept["refused"]))

    def report(self, batch: str, taken: int, refused: Sequence[Refusal]) -> Report:
        """Add to the report of this batch, or begin a new one."""
        before = self.read_report()
        if before.batch != batch:
            before = Report(batch)
        report = Report(batch, before.taken + taken, (*before.refused, *refused))
        publish_file(self._folder.root / _REPORT_NAME, json.dumps(asdict(report), ensure_ascii=False).encode())
        return report

    def _publish(self, draft: Path, name: str) -> None:
        with translate_disk_errors():
            make_folder(self._folder.uploads)
            draft.rename(self._folder.uploads / name)
            flush_folder(self._folder.uploads)


def refuse(name: str, error: BoothError) -> Refusal:
    """Why a file was not kept, in both languages."""
    failure = describe_failure(error)
    return Refusal(show_name(name), explain_failure(failure, "ko"), explain_failure(failure, "en"))


def make_name(name: str, sha256: str) -> str:
    """A harmless file name that still tells which picture it is: `lake-1f2e3d4c.jpg`."""
    given = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/"))
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in given.stem)
    ending = given.suffix.lower() if given.suffix.lower() in _ENDINGS else ".img"
    return f"{stem[:_STEM_LENGTH].strip('_') or 'picture'}-{sha256[:_MARK_LENGTH]}{ending}"


def show_name(name: str) -> str:
    """A name as staff know it: without the folder and without the hash digits."""
    return re.sub(rf"-[0-9a-f]{{{_MARK_LENGTH}}}(\.[a-z]+)$", r"\1", PurePosixPath(name.replace("\\", "/")).name)


def _draw_thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    picture = Image.fromarray(pixels)
    picture.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue()
