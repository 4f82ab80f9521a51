"""A saved style comes back whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import painter
from painter.arrays import Photo


@pytest.fixture
def folder(atlas: painter.Atlas, tmp_path: Path) -> Path:
    atlas.save(tmp_path / "style")
    return tmp_path / "style"


def edit_page(folder: Path, **changes: Any) -> None:
    page = json.loads((folder / "atlas.json").read_text())
    (folder / "atlas.json").write_text(json.dumps({**page, **changes}))


def test_what_is_loaded_is_what_was_saved(atlas: painter.Atlas, folder: Path) -> None:
    loaded = painter.Atlas.load(folder)
    assert loaded.exemplars == atlas.exemplars
    assert loaded.palette == atlas.palette
    assert loaded.notes == atlas.notes
    np.testing.assert_array_equal(loaded.histograms, atlas.histograms)
    np.testing.assert_array_equal(loaded.lut, atlas.lut)


def test_the_files_are_plain(folder: Path) -> None:
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".json", ".npz", ".jpg"}
    with np.load(folder / "atlas.npz", allow_pickle=False) as archive:
        assert set(archive) == {"histograms", "lut"}


def test_a_smaller_style_leaves_nothing_of_a_larger_one(folder: Path, noise_picture: Photo) -> None:
    painter.learn_atlas([noise_picture]).save(folder)
    assert len(painter.Atlas.load(folder).exemplars) == 1
    assert len(list((folder / "exemplars").iterdir())) == 1


def test_an_interrupted_save_is_no_style(folder: Path) -> None:
    (folder / "atlas.json").unlink()
    with pytest.raises(painter.InvalidAtlasError, match=r"atlas\.json"):
        painter.Atlas.load(folder)


def test_a_folder_without_a_style_is_refused(tmp_path: Path) -> None:
    with pytest.raises(painter.InvalidAtlasError):
        painter.Atlas.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "something"},
        {"version": 2},
        {"palette": None},
        {"palette": ["red"]},
        {"palette": ["#12345"]},
        {"notes": ["no such note"]},
        {"notes": [3]},
        {"arrays_sha256": None},
        {"arrays_sha256": "00"},
        {"exemplars_sha256": []},
        {"exemplars_sha256": ["00"]},
        {"exemplars_sha256": ["00"] * 201},
        {"exemplars_sha256": {}},
    ],
)
def test_a_wrong_page_is_refused(changes: dict[str, Any], folder: Path) -> None:
    edit_page(folder, **changes)
    with pytest.raises(painter.InvalidAtlasError):
        painter.Atlas.load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"3"])
def test_a_page_that_is_no_object_is_refused(content: bytes, folder: Path) -> None:
    (folder / "atlas.json").write_bytes(content)
    with pytest.raises(painter.InvalidAtlasError):
        painter.Atlas.load(folder)


@pytest.mark.parametrize("name", ["atlas.npz", "exemplars/003.jpg"])
def test_a_cut_changed_missing_or_huge_file_is_refused(name: str, folder: Path) -> None:
    path = folder / name
    whole = path.read_bytes()
    for content in (whole[:-10], whole[:100] + b"x" + whole[101:], b"", whole + bytes(4_000_001)):
        path.write_bytes(content)
        with pytest.raises(painter.InvalidAtlasError, match=path.name):
            painter.Atlas.load(folder)
    path.unlink()
    with pytest.raises(painter.InvalidAtlasError, match=path.name):
        painter.Atlas.load(folder)


@pytest.mark.parametrize(
    "arrays",
    [
        {"lut": np.zeros((17, 17, 17, 3), dtype=np.float32)},
        {"histograms": np.zeros((7, 150), dtype=np.float32), "lut": np.zeros((17, 17, 17, 3), dtype=np.float32)},
        {"histograms": np.zeros((8, 150)), "lut": np.zeros((17, 17, 17, 3), dtype=np.float32)},
        {"histograms": np.full((8, 150), np.nan, np.float32), "lut": np.zeros((17, 17, 17, 3), dtype=np.float32)},
        {"histograms": np.array([{"a": 1}], dtype=object), "lut": np.zeros((17, 17, 17, 3), dtype=np.float32)},
    ],
)
def test_wrong_arrays_are_refused_even_with_the_right_digest(arrays: dict[str, np.ndarray], folder: Path) -> None:
    import hashlib

    np.savez(folder / "atlas.npz", **arrays)
    edit_page(folder, arrays_sha256=hashlib.sha256((folder / "atlas.npz").read_bytes()).hexdigest())
    with pytest.raises(painter.InvalidAtlasError, match="histograms"):
        painter.Atlas.load(folder)


def test_the_error_is_one_of_the_painter_s() -> None:
    assert issubclass(painter.InvalidAtlasError, painter.PainterError)
