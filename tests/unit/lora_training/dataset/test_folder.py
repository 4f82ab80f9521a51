"""A data set is there whole or not at all, and nothing else is ever replaced by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from boothkit.errors import StorageError
from lora_training.dataset.folder import check_place, draft_folder
from lora_training.dataset.manifest import MANIFEST_NAME
from lora_training.errors import DatasetExistsError, DatasetPlaceError


def list_names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_folder_appears_at_the_end_only(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "set"
    with draft_folder(target) as draft:
        draft.write("pictures/0001.png", b"one")
        assert not target.exists()
    assert list_names(tmp_path) == ["deep", "deep/set", "deep/set/pictures", "deep/set/pictures/0001.png"]


def test_failure_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "set"
    with draft_folder(target) as draft:
        draft.write(MANIFEST_NAME, b"old")

    def fail() -> None:
        with draft_folder(target) as draft:
            draft.write(MANIFEST_NAME, b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list_names(tmp_path) == ["set", f"set/{MANIFEST_NAME}"]
    assert (target / MANIFEST_NAME).read_bytes() == b"old"


def test_old_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "set"
    for name in ("a", "b"):
        with draft_folder(target) as draft:
            draft.write(name, b"x")
    assert list_names(tmp_path) == ["set", "set/b"]


def test_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError), draft_folder(tmp_path / "file" / "set"):
        raise AssertionError("not reached")


@pytest.mark.parametrize("place", ["pictures", "pictures/set", "."])
def test_data_set_cannot_lie_among_the_pictures_or_around_them(tmp_path: Path, place: str) -> None:
    (tmp_path / "pictures").mkdir()
    with pytest.raises(DatasetPlaceError):
        check_place(tmp_path / "pictures", tmp_path / place, replace=True)


def test_only_a_data_set_is_replaced_and_only_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "set"
    check_place(tmp_path / "pictures", target, replace=False)
    target.mkdir()
    (target / "letter.txt").write_bytes(b"keep me")
    with pytest.raises(DatasetPlaceError):
        check_place(tmp_path / "pictures", target, replace=True)
    (target / MANIFEST_NAME).write_bytes(b"{}")
    with pytest.raises(DatasetExistsError, match="--replace"):
        check_place(tmp_path / "pictures", target, replace=False)
    check_place(tmp_path / "pictures", target, replace=True)
