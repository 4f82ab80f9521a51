"""From a folder of pictures to a data set: read, refuse, leave out, cut, judge, write."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from boothkit.errors import BoothError
from boothkit.folders import FolderDraft
from boothkit.images import ImageIntake
from lora_training.dataset.captions import clean_caption, find_sidecar, write_template_caption
from lora_training.dataset.contact_sheet import Thumbnail, draw_contact_sheet, make_thumbnail
from lora_training.dataset.crops import cut_picture, list_heads, plan_crop
from lora_training.dataset.duplicates import Fingerprint, find_duplicates, take_fingerprint
from lora_training.dataset.faces import find_faces
from lora_training.dataset.folder import check_place, draft_folder
from lora_training.dataset.intake import SourcePicture, list_pictures, open_intake, read_picture
from lora_training.dataset.manifest import MANIFEST_NAME, DatasetTerms, LeftOut, Manifest, PictureEntry
from lora_training.dataset.quality import describe_look, find_mixture, find_weaknesses
from lora_training.dataset.remarks import FEW, MIN_PICTURES, PADDED
from lora_training.errors import NoPicturesError, PictureChangedError
from painter import Box

CONTACT_SHEET_NAME = "contact_sheet.png"
NEAR_DUPLICATE = "near_duplicate"

OnProgress = Callable[[str, int, int], None]
"""Called with the stage (`read`, `cut`), how many pictures are done, and of how many."""


@dataclass(frozen=True)
class Preparation:
    """What came of it: the manifest that was written, and for each refused file the reason."""

    manifest: Manifest
    refused: Mapping[str, BoothError]


@dataclass(frozen=True)
class _Seen:
    """A picture that was read once."""

    name: str
    sha256: str
    fingerprint: Fingerprint


@dataclass(frozen=True)
class _Cut:
    entry: PictureEntry
    look: NDArray[np.float64]
    thumbnail: Thumbnail


def prepare_dataset(
    folder: Path,
    target: Path,
    terms: DatasetTerms,
    *,
    replace: bool = False,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> Preparation:
    """Make a data set at `target` from the pictures in `folder`; the same pictures and terms give the same bytes.

    With `replace` a data set that lies there is replaced. Raises an error of `lora_training.errors`, StorageFullError
    or StorageError; then nothing is changed.
    """
    names = list_pictures(folder)
    check_place(folder, target, replace=replace)
    with open_intake() as intake:
        seen, refused = _read_all(intake, folder, names, on_progress)
        if not seen:
            raise NoPicturesError(folder=folder, refused=refused)
        doubles = find_duplicates([picture.fingerprint for picture in seen])
        kept = [picture for index, picture in enumerate(seen) if index not in doubles]
        with draft_folder(target) as draft:
            cuts = _cut_all(_Workbench(intake, folder, terms, draft), kept, on_progress)
            left_out = [LeftOut(file=name, reason=error.code) for name, error in refused.items()]
            left_out += [
                LeftOut(file=seen[index].name, reason=NEAR_DUPLICATE, like=seen[like].name)
                for index, like in doubles.items()
            ]
            manifest = _write_down(terms, cuts, sorted(left_out, key=lambda item: item.file))
            draft.write(CONTACT_SHEET_NAME, draw_contact_sheet(manifest, [cut.thumbnail for cut in cuts]))
            draft.write(MANIFEST_NAME, manifest.to_json())
    return Preparation(manifest, refused)


def _read_all(
    intake: ImageIntake, folder: Path, names: Sequence[str], on_progress: OnProgress
) -> tuple[list[_Seen], dict[str, BoothError]]:
    seen: list[_Seen] = []
    refused: dict[str, BoothError] = {}
    for done, name in enumerate(names, start=1):
        try:
            picture = read_picture(intake, folder / name)
            seen.append(_Seen(name, picture.sha256, take_fingerprint(picture.pixels)))
        except BoothError as error:
            refused[name] = error
        on_progress("read", done, len(names))
    return seen, refused


@dataclass(frozen=True)
class _Workbench:
    """Where pictures are read a second time, cut and put down: one at a time is held in memory."""

    intake: ImageIntake
    folder: Path
    terms: DatasetTerms
    draft: FolderDraft

    def cut(self, seen: _Seen, number: int) -> _Cut:
        picture = read_picture(self.intake, self.folder / seen.name)
        if picture.sha256 != seen.sha256:
            raise PictureChangedError(file=seen.name)
        faces = find_faces(picture.pixels)
        crop = plan_crop(picture.size, list_heads(picture.size, faces), self.terms.resolution)
        pixels = cut_picture(picture.pixels, crop)
        png = _encode_png(pixels)
        warnings = find_weaknesses(picture.size, pixels, self.terms.resolution)
        entry = PictureEntry(
            file=f"pictures/{number:04d}.png",
            sha256=hashlib.sha256(png).hexdigest(),
            width_px=crop.bucket.width_px,
            height_px=crop.bucket.height_px,
            crop=_to_numbers(crop.box),
            is_padded=crop.is_padded,
            faces=tuple(_to_numbers(face) for face in faces),
            warnings=(*warnings, PADDED) if crop.is_padded else warnings,
            **self._describe_original(seen.name, picture),
        )
        self.draft.write(entry.file, png)
        return _Cut(entry, describe_look(pixels), make_thumbnail(picture.pixels))

    def _describe_original(self, name: str, picture: SourcePicture) -> dict[str, object]:
        text = find_sidecar(self.folder / name)
        trigger = self.terms.trigger
        return {
            "original_file": name,
            "original_sha256": picture.sha256,
            "original_width_px": picture.size[0],
            "original_height_px": picture.size[1],
            "caption": clean_caption(text, trigger) if text else write_template_caption(trigger),
            "caption_from": "sidecar" if text else "template",
        }


def _cut_all(bench: _Workbench, kept: Sequence[_Seen], on_progress: OnProgress) -> list[_Cut]:
    cuts = []
    for number, seen in enumerate(kept, start=1):
        cuts.append(bench.cut(seen, number))
        on_progress("cut", number, len(kept))
    return cuts


def _write_down(terms: DatasetTerms, cuts: Sequence[_Cut], left_out: Sequence[LeftOut]) -> Manifest:
    on_set, on_pictures = find_mixture([cut.look for cut in cuts])
    few = (FEW,) if len(cuts) < MIN_PICTURES else ()
    pictures = tuple(
        cut.entry.model_copy(update={"warnings": cut.entry.warnings + more})
        for cut, more in zip(cuts, on_pictures, strict=True)
    )
    return Manifest(**terms.model_dump(), warnings=few + on_set, pictures=pictures, left_out=tuple(left_out))


def _encode_png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _to_numbers(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height
