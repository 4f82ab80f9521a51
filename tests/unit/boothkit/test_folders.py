"""Folders that are there whole or not at all, and what a sweep may and may not take."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from boothkit import folders
from boothkit.errors import StorageError
from boothkit.folders import FolderDraft, FolderTakenError, sweep_drafts


def make_folder(target: Path, content: bytes, *, replace: bool = False) -> None:
    with FolderDraft(target) as draft:
        draft.write("deep/file", content)
        draft.publish(replace=replace)


def list_names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def make_leftover(folder: Path, name: str = "pack", kind: str = "draft") -> Path:
    """What a writer leaves that was killed an hour ago."""
    left = folder / f".{name}.{'0' * 16}.{kind}"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    os.utime(left, (0, 0))
    return left


def test_a_folder_appears_whole_and_at_the_end_only(tmp_path: Path) -> None:
    target = tmp_path / "packs" / "pack"
    with FolderDraft(target) as draft:
        draft.write("deep/file", b"content")
        assert not target.exists()
        draft.publish()
    assert list_names(tmp_path) == ["packs", "packs/pack", "packs/pack/deep", "packs/pack/deep/file"]
    assert (target / "deep" / "file").read_bytes() == b"content"


def test_what_is_not_published_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), FolderDraft(tmp_path / "pack") as draft:
        draft.write("file", b"content")
        raise KeyboardInterrupt
    assert list_names(tmp_path) == []


def test_an_older_folder_stands_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    target = tmp_path / "pack"
    make_folder(target, b"old")
    with pytest.raises(FolderTakenError):
        make_folder(target, b"new")
    assert (target / "deep" / "file").read_bytes() == b"old"
    make_folder(target, b"new", replace=True)
    assert (target / "deep" / "file").read_bytes() == b"new"
    assert list_names(tmp_path) == ["pack", "pack/deep", "pack/deep/file"]


def test_a_folder_is_replaced_where_names_cannot_be_exchanged(tmp_path: Path) -> None:
    old, new = tmp_path / "pack", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / folder.name).write_bytes(b"")
    folders._replace_in_two(new, old)
    assert list_names(tmp_path) == ["pack", "pack/new"]


def test_a_replacement_that_fails_puts_the_old_folder_back(tmp_path: Path) -> None:
    old = tmp_path / "pack"
    old.mkdir()
    with pytest.raises(FileNotFoundError):
        folders._replace_in_two(tmp_path / "absent", old)
    assert list_names(tmp_path) == ["pack"]


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError), FolderDraft(tmp_path / "file" / "pack"):
        raise AssertionError("not reached")


def test_the_sweep_takes_what_killed_writers_left_and_nothing_else(tmp_path: Path) -> None:
    make_folder(tmp_path / "pack", b"kept")
    for name in (".pack.draft", ".hidden", "pack.0123456789abcdef.draft"):
        (tmp_path / name).mkdir()
    kept = list_names(tmp_path)
    make_leftover(tmp_path)
    make_leftover(tmp_path, "other.pack")
    make_leftover(tmp_path, kind="old")
    assert sweep_drafts(tmp_path) == 3
    assert list_names(tmp_path) == kept
    assert sweep_drafts(tmp_path / "absent") == 0


def test_the_sweep_of_one_name_leaves_the_others(tmp_path: Path) -> None:
    other = make_leftover(tmp_path, "other")
    mine = make_leftover(tmp_path, "pack")
    assert sweep_drafts(tmp_path, "pack") == 1
    assert (other.exists(), mine.exists()) == (True, False)


def test_a_folder_that_stepped_aside_is_put_back(tmp_path: Path) -> None:
    make_leftover(tmp_path, kind="old")
    assert sweep_drafts(tmp_path) == 0
    assert list_names(tmp_path) == ["pack", "pack/half"]


def test_a_draft_that_is_worked_on_is_not_swept(tmp_path: Path) -> None:
    with FolderDraft(tmp_path / "pack") as draft:
        draft.write("file", b"content")
        assert sweep_drafts(tmp_path, older_than_s=-1.0) == 0
        draft.publish()
    assert (tmp_path / "pack" / "file").read_bytes() == b"content"


def test_a_draft_that_may_just_have_been_begun_is_not_swept(tmp_path: Path) -> None:
    left = make_leftover(tmp_path)
    os.utime(left)
    assert sweep_drafts(tmp_path) == 0
    assert sweep_drafts(tmp_path, older_than_s=-1.0) == 1


def test_a_link_with_a_drafts_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / f".pack.{'0' * 16}.draft").symlink_to(tmp_path / "elsewhere")
    assert sweep_drafts(tmp_path / "packs", older_than_s=-1.0) == 0
    assert (tmp_path / "elsewhere").is_dir()


def test_the_lock_ends_with_the_draft(tmp_path: Path) -> None:
    make_folder(tmp_path / "pack", b"content")
    descriptor = os.open(tmp_path / "pack", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)
