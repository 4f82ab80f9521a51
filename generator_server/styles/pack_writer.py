"""Writing a style pack so that the catalogue sees it whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import tomli_w

from boothkit.files import translate_disk_errors
from generator_server.errors import StyleExistsError
from generator_server.styles.catalog import MANIFEST_NAME
from generator_server.styles.manifest import StyleManifest


def write_pack(packs: Path, manifest: StyleManifest, fill: Callable[[Path], None]) -> Path:
    """Make the pack's folder in `packs`; `fill` puts the other files into it first, under a hidden name.

    On disk for good once this returns. Raises StyleExistsError, StorageFullError or StorageError, or what `fill`
    raises; nothing is left of the pack then.
    """
    target = packs / manifest.style_id
    draft = packs / f".{manifest.style_id}.{secrets.token_hex(8)}"
    with translate_disk_errors():
        packs.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
    try:
        fill(draft)
        with translate_disk_errors():
            (draft / MANIFEST_NAME).write_text(_write_manifest(manifest), encoding="utf-8")
            _flush_all(draft)
            _give_name(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def remove_pack(packs: Path, style_id: str) -> bool:
    """Take a pack away; False when there is none of this name."""
    doomed = packs / f".{style_id}.{secrets.token_hex(8)}"
    with translate_disk_errors():
        try:
            (packs / style_id).rename(doomed)
        except FileNotFoundError:
            return False
        shutil.rmtree(doomed)
    return True


def _write_manifest(manifest: StyleManifest) -> str:
    return tomli_w.dumps(manifest.model_dump(mode="json", exclude_none=True))


def _give_name(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)  # an empty folder would be replaced, a pack is not
    except OSError as error:
        if target.exists():
            raise StyleExistsError(style_id=target.name) from error
        raise
    _flush(target.parent)


def _flush_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
