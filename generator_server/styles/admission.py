"""What a pack must stand before it is published: nothing in it is taken on trust."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import painter
from boothkit.errors import BoothError
from boothkit.faults import FieldFault
from generator_server.styles.learnt import ATLAS
from generator_server.styles.pack import BrokenPackError, StylePack, load_pack
from generator_server.styles.unpacking import PICTURES

# What numpy writes for an atlas, stored as it is: histograms of 200 pictures and one table of colours.
_ARRAYS, MOST_ARRAY_BYTES = {"histograms.npy", "lut.npy"}, 16 * 2**20

InspectPicture = Callable[[bytes], object]
"""Decodes a picture in full; raises a BoothError."""
FindAdapterObstacle = Callable[[Path], str | None]
"""Why a LoRA file cannot be used, as an English sentence."""


def admit_pack(folder: Path, inspect: InspectPicture, find_adapter_obstacle: FindAdapterObstacle) -> StylePack:
    """The pack in `folder`, with every file in it checked. Raises BrokenPackError with all that is wrong."""
    pack = load_pack(folder)
    faults = [
        *_list_needless_files(pack),
        *_check_pictures(folder, inspect),
        *_check_atlas(folder),
        *_check_adapter(pack, find_adapter_obstacle),
    ]
    if faults:
        raise BrokenPackError(*faults)
    return pack


def _list_needless_files(pack: StylePack) -> Iterator[FieldFault]:
    """A file that the manifest does not call has been checked by nobody."""
    adapter = pack.manifest.diffusion.adapter if pack.manifest.diffusion else None
    uses_atlas = pack.manifest.painter is not None and pack.manifest.painter.style == ATLAS
    for path in sorted(pack.folder.rglob("*")):
        name = path.relative_to(pack.folder).as_posix()
        if path.suffix == ".safetensors" and name != adapter:
            yield FieldFault(
                name, "diffusion.adapter가 가리키지 않는 파일입니다.", "diffusion.adapter names another file."
            )
        if name == ATLAS and not uses_atlas:
            yield FieldFault(name, "painter.style이 atlas가 아닙니다.", "painter.style does not use an atlas.")


def _check_pictures(folder: Path, inspect: InspectPicture) -> Iterator[FieldFault]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES:
            try:
                inspect(path.read_bytes())
            except BoothError as error:
                name = path.relative_to(folder).as_posix()
                yield FieldFault(name, error.public_message("ko"), error.public_message("en"))


def _check_atlas(folder: Path) -> Iterator[FieldFault]:
    if not (folder / ATLAS).is_dir():
        return
    arrays = folder / ATLAS / "atlas.npz"
    if not arrays.is_file() or not _is_plain(arrays):
        yield FieldFault("atlas/atlas.npz", "화집 자료를 읽을 수 없습니다.", "it does not hold an atlas's arrays.")
        return
    try:
        painter.Atlas.load(folder / ATLAS)
    except painter.InvalidAtlasError as error:
        sentence = str(error).replace(f"{folder}/", "")
        yield FieldFault(ATLAS, "화집을 읽을 수 없습니다.", sentence)


def _is_plain(arrays: Path) -> bool:
    """True for an archive of exactly the two arrays, none of them packed: it cannot grow when it is read."""
    try:
        with zipfile.ZipFile(arrays) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        return False
    is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    total = sum(entry.file_size for entry in entries)
    return is_stored and {entry.filename for entry in entries} == _ARRAYS and total <= MOST_ARRAY_BYTES


def _check_adapter(pack: StylePack, find_obstacle: FindAdapterObstacle) -> Iterator[FieldFault]:
    adapter = pack.manifest.diffusion.adapter if pack.manifest.diffusion else None
    obstacle = find_obstacle(pack.folder / adapter) if adapter is not None else None
    if obstacle is not None:
        yield FieldFault("diffusion.adapter", "이 서버의 모델에 쓸 수 없는 LoRA 파일입니다.", obstacle)
