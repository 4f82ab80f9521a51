"""What is read from a folder of pictures, and what is refused."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from boothkit.errors import BoothError
from boothkit.images import ImageIntake
from lora_training.dataset.intake import list_pictures, open_intake, read_picture
from lora_training.errors import FolderMissingError, HeicMissingError
from tests.unit.lora_training.dataset.pictures import make_drawing, save


@pytest.fixture(scope="module")
def decoder() -> Iterator[ImageIntake]:
    with open_intake() as intake:
        yield intake


def test_pictures_are_listed_in_order_and_texts_passed_over(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.txt", "sub/c.png", ".hidden.png", ".git/d.png", "Thumbs.db", "letter.docx", "a.webp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert list_pictures(tmp_path) == ["a.webp", "b.JPG", "letter.docx", "sub/c.png"]


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderMissingError, match="nowhere"):
        list_pictures(tmp_path / "nowhere")


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_lossless_pictures_come_as_they_are(tmp_path: Path, decoder: ImageIntake, suffix: str) -> None:
    picture = make_drawing(1, (300, 280))
    seen = read_picture(decoder, save(picture, tmp_path / f"a{suffix}", lossless=True))
    assert (seen.pixels == picture).all()
    assert seen.size == (300, 280)


def test_photograph_is_turned_upright(tmp_path: Path, decoder: ImageIntake) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = save(make_drawing(1, (320, 280)), tmp_path / "a.jpg", exif=exif, quality=95)
    seen = read_picture(decoder, file)
    assert seen.size == (280, 320)
    turned = np.rot90(make_drawing(1, (320, 280)), -1)
    assert np.abs(seen.pixels.astype(int) - turned).mean() < 12


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unsupported_image"),
        (b"GIF89a" + b"\0" * 100, "unsupported_image"),
        (b"\xff\xd8\xff" + b"\0" * 100, "broken_image"),
    ],
)
def test_broken_files_are_refused_in_two_languages(
    tmp_path: Path, decoder: ImageIntake, data: bytes, code: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(BoothError) as refusal:
        read_picture(decoder, tmp_path / "a.jpg")
    assert refusal.value.code == code
    assert refusal.value.public_message("ko") != refusal.value.public_message("en")


def test_too_small_and_vanished_pictures_are_refused(tmp_path: Path, decoder: ImageIntake) -> None:
    for file, code in (
        (save(make_drawing(1, (300, 255)), tmp_path / "a.png"), "image_too_small"),
        (tmp_path / "gone.png", "source_unreadable"),
    ):
        with pytest.raises(BoothError) as refusal:
            read_picture(decoder, file)
        assert refusal.value.code == code


def test_huge_file_is_refused_before_it_is_read(tmp_path: Path, decoder: ImageIntake) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(BoothError) as refusal:
        read_picture(decoder, tmp_path / "a.png")
    assert refusal.value.code == "image_too_large"


def test_heic_is_read_or_the_missing_package_is_named(tmp_path: Path, decoder: ImageIntake) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 200)
    with pytest.raises(BoothError) as refusal:
        read_picture(decoder, tmp_path / "a.heic")
    is_there = importlib.util.find_spec("pillow_heif") is not None
    assert refusal.value.code == ("broken_image" if is_there else HeicMissingError.code)


def test_heic_photograph_is_decoded(tmp_path: Path, decoder: ImageIntake) -> None:
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed")
    heif.register_heif_opener()
    picture = make_drawing(1, (400, 300))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "HEIF", quality=95)
    (tmp_path / "a.heic").write_bytes(file.getvalue())
    seen = read_picture(decoder, tmp_path / "a.heic")
    assert seen.size == (400, 300)
    assert np.abs(seen.pixels.astype(int) - picture).mean() < 12
