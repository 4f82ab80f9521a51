"""The manifest of a pulled model: where it came from and what each file must be, as `manifest.json` in its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from boothkit.files import publish_file
from generator_server.model_store.failures import ManifestError

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class FileRecord:
    """What one file was when it was pulled."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Origin and content of one model. `files` by path with slashes; times are ISO 8601, UTC.

    `verified_at` is when all files were last found to be as recorded, None after they were found to differ.
    """

    repository: str
    commit: str
    licence: str | None
    pulled_at: str
    verified_at: str | None
    files: Mapping[str, FileRecord]

    @property
    def size_bytes(self) -> int:
        """Size of all recorded files together."""
        return sum(record.size_bytes for record in self.files.values())


@dataclass(frozen=True)
class Difference:
    """A file that is not as recorded; `kind` is missing, size, content, unreadable or extra."""

    file: str
    kind: str


def now() -> str:
    """This moment, as manifests write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model's folder. Raises ManifestError when there is none or it is no manifest."""
    file = folder / MANIFEST_NAME
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return Manifest(
            repository=str(value["repository"]),
            commit=str(value["commit"]),
            licence=value["licence"],
            pulled_at=str(value["pulled_at"]),
            verified_at=_read_moment(value["verified_at"]),
            files={
                str(name): FileRecord(int(record["size_bytes"]), str(record["sha256"]))
                for name, record in value["files"].items()
            },
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ManifestError(file=f"{folder.name}/{MANIFEST_NAME}") from error


def _read_moment(text: str | None) -> str | None:
    """The same, when it is a moment. Raises ValueError or TypeError."""
    if text is not None:
        datetime.fromisoformat(text)
    return text


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest into its folder, whole or not at all. Raises StorageFullError or StorageError."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    publish_file(folder / MANIFEST_NAME, text.encode(), mode=0o644)


def record_check(folder: Path, manifest: Manifest, *, is_whole: bool) -> None:
    """Note in the manifest how a check of all files ended. Raises StorageFullError or StorageError."""
    write_manifest(folder, replace(manifest, verified_at=now() if is_whole else None))


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[str]:
    """Files of a model by path with slashes, in order: all but the manifest and hidden ones."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() != MANIFEST_NAME and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()


def compare_sizes(folder: Path, manifest: Manifest) -> list[Difference]:
    """What differs by names and sizes alone; quick."""
    found = {name: (folder / name).stat().st_size for name in list_files(folder)}
    missing = [Difference(name, "missing") for name in manifest.files if name not in found]
    sizes = [
        Difference(name, "size")
        for name, record in manifest.files.items()
        if name in found and found[name] != record.size_bytes
    ]
    extra = [Difference(name, "extra") for name in found if name not in manifest.files]
    return [*missing, *sizes, *extra]


def compare_contents(folder: Path, manifest: Manifest) -> list[Difference]:
    """What differs, after reading every file in full."""
    differences = compare_sizes(folder, manifest)
    seen = {difference.file for difference in differences}
    contents = [
        Difference(name, kind)
        for name, record in manifest.files.items()
        if name not in seen and (kind := _compare_content(folder / name, record)) is not None
    ]
    return [*differences, *contents]


def _compare_content(path: Path, record: FileRecord) -> str | None:
    """How a file of the right size differs; a disk that fails shows itself here."""
    try:
        return None if hash_file(path) == record.sha256 else "content"
    except OSError:
        return "unreadable"


def is_untouched(folder: Path, manifest: Manifest) -> bool:
    """True when all files were verified and none has been written since, by its time; sizes are not looked at."""
    if manifest.verified_at is None:
        return False
    # The time is cut to seconds, and files are written before it is taken.
    verified_at_s = datetime.fromisoformat(manifest.verified_at).timestamp() + 1
    paths = [folder / name for name in manifest.files]
    return all(path.is_file() and path.stat().st_mtime <= verified_at_s for path in paths)
