"""Durable files, content-addressed blobs and their drafts, and sweeping."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boothkit.errors import StorageError, StorageFullError
from boothkit.files import (
    BlobDamagedError,
    BlobMissingError,
    BlobStore,
    FileDraft,
    free_bytes,
    publish_file,
    translate_disk_errors,
)

ABSENT = "0" * 64


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*.tmp"))


def test_a_published_file_is_whole_private_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "letter.json"
    publish_file(path, b"content")
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o777 == 0o600
    assert leftovers(tmp_path) == []


def test_publishing_again_replaces(tmp_path: Path) -> None:
    path = tmp_path / "letter.json"
    publish_file(path, b"old", mode=0o640)
    publish_file(path, b"", mode=0o640)
    assert path.read_bytes() == b""
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_published_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(StorageError):
        publish_file(path, b"content")
    assert (path / "inside").is_dir()
    assert leftovers(tmp_path) == []


def test_a_name_that_is_too_long_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        publish_file(tmp_path / ("x" * 300), b"content")


def test_a_device_without_room_is_reported_as_full(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError), translate_disk_errors():
        os.write(os.open("/dev/full", os.O_WRONLY), b"x")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StorageFullError),
        (errno.EDQUOT, StorageFullError),
        (errno.EIO, StorageError),
        (errno.EROFS, StorageError),
    ],
)
def test_disk_errors_are_translated(number: int, expected: type[Exception]) -> None:
    with pytest.raises(expected) as caught, translate_disk_errors():
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is expected
    assert isinstance(caught.value.__cause__, OSError)


def test_free_bytes_agrees_with_the_system(tmp_path: Path) -> None:
    state = os.statvfs(tmp_path)
    assert free_bytes(tmp_path) == pytest.approx(state.f_bavail * state.f_frsize, rel=0.05)
    with pytest.raises(StorageError):
        free_bytes(tmp_path / "absent")


@given(data=st.binary(max_size=2000))
@settings(max_examples=30, deadline=None)
def test_a_blob_is_read_back_under_its_hash(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = BlobStore(tmp_path_factory.mktemp("blobs"))
    sha256 = store.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.read(sha256) == data
    assert store.has(sha256)
    assert list(store.list_ids()) == [sha256]


def test_keeping_twice_keeps_one(store: BlobStore) -> None:
    assert store.put(b"same") == store.put(b"same")
    assert len(list(store.list_ids())) == 1


def test_a_draft_is_no_blob_before_it_is_published(store: BlobStore) -> None:
    with store.draft(b"on its way") as draft:
        draft.write()
        assert len(leftovers(store.root)) == 1
        assert list(store.list_ids()) == []
        sha256 = draft.publish()
    assert store.read(sha256) == b"on its way"
    assert leftovers(store.root) == []


@pytest.mark.parametrize("is_written", [True, False])
def test_a_dropped_draft_leaves_nothing(store: BlobStore, *, is_written: bool) -> None:
    with pytest.raises(RuntimeError), store.draft(b"refused") as draft:
        if is_written:
            draft.write()
        raise RuntimeError
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_dropped_draft_of_kept_content_leaves_that_content(store: BlobStore) -> None:
    sha256 = store.put(b"kept")
    with store.draft(b"kept") as draft:
        draft.write()
        assert leftovers(store.root) == []
    assert store.read(sha256) == b"kept"


def test_two_drafts_of_one_content_make_one_blob(store: BlobStore) -> None:
    with store.draft(b"same") as first, store.draft(b"same") as second:
        first.write()
        second.write()
        assert first.publish() == second.publish()
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 1


def test_a_file_draft_leaves_the_old_content_until_it_is_published(tmp_path: Path) -> None:
    path = tmp_path / "letter.json"
    path.write_bytes(b"old")
    with FileDraft(path) as draft:
        draft.write(b"new")
        assert path.read_bytes() == b"old"
        draft.publish()
    assert path.read_bytes() == b"new"
    assert leftovers(tmp_path) == []


def test_deleting_is_for_good_and_repeatable(store: BlobStore) -> None:
    sha256 = store.put(b"gone soon")
    store.delete(sha256)
    store.delete(sha256)
    store.delete(ABSENT)
    assert not store.has(sha256)
    assert list(store.list_ids()) == []


def test_f13_a_flipped_bit_is_found(store: BlobStore) -> None:
    sha256 = store.put(b"picture" * 1000)
    path = store.path_of(sha256)
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    with pytest.raises(BlobDamagedError) as caught:
        store.read(sha256)
    assert caught.value.details == {"sha256": sha256}


def test_f13_putting_the_content_again_repairs_it(store: BlobStore) -> None:
    sha256 = store.put(b"picture")
    store.path_of(sha256).write_bytes(b"pictur")
    store.put(b"picture")
    assert store.read(sha256) == b"picture"


def test_f14_a_blob_deleted_by_hand_is_missed(store: BlobStore) -> None:
    sha256 = store.put(b"picture")
    store.path_of(sha256).unlink()
    with pytest.raises(BlobMissingError):
        store.read(sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 63 + "/"])
def test_f46_only_hashes_name_blobs(store: BlobStore, name: str) -> None:
    for use in (store.path_of, store.read, store.has, store.delete):
        with pytest.raises(ValueError, match="SHA-256"):
            use(name)


def test_an_empty_store_is_fine(store: BlobStore) -> None:
    assert list(store.list_ids()) == []
    assert store.sweep() == 0


def test_sweeping_takes_only_old_leftovers(store: BlobStore) -> None:
    sha256 = store.put(b"picture")
    folder = store.path_of(sha256).parent
    old, young = folder / ".x.1.tmp", folder / ".x.2.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.sweep(older_than_s=3600) == 1
    assert not old.exists()
    assert young.exists()
    assert store.read(sha256) == b"picture"


def test_f15_ten_thousand_leftovers_are_swept(store: BlobStore) -> None:
    folder = store.path_of(store.put(b"picture")).parent
    for number in range(10_000):
        os.close(os.open(folder / f".x.{number}.tmp", os.O_CREAT | os.O_WRONLY))
    assert store.sweep(older_than_s=-1) == 10_000
    assert store.sweep(older_than_s=-1) == 0
