"""Writing a style pack so that the catalogue sees it whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import tomli_w

from boothkit.files import translate_disk_errors
from boothkit.folders import FolderDraft, FolderTakenError
from generator_server.errors import StyleExistsError
from generator_server.styles.manifest import StyleManifest
from generator_server.styles.pack import MANIFEST_NAME


def write_pack(packs: Path, manifest: StyleManifest, fill: Callable[[Path], None]) -> Path:
    """Make the pack's folder in `packs`; `fill` puts the other files into it first, under a hidden name.

    On disk for good once this returns. Raises StyleExistsError, StorageFullError or StorageError, or what `fill`
    raises; nothing is left of the pack then.
    """
    target = packs / manifest.style_id
    with FolderDraft(target) as draft:
        fill(draft.path)
        draft.write(MANIFEST_NAME, _write_manifest(manifest).encode())
        try:
            draft.publish()
        except FolderTakenError as error:
            raise StyleExistsError(style_id=target.name) from error
    return target


def remove_pack(packs: Path, style_id: str) -> bool:
    """Take a pack away; False when there is none of this name."""
    doomed = packs / f".{style_id}.{secrets.token_hex(8)}.draft"
    with translate_disk_errors():
        try:
            (packs / style_id).rename(doomed)
        except FileNotFoundError:
            return False
        shutil.rmtree(doomed)
    return True


def _write_manifest(manifest: StyleManifest) -> str:
    return tomli_w.dumps(manifest.model_dump(mode="json", exclude_none=True))
