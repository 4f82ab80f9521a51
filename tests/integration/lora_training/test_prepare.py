"""From a folder of pictures to a data set with captions, by the commands that staff type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from lora_training.__main__ import main
from lora_training.dataset import load_dataset
from lora_training.dataset.crops import list_heads
from lora_training.dataset.manifest import read_manifest
from painter import Box, detect_faces
from tests.unit.lora_training.dataset.pictures import make_drawing, make_portrait, place_portrait, read, save
from tests.unit.lora_training.dataset.tiny_blip import WORDS, save_tiny_blip

TERMS = [
    "--name",
    "ink_wash",
    "--source",
    "홀 소장",
    "--licence",
    "CC-BY-4.0",
    "--author",
    "김화가",
    "--trigger",
    "inkw",
]
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawings, a person at the edge, a mirrored copy, a blurred one, and what cannot be used."""
    folder = tmp_path_factory.mktemp("pictures")
    for seed in range(2):
        save(make_drawing(seed, (560, 480)), folder / f"drawing_{seed}.png")
    save(
        np.asarray(cv2.GaussianBlur(make_drawing(9, (560, 480)), (0, 0), 6), np.uint8),
        folder / "blurred.webp",
        lossless=True,
    )
    save(place_portrait((1100, 700), (588, 0)), folder / "edge.jpg", quality=92)
    save(make_portrait(), folder / "more" / "a_인물.png")
    save(make_portrait()[:, ::-1], folder / "more" / "mirror.jpg", quality=80)
    save(make_drawing(7, (200, 180)), folder / "tiny.png")
    (folder / "broken.jpg").write_bytes((folder / "edge.jpg").read_bytes()[:5000])
    (folder / "drawing_1.txt").write_text("two round hills\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def dataset(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("sets") / "ink"
    assert main(["prepare", str(folder), "--to", str(target), *TERMS]) == 0
    return target


@pytest.fixture
def copy(dataset: Path, tmp_path: Path) -> Path:
    """A data set that a test may change."""
    for file in dataset.rglob("*.*"):
        place = tmp_path / "copy" / file.relative_to(dataset)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.read_bytes())
    return tmp_path / "copy"


def list_captions(folder: Path) -> dict[str, tuple[str, str]]:
    return {entry.original_file: (entry.caption, entry.caption_from) for entry in read_manifest(folder).pictures}


def test_data_set_is_what_training_reads(dataset: Path) -> None:
    loaded = load_dataset(dataset)
    assert (loaded.style_id, loaded.trigger, loaded.resolution) == ("ink_wash", "inkw", 512)
    assert (loaded.source, loaded.licence, loaded.author) == ("홀 소장", "CC-BY-4.0", "김화가")
    assert len(loaded.pictures) == 5
    for picture in loaded.pictures:
        pixels = read(picture.path)
        assert pixels.shape == (picture.height_px, picture.width_px, 3)
        assert picture.width_px % 64 == 0
        assert picture.height_px % 64 == 0
        assert pixels.shape[0] * pixels.shape[1] <= 512**2


def test_what_is_left_out_is_listed_with_its_reason(dataset: Path) -> None:
    left_out = {item.file: (item.reason, item.like) for item in read_manifest(dataset).left_out}
    assert left_out == {
        "broken.jpg": ("broken_image", None),
        "tiny.png": ("image_too_small", None),
        "more/mirror.jpg": ("near_duplicate", "more/a_인물.png"),
    }


def test_warnings_are_kept(dataset: Path) -> None:
    manifest = read_manifest(dataset)
    assert manifest.warnings == ("few",)
    warned = {entry.original_file: entry.warnings for entry in manifest.pictures if entry.warnings}
    assert warned == {"blurred.webp": ("blurred",)}


def test_person_at_the_edge_is_whole(dataset: Path) -> None:
    entry = next(entry for entry in read_manifest(dataset).pictures if entry.original_file == "edge.jpg")
    x, y, width, height = entry.crop
    heads = list_heads((1100, 700), [Box(*face) for face in entry.faces])
    assert heads
    for head in heads:
        assert x <= head.x
        assert head.x + head.width <= x + width
        assert y <= head.y
        assert head.y + head.height <= y + height
    portrait = next(entry for entry in read_manifest(dataset).pictures if entry.original_file == "more/a_인물.png")
    assert detect_faces(read(dataset / portrait.file))


def test_sidecar_is_taken_over_and_the_rest_says_that_nobody_looked(dataset: Path) -> None:
    captions = list_captions(dataset)
    assert captions.pop("drawing_1.png") == ("inkw, two round hills", "sidecar")
    assert set(captions.values()) == {("inkw, a picture in this style", "template")}


