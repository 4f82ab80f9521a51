"""Samples are small enough for a slow link whatever the picture, and of the right shape."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator_server.engines import PainterEngine
from generator_server.errors import StyleNotFoundError
from generator_server.runner import EngineWorker, Router, SampleShelf
from generator_server.runner.samples import MOST_BYTES, encode_sample
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.packs import MANIFEST, write_pack


@pytest.mark.parametrize("grain", [0, 20, 255])
def test_sample_stays_within_its_size(grain: int) -> None:
    noise = np.random.default_rng(1).integers(0, grain + 1, (1024, 768, 3), dtype=np.uint8)
    sample = encode_sample(noise)
    assert len(sample) <= MOST_BYTES
    image = Image.open(io.BytesIO(sample))
    assert (image.format, image.size) == ("WEBP", (480, 640))


def test_style_without_painter_has_no_sample(tmp_path: Path) -> None:
    text = MANIFEST.format(style_id="calm", painter="watercolour", position=1)
    diffusion = '[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\n'
    write_pack(
        tmp_path / "packs",
        text=text.replace('[painter]\nstyle = "watercolour"\nstrength = 0.8', diffusion),
    )
    catalog = StyleCatalog(tmp_path / "packs")
    assert catalog.list_problems() == ()
    router = Router([EngineWorker(PainterEngine(catalog), size=1)])
    with pytest.raises(StyleNotFoundError):
        SampleShelf(tmp_path / "samples", router).get_sample(catalog.get_pack("calm"))


def open_shelf(folder: Path, packs: Path) -> tuple[SampleShelf, StyleCatalog]:
    catalog = StyleCatalog(packs)
    return SampleShelf(folder, Router([EngineWorker(PainterEngine(catalog), size=1)])), catalog


def test_a_sample_is_shown_though_the_disk_does_not_take_it(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "packs").parent
    Image.new("RGB", (480, 640), "red").save(pack / "sample.jpg")
    (tmp_path / "data").write_text("no folder")
    shelf, catalog = open_shelf(tmp_path / "data" / "samples", tmp_path / "packs")
    with Image.open(io.BytesIO(shelf.get_sample(catalog.get_pack("calm")))) as sample:
        assert sample.size == (480, 640)
        assert sample.convert("RGB").getpixel((240, 320)) > (200, 0, 0)


def test_an_own_sample_that_is_no_picture_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    diffusion = '[diffusion]\nprompt = "calm"\ndenoising_strength = 0.5\n'
    text = MANIFEST.format(style_id="calm", painter="watercolour", position=1)
    pack = write_pack(
        tmp_path / "packs", text=text.replace('[painter]\nstyle = "watercolour"\nstrength = 0.8', diffusion)
    ).parent
    (pack / "sample.png").write_bytes(b"torn")
    shelf, catalog = open_shelf(tmp_path / "samples", tmp_path / "packs")
    with pytest.raises(StyleNotFoundError):
        shelf.get_sample(catalog.get_pack("calm"))
    assert "own sample cannot be read" in caplog.text
