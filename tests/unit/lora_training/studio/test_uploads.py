"""Pictures that staff bring."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from boothkit.errors import BoothError, NotFoundError
from boothkit.images import ImageIntake
from lora_training.dataset.intake import open_intake
from lora_training.errors import HeicMissingError
from lora_training.studio.errors import TooManyPicturesError
from lora_training.studio.work.projects import ProjectFolder
from lora_training.studio.work.uploads import Refusal, Uploads, make_name, refuse, show_name
from tests.unit.lora_training.dataset.pictures import make_drawing

SHA256 = "1f2e3d4c" + "0" * 56


def encode(seed: int, size: tuple[int, int] = (300, 280), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(make_drawing(seed, size)).save(file, form)
    return file.getvalue()


@pytest.fixture(scope="module")
def intake() -> Iterator[ImageIntake]:
    with open_intake() as opened:
        yield opened


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(ProjectFolder(tmp_path), max_pictures=2)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("lake.JPG", "lake-1f2e3d4c.jpg"),
        ("../../etc/passwd", "passwd-1f2e3d4c.img"),
        ("C:\\Users\\a b.webp", "a_b-1f2e3d4c.webp"),
        ("두루마리 1.png", "두루마리_1-1f2e3d4c.png"),
        (".png", "png-1f2e3d4c.img"),
        ("///", "picture-1f2e3d4c.img"),
        ("a\x00\n\u202eb.exe", "a___b-1f2e3d4c.img"),
        ("x" * 300 + ".heic", "x" * 60 + "-1f2e3d4c.heic"),
    ],
)
def test_names_are_harmless(given: str, made: str) -> None:
    assert make_name(given, SHA256) == made


def test_staff_see_their_own_names() -> None:
    assert show_name("lake-1f2e3d4c.jpg") == "lake.jpg"
    assert show_name("folder\\lake.jpg") == "lake.jpg"


def test_a_picture_is_kept_as_it_came_with_a_thumbnail(uploads: Uploads, intake: ImageIntake) -> None:
    data = encode(1)
    name = uploads.take(intake, "lake.png", data)
    assert uploads.list_names() == [name]
    assert uploads.picture(name).read_bytes() == data
    with Image.open(uploads.thumbnail(name)) as thumbnail:
        assert max(thumbnail.size) <= 320


def test_the_same_picture_is_kept_once(uploads: Uploads, intake: ImageIntake) -> None:
    assert uploads.take(intake, "a.png", encode(1)) == uploads.take(intake, "b.png", encode(1))
    assert len(uploads.list_names()) == 1


@pytest.mark.parametrize("data", [b"", b"no picture", encode(1)[:900], encode(1, (100, 90))])
def test_what_cannot_be_used_leaves_nothing(uploads: Uploads, intake: ImageIntake, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BoothError) as caught:
        uploads.take(intake, "x.png", data)
    assert refuse("x.png", caught.value).ko
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_refusal_names_no_program_to_install() -> None:
    refusal = refuse("x.heic", HeicMissingError())
    assert "pillow" not in refusal.ko + refusal.en
    assert "JPEG" in refusal.ko


def test_there_is_a_most(uploads: Uploads, intake: ImageIntake) -> None:
    for seed in range(2):
        uploads.take(intake, f"{seed}.png", encode(seed))
    with pytest.raises(TooManyPicturesError):
        uploads.take(intake, "third.png", encode(3))


def test_a_picture_is_taken_out_and_strange_names_are_unknown(uploads: Uploads, intake: ImageIntake) -> None:
    name = uploads.take(intake, "a.png", encode(1))
    for strange in ("../project.json", "", "b.png", f"./{name}"):
        with pytest.raises(NotFoundError):
            uploads.remove(strange)
    uploads.remove(name)
    assert uploads.list_names() == []
    assert not uploads.thumbnail(name).exists()


def test_a_report_grows_with_its_batch(uploads: Uploads, tmp_path: Path) -> None:
    one, two = Refusal("a", "가", "x"), Refusal("b", "나", "y")
    uploads.report("first", 3, [one])
    report = uploads.report("first", 1, [two])
    assert (report.taken, report.refused) == (4, (one, two))
    assert uploads.read_report() == report
    assert uploads.report("second", 1, []).refused == ()
