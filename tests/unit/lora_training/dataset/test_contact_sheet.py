"""The contact sheet shows every picture with its crop and its remarks."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lora_training.dataset import contact_sheet
from lora_training.dataset.contact_sheet import THUMBNAIL_PX, draw_contact_sheet, make_thumbnail
from lora_training.dataset.manifest import Manifest
from lora_training.dataset.sheet_text import load_lettering
from tests.unit.lora_training.dataset.manifests import make_manifest

WARNING = np.array((0xA3, 0x33, 0x0A))


def draw(manifest: Manifest, original: NDArray[np.uint8]) -> NDArray[np.uint8]:
    png = draw_contact_sheet(manifest, [make_thumbnail(original) for _ in manifest.pictures])
    with Image.open(io.BytesIO(png)) as sheet:
        assert sheet.format == "PNG"
        return np.asarray(sheet)


def count_colour(sheet: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((sheet == np.array(colour)).all(axis=2).sum())


def test_every_picture_is_there_and_rows_grow() -> None:
    green = np.full((600, 600, 3), (0, 200, 0), dtype=np.uint8)
    sheets = {count: draw(make_manifest(count), green) for count in (1, 6, 7)}
    for count, sheet in sheets.items():
        assert count_colour(sheet, (0, 200, 0)) == count * THUMBNAIL_PX**2
    assert sheets[1].shape == sheets[6].shape
    assert sheets[7].shape[0] > sheets[6].shape[0]


def test_what_the_crop_leaves_out_is_dimmed() -> None:
    manifest = make_manifest(1)
    entry = manifest.pictures[0].model_copy(update={"crop": (150, 0, 300, 600)})
    sheet = draw(
        manifest.model_copy(update={"pictures": (entry,)}), np.full((600, 600, 3), (0, 200, 0), dtype=np.uint8)
    )
    bright, dim = count_colour(sheet, (0, 200, 0)), count_colour(sheet, (0, 70, 0))
    assert dim == THUMBNAIL_PX**2 // 2
    assert 0.9 * dim < bright < dim


def test_remarks_are_written_under_the_picture_in_the_warning_colour() -> None:
    manifest = make_manifest(1)
    original = np.full((600, 600, 3), 128, dtype=np.uint8)
    assert count_colour(draw(manifest, original), tuple(WARNING)) == 0
    entry = manifest.pictures[0].model_copy(update={"warnings": ("blurred",)})
    marked = manifest.model_copy(update={"pictures": (entry,)})
    assert count_colour(draw(marked, original), tuple(WARNING)) > 20
    assert count_colour(draw(manifest.model_copy(update={"warnings": ("few",)}), original), tuple(WARNING)) > 20


def test_same_set_gives_the_same_bytes() -> None:
    thumbnails = [make_thumbnail(np.full((300, 600, 3), 90, dtype=np.uint8))]
    assert draw_contact_sheet(make_manifest(1), thumbnails) == draw_contact_sheet(make_manifest(1), thumbnails)


def test_sheet_is_drawn_without_a_korean_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_sheet, "load_lettering", lambda: load_lettering(()))
    entry = make_manifest(1).pictures[0].model_copy(update={"warnings": ("small", "blurred", "dark", "padded")})
    sheet = draw(
        make_manifest(1).model_copy(update={"pictures": (entry,)}), np.full((600, 600, 3), 128, dtype=np.uint8)
    )
    assert count_colour(sheet, tuple(WARNING)) > 20


def test_long_text_is_shortened_to_its_place() -> None:
    lettering = load_lettering(())
    text = lettering.fit("a very long name of a picture.png", lettering.small, 100)
    assert text.endswith("…")
    assert lettering.small.getlength(text) <= 100
    assert lettering.fit("short", lettering.small, 100) == "short"
