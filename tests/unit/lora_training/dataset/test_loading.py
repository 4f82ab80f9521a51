"""The manifest and what training reads of it; a data set that was touched is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lora_training.dataset import Dataset, DatasetPicture, load_dataset
from lora_training.dataset.manifest import (
    MANIFEST_NAME,
    Manifest,
    check_trigger,
    read_manifest,
    state_terms,
)
from lora_training.errors import DatasetBrokenError, DatasetChangedError, DatasetMissingError, TermsError
from tests.unit.lora_training.dataset.manifests import make_manifest

TERMS = {
    "style_id": "ink_wash",
    "trigger": "inkw",
    "resolution": 512,
    "source": "own",
    "licence": "CC0-1.0",
    "author": "Kim",
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A data set of two files; training's reader looks at their hashes only."""
    manifest = make_manifest(2)
    entries = []
    for entry in manifest.pictures:
        file = tmp_path / entry.file
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(entry.file.encode())
        entries.append(entry.model_copy(update={"sha256": hashlib.sha256(entry.file.encode()).hexdigest()}))
    manifest.model_copy(update={"pictures": tuple(entries)}).save(tmp_path)
    return tmp_path


def edit(folder: Path, **changes: object) -> None:
    content = json.loads((folder / MANIFEST_NAME).read_text())
    (folder / MANIFEST_NAME).write_text(json.dumps({**content, **changes}))


def test_training_reads_pictures_with_captions(dataset: Path) -> None:
    loaded = load_dataset(dataset)
    first = dataset / "pictures/0001.png"
    assert loaded.pictures[0] == DatasetPicture(
        first, hashlib.sha256(first.read_bytes()).hexdigest(), 512, 512, "inkw, a picture in this style"
    )
    assert loaded == Dataset(
        folder=dataset,
        style_id="ink_wash",
        trigger="inkw",
        resolution=512,
        source="The hall's own scrolls",
        licence="CC-BY-4.0",
        author="Kim",
        pictures=loaded.pictures,
    )


def test_changed_or_missing_picture_is_refused_by_name(dataset: Path) -> None:
    (dataset / "pictures/0002.png").write_bytes(b"other")
    with pytest.raises(DatasetChangedError, match=r"pictures/0002\.png"):
        load_dataset(dataset)
    (dataset / "pictures/0001.png").unlink()
    with pytest.raises(DatasetChangedError, match=r"pictures/0001\.png"):
        load_dataset(dataset)


def test_folder_without_manifest_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(DatasetMissingError):
        load_dataset(tmp_path)
    with pytest.raises(DatasetMissingError):
        load_dataset(tmp_path / "nowhere")


def test_broken_manifest_is_refused(dataset: Path) -> None:
    (dataset / MANIFEST_NAME).write_text('{"format": 1,')
    with pytest.raises(DatasetBrokenError):
        load_dataset(dataset)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"licence": ""},
        {"author": "  "},
        {"source": ""},
        {"pictures": []},
        {"resolution": 500},
        {"more": 1},
    ],
)
def test_manifest_with_a_wrong_field_is_refused_and_the_field_named(dataset: Path, change: dict[str, object]) -> None:
    edit(dataset, **change)
    with pytest.raises(DatasetBrokenError, match=next(iter(change))):
        load_dataset(dataset)


@pytest.mark.parametrize("file", ["../secret.png", "/etc/passwd", "pictures/../../a.png", "pictures/1.png"])
def test_manifest_cannot_name_files_elsewhere(dataset: Path, file: str) -> None:
    content = json.loads((dataset / MANIFEST_NAME).read_text())
    content["pictures"][0]["file"] = file
    edit(dataset, pictures=content["pictures"])
    with pytest.raises(DatasetBrokenError, match="file"):
        load_dataset(dataset)


def test_manifest_is_written_and_read_back(dataset: Path) -> None:
    manifest = read_manifest(dataset)
    assert Manifest.model_validate_json(manifest.to_json()) == manifest
    assert (dataset / MANIFEST_NAME).read_bytes() == manifest.to_json()


@pytest.mark.parametrize("field", ["source", "licence", "author"])
@pytest.mark.parametrize("value", ["", "   "])
def test_terms_without_source_licence_or_author_are_refused(field: str, value: str) -> None:
    with pytest.raises(TermsError, match=field):
        state_terms(**{**TERMS, field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("licence", ["CC-BY-4.0", "MIT OR Apache-2.0", "LicenseRef-family-permission", "GPL-3.0+"])
def test_licences_in_spdx_words_are_taken(licence: str) -> None:
    assert state_terms(**{**TERMS, "licence": licence}).licence == licence  # type: ignore[arg-type]


@pytest.mark.parametrize("licence", ["허락받음", "ask\nme", "x" * 201, " "])
def test_other_licences_are_refused(licence: str) -> None:
    with pytest.raises(TermsError, match="licence"):
        state_terms(**{**TERMS, "licence": licence})  # type: ignore[arg-type]


def test_trigger_is_made_from_the_style_when_not_given() -> None:
    assert state_terms(**{**TERMS, "trigger": None}).trigger == "mb-ink_wash"  # type: ignore[arg-type]


@pytest.mark.parametrize("trigger", ["two words", "A", "한글", "x", "a,b"])
def test_bad_triggers_are_refused(trigger: str) -> None:
    with pytest.raises(TermsError, match="trigger"):
        check_trigger(trigger)
    with pytest.raises(TermsError, match="trigger"):
        state_terms(**{**TERMS, "trigger": trigger})  # type: ignore[arg-type]
