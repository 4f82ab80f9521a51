"""One pull: choose the files, fetch them beside the shelf, check every one, and only then give the folder its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from boothkit.files import free_bytes, make_folder
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import PICKLES, read_header
from generator_server.model_store.disk import explain_disk, flush_file, hold_folder
from generator_server.model_store.failures import (
    DamagedFileError,
    IncompleteRepositoryError,
    ManifestError,
    NoRoomError,
    NotAModelError,
    OtherModelThereError,
    PicklesOnlyError,
)
from generator_server.model_store.hub import Hub, HubFile, Listing
from generator_server.model_store.inventory import SHELVES, tell_shelf
from generator_server.model_store.known import PAPERS, Wish
from generator_server.model_store.manifest import (
    MANIFEST_NAME,
    FileRecord,
    Manifest,
    hash_file,
    list_files,
    now,
    read_manifest,
    write_manifest,
)
from generator_server.model_store.words import show_size

STAGING = ".incoming"
# The name that peft gives to a LoRA's weights, and the generator looks for in a LoRA's folder.
ADAPTER_WEIGHTS = "adapter_model.safetensors"
Tell = Callable[[int, int, HubFile], None]


@dataclass(frozen=True)
class Pulled:
    """How a pull ended. `left_out` names pickles that were not taken; `is_new` is False when all was there."""

    folder: Path
    manifest: Manifest
    left_out: tuple[str, ...]
    is_new: bool


def pull(wish: Wish, models: Path, hub: Hub, tell: Tell) -> Pulled:
    """Bring one model to `models`; `tell` hears the number, the count and the file before each file.

    What was fetched before an error stays under `.incoming` and is used by the next pull, unless it is no good.
    Raises ModelStoreError.
    """
    listing = hub.get_listing(wish.repository, wish.revision)
    left_out = tuple(file.name for file in listing.files if _is_pickle(file.name))
    existing = _find_existing(wish, models, listing)
    if existing is not None:
        return Pulled(existing, read_manifest(existing), left_out, is_new=False)
    files = choose_files(wish, listing)
    staging = models / STAGING / f"{wish.repository.replace('/', '--')}--{listing.commit}"
    with explain_disk(models):
        make_folder(staging)
        with hold_folder(staging):
            manifest, place = _bring(wish, listing, files, staging, models, hub, tell)
    return Pulled(models / place, manifest, left_out, is_new=True)


def _bring(
    wish: Wish, listing: Listing, files: tuple[HubFile, ...], staging: Path, models: Path, hub: Hub, tell: Tell
) -> tuple[Manifest, PurePosixPath]:
    """Fetch and check the files, and publish the folder; gives its place."""
    _check_room(models, staging, files)
    records = _fetch_all(listing, files, staging, hub, tell)
    place = wish.place or _choose_place(wish, staging)
    if place.parts[0] == "loras":
        records = _name_adapter(wish, staging, records)
    moment = now()
    manifest = Manifest(wish.repository, listing.commit, wish.licence or listing.licence, moment, moment, records)
    _publish(staging, models / place, manifest)
    return manifest, place


def choose_files(wish: Wish, listing: Listing) -> tuple[HubFile, ...]:
    """The files to fetch, small ones first. Raises PicklesOnlyError or IncompleteRepositoryError."""
    chosen = [file for file in listing.files if _is_wanted(file.name, (*wish.files, *PAPERS))]
    if not wish.is_known:
        chosen = _drop_doubles(chosen)
    if not any(file.name.endswith(".safetensors") for file in chosen):
        pickles = [file.name for file in listing.files if _is_pickle(file.name)]
        if pickles:
            raise PicklesOnlyError(repository=wish.repository, files=", ".join(pickles[:3]))
    wanted = wish.files if wish.is_known else ("*.safetensors",)
    missing = [pattern for pattern in wanted if not any(fnmatch(file.name, pattern) for file in chosen)]
    if missing:
        raise IncompleteRepositoryError(
            repository=wish.repository, revision=listing.commit[:10], files=", ".join(missing)
        )
    return tuple(sorted(chosen, key=lambda file: (file.size_bytes, file.name)))


def _is_pickle(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in PICKLES


def _is_wanted(name: str, patterns: tuple[str, ...]) -> bool:
    is_hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    if is_hidden or _is_pickle(name) or name == MANIFEST_NAME:
        return False
    return any(fnmatch(name, pattern) for pattern in patterns)


def _drop_doubles(files: list[HubFile]) -> list[HubFile]:
    """Without weights that are there a second time: in full precision, or in one file beside diffusers' folders."""
    names = {file.name for file in files}
    doubles = {name for name in names if name.removesuffix(".safetensors") + ".fp16.safetensors" in names}
    if "model_index.json" in names:
        doubles |= {name for name in names if name.endswith(".safetensors") and "/" not in name}
    return [file for file in files if file.name not in doubles]