def test_running_again_says_what_happened_in_both_languages_and_gives_the_same_bytes(
    folder: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(folder), "--to", str(tmp_path / "again"), *TERMS]) == 0
    names = {file.relative_to(dataset) for file in dataset.rglob("*.*")}
    assert names == {file.relative_to(tmp_path / "again") for file in (tmp_path / "again").rglob("*.*")}
    assert len(names) == 7
    for name in names:
        assert (dataset / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    said = capsys.readouterr()
    assert "broken.jpg: 사진 파일이 손상되어" in said.err
    assert "The photograph is damaged" in said.err
    assert "more/mirror.jpg: nearly the same as more/a_인물.png" in said.out
    assert "그림 5장을 준비했습니다" in said.out
    assert "Pictures prepared: 5." in said.out


@pytest.mark.parametrize("missing", ["--source", "--licence", "--author"])
def test_without_source_licence_or_author_nothing_is_made(
    folder: Path, tmp_path: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = TERMS.index(missing)
    assert main(["prepare", str(folder), "--to", str(tmp_path / "set"), *TERMS[:at], *TERMS[at + 2 :]]) == 1
    assert missing.removeprefix("--") in capsys.readouterr().err
    assert not (tmp_path / "set").exists()


def test_folder_without_a_usable_picture_is_named_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.jpg").write_bytes(b"no picture")
    assert main(["prepare", str(tmp_path / "scans"), "--to", str(tmp_path / "set"), *TERMS]) == 1
    said = capsys.readouterr().err
    assert "a.jpg: " in said
    assert f"{tmp_path / 'scans'} holds no picture" in said
    assert [path.name for path in tmp_path.iterdir()] == ["scans"]


def test_existing_data_set_is_replaced_only_when_asked(copy: Path, tmp_path: Path) -> None:
    folder = save(make_drawing(5, (300, 280)), tmp_path / "one" / "a.png").parent
    marked = read_manifest(copy).model_copy(update={"author": "someone else"})
    marked.save(copy)
    assert main(["prepare", str(folder), "--to", str(copy), *TERMS]) == 1
    assert read_manifest(copy).author == "someone else"
    assert main(["prepare", str(folder), "--to", str(copy), *TERMS, "--replace"]) == 0
    assert read_manifest(copy).author == "김화가"


def test_captions_are_edited_in_a_table(copy: Path, tmp_path: Path) -> None:
    table = tmp_path / "captions.csv"
    assert main(["caption", str(copy), "--export", str(table)]) == 0
    before = (copy / "manifest.json").read_bytes()
    assert main(["caption", str(copy), "--import", str(table)]) == 0
    assert (copy / "manifest.json").read_bytes() == before
    text = table.read_text(encoding="utf-8-sig").replace("two round hills", "언덕 두 개")
    table.write_bytes(text.encode("cp949"))
    assert main(["caption", str(copy), "--import", str(table)]) == 0
    assert list_captions(copy)["drawing_1.png"] == ("inkw, 언덕 두 개", "table")
    assert load_dataset(copy).pictures


def test_captions_from_csv_sidecars_and_template(
    copy: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.csv").write_text("file,caption\nedge.jpg,a woman at the edge\nnobody.png,x\n", encoding="utf-8")
    assert main(["caption", str(copy), "--from", "csv", str(tmp_path / "c.csv")]) == 0
    assert list_captions(copy)["edge.jpg"] == ("inkw, a woman at the edge", "csv")
    assert "nobody.png" in capsys.readouterr().err
    assert main(["caption", str(copy), "--from", "template"]) == 0
    assert "no model and no person has looked" in capsys.readouterr().out
    assert {caption for caption, _ in list_captions(copy).values()} == {"inkw, a picture in this style"}
    assert main(["caption", str(copy), "--from", "sidecar", str(folder), "--trigger", "newink"]) == 0
    assert list_captions(copy)["drawing_1.png"] == ("newink, two round hills", "sidecar")
    assert list_captions(copy)["edge.jpg"] == ("newink, a picture in this style", "template")
    (copy / "pictures/0001.txt").write_text("beside", encoding="utf-8")
    assert main(["caption", str(copy), "--from", "sidecar"]) == 0
    assert [caption for caption, _ in list_captions(copy).values()].count("newink, beside") == 1


def test_model_describes_the_pictures(copy: Path, tmp_path: Path) -> None:
    save_tiny_blip(tmp_path / "blip")
    assert main(["caption", str(copy), "--from", "blip", str(tmp_path / "blip")]) == 0
    captions = list_captions(copy).values()
    assert {writer for _, writer in captions} == {"blip"}
    assert all(set(caption.removeprefix("inkw, ").split()) <= set(WORDS) for caption, _ in captions)


@pytest.mark.parametrize("method", [["oracle"], ["csv"], ["blip"]])
def test_unknown_or_unfinished_method_changes_nothing(
    copy: Path, method: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = (copy / "manifest.json").read_bytes()
    assert main(["caption", str(copy), "--from", *method]) == 1
    assert "sidecar [FOLDER]" in capsys.readouterr().err
    assert (copy / "manifest.json").read_bytes() == before


def test_captions_are_shown(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["caption", str(copy)]) == 0
    assert "[sidecar]  inkw, two round hills" in capsys.readouterr().out


def test_help_loads_neither_torch_nor_opencv() -> None:
    script = (
        "import sys\nfrom lora_training.__main__ import main\n"
        "try:\n    main(['prepare', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'torch', 'cv2', 'numpy', 'transformers'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "--licence" in done.stdout
