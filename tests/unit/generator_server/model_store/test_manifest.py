"""A manifest says what each file must be, survives a round trip, and finds what differs."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from generator_server.model_store.failures import ManifestError
from generator_server.model_store.manifest import (
    MANIFEST_NAME,
    Difference,
    FileRecord,
    Manifest,
    compare_contents,
    compare_sizes,
    hash_file,
    is_untouched,
    list_files,
    now,
    read_manifest,
    record_check,
    write_manifest,
)

FILES = {"config.json": b"{}", "unet/model.safetensors": b"weights"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of two files, as recorded."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def make_manifest(verified_at: str | None = None) -> Manifest:
    records = {name: FileRecord(len(data), hashlib.sha256(data).hexdigest()) for name, data in FILES.items()}
    return Manifest("someone/ink", "c" * 40, None, now(), verified_at, records)


def test_what_is_written_is_read_again(folder: Path) -> None:
    manifest = make_manifest(now())
    write_manifest(folder, manifest)
    assert read_manifest(folder) == manifest
    assert manifest.size_bytes == 9
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


NO_MOMENT = '{"repository": "a", "commit": "b", "licence": "", "pulled_at": "", "verified_at": "soon", "files": {}}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "nonsense", "\x00", NO_MOMENT),
        '{"repository": "a", "commit": "b", "licence": null, "files": []}',
    ],
)
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST_NAME).write_text(text)
    with pytest.raises(ManifestError, match=MANIFEST_NAME):
        read_manifest(folder)


def test_a_record_without_a_hash_is_refused(folder: Path) -> None:
    write_manifest(folder, make_manifest())
    value = json.loads((folder / MANIFEST_NAME).read_text())
    del value["files"]["config.json"]["sha256"]
    (folder / MANIFEST_NAME).write_text(json.dumps(value))
    with pytest.raises(ManifestError):
        read_manifest(folder)


def test_a_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        read_manifest(tmp_path)


def test_nothing_differs_in_what_was_recorded(folder: Path) -> None:
    write_manifest(folder, make_manifest())
    (folder / ".DS_Store").write_bytes(b"left by a file manager")
    assert compare_contents(folder, make_manifest()) == []
    assert list(list_files(folder)) == list(FILES)


def test_every_kind_of_difference_is_found(folder: Path) -> None:
    (folder / "unet" / "model.safetensors").write_bytes(b"weighty")
    assert compare_sizes(folder, make_manifest()) == []
    assert compare_contents(folder, make_manifest()) == [Difference("unet/model.safetensors", "content")]
    (folder / "unet" / "model.safetensors").write_bytes(b"weigh")
    (folder / "config.json").unlink()
    (folder / "more.bin").write_bytes(b"")
    expected = [
        Difference("config.json", "missing"),
        Difference("unet/model.safetensors", "size"),
        Difference("more.bin", "extra"),
    ]
    assert compare_sizes(folder, make_manifest()) == expected
    assert compare_contents(folder, make_manifest()) == expected


def test_a_disk_that_fails_is_a_difference_and_no_crash(folder: Path) -> None:
    """Reading this file of the kernel's is an input error, though it is there and has its size."""
    (folder / "worn.safetensors").symlink_to("/proc/self/mem")
    manifest = replace(make_manifest(), files={**make_manifest().files, "worn.safetensors": FileRecord(0, "0" * 64)})
    assert compare_sizes(folder, manifest) == []
    assert compare_contents(folder, manifest) == [Difference("worn.safetensors", "unreadable")]


def test_a_manifest_cannot_name_files_outside_its_folder(folder: Path) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_bytes(b"{}")
    manifest = Manifest("a/b", "c", None, now(), None, {"../outside.txt": FileRecord(2, hash_file(outside))})
    assert Difference("../outside.txt", "missing") in compare_contents(folder, manifest)


def test_a_file_written_after_the_check_is_noticed_by_its_time(folder: Path) -> None:
    manifest = make_manifest(now())
    assert is_untouched(folder, manifest)
    later_s = (folder / "config.json").stat().st_mtime + 10
    os.utime(folder / "config.json", (later_s, later_s))
    assert not is_untouched(folder, manifest)
    assert not is_untouched(folder, make_manifest(None))


def test_a_check_is_recorded(folder: Path) -> None:
    record_check(folder, make_manifest(), is_whole=True)
    assert read_manifest(folder).verified_at is not None
    record_check(folder, read_manifest(folder), is_whole=False)
    assert read_manifest(folder).verified_at is None