def _find_existing(wish: Wish, models: Path, listing: Listing) -> Path | None:
    """The folder where this commit already lies. Raises OtherModelThereError when something else lies there."""
    places = [wish.place] if wish.place else [PurePosixPath(shelf, wish.name) for shelf in SHELVES]
    for place in places:
        folder = models / place
        if folder.exists():
            commit = _read_commit(folder)
            if commit != listing.commit:
                raise OtherModelThereError(place=place, commit=commit or "?")
            return folder
    return None


def _read_commit(folder: Path) -> str | None:
    try:
        return read_manifest(folder).commit
    except ManifestError:
        return None


def _check_room(models: Path, staging: Path, files: tuple[HubFile, ...]) -> None:
    here = sum(path.stat().st_size for path in staging.rglob("*") if path.is_file())
    needed = sum(file.size_bytes for file in files) - here
    free = free_bytes(models)
    if needed > free:
        raise NoRoomError(folder=models, needed=show_size(needed), free=show_size(free))


def _fetch_all(
    listing: Listing, files: tuple[HubFile, ...], staging: Path, hub: Hub, tell: Tell
) -> dict[str, FileRecord]:
    records = {}
    for number, file in enumerate(files, start=1):
        tell(number, len(files), file)
        records[file.name] = _check(file, hub.fetch(listing, file, staging), listing.repository)
    return dict(sorted(records.items()))


def _check(file: HubFile, path: Path, repository: str) -> FileRecord:
    """Read a fetched file in full; one that is not what it should be is thrown away."""
    sha256 = hash_file(path)
    if not file.is_content_of(path, sha256):
        path.unlink()
        raise DamagedFileError(file=file.name)
    flush_file(path)
    if path.suffix == ".safetensors":
        try:
            read_header(path)
        except ModelFileError as error:
            path.unlink()
            raise NotAModelError(repository=repository, reason=error) from error
    return FileRecord(path.stat().st_size, sha256)


def _choose_place(wish: Wish, staging: Path) -> PurePosixPath:
    try:
        return PurePosixPath(tell_shelf(staging), wish.name)
    except ModelFileError as error:
        shutil.rmtree(staging)
        raise NotAModelError(repository=wish.repository, reason=error) from error


def _name_adapter(wish: Wish, staging: Path, records: dict[str, FileRecord]) -> dict[str, FileRecord]:
    """Give a LoRA's one file the name by which the generator finds it in a folder. Raises NotAModelError."""
    weights = [name for name in records if name.endswith(".safetensors")]
    if len(weights) > 1:
        shutil.rmtree(staging)
        raise NotAModelError(repository=wish.repository, reason=f"It holds {len(weights)} LoRAs; one can be pulled.")
    (staging / weights[0]).rename(staging / ADAPTER_WEIGHTS)
    return {ADAPTER_WEIGHTS if name == weights[0] else name: record for name, record in records.items()}


def _publish(staging: Path, folder: Path, manifest: Manifest) -> None:
    """Give the finished folder its final name; what other commits left unfinished goes away with it."""
    shutil.rmtree(staging / ".cache", ignore_errors=True)
    for name in list_files(staging):
        if name not in manifest.files:
            (staging / name).unlink()
    write_manifest(staging, manifest)
    make_folder(folder.parent)
    staging.rename(folder)
    for rest in staging.parent.glob(f"{staging.name.rpartition('--')[0]}--*"):
        shutil.rmtree(rest, ignore_errors=True)
    if not any(staging.parent.iterdir()):
        staging.parent.rmdir()
