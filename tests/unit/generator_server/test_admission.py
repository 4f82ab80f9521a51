"""What a pack must stand before it is published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import painter
from boothkit.images import ImageIntake, ImageLimits
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.header_check import check_header
from generator_server.styles.admission import admit_pack
from generator_server.styles.learnt import read_live_lut
from generator_server.styles.pack import BrokenPackError, StylePack
from tests.unit.generator_server.archives import DIFFUSED, make_header_only, make_png, write_manifest

PAINTED_AFTER_ATLAS = '[painter]\nstyle = "atlas"'
PAIR = {"lora_unet_a.lora_down.weight": (4, 8), "lora_unet_a.lora_up.weight": (8, 4), "lora_unet_a.alpha": ()}


@pytest.fixture(scope="module")
def atlas() -> painter.Atlas:
    generator = np.random.default_rng(4)
    pictures = [np.kron(generator.integers(0, 255, (8, 8, 3)), np.ones((16, 16, 1))) for _ in range(2)]
    return painter.learn_atlas([picture.astype(np.uint8) for picture in pictures])


def write(tmp_path: Path, files: dict[str, bytes], parts: str = "") -> Path:
    folder = tmp_path / "grandfather"
    for name, data in {"style.toml": write_manifest(parts=parts), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def admit(folder: Path, obstacle: str | None = None) -> StylePack:
    with ImageIntake(ImageLimits(min_side_px=16)) as intake:
        return admit_pack(folder, intake.inspect, lambda path: obstacle)


def refuse(folder: Path, obstacle: str | None = None) -> str:
    with pytest.raises(BrokenPackError) as caught:
        admit(folder, obstacle)
    assert all(fault.ko for fault in caught.value.faults)
    return " ".join(caught.value.sentences)


def test_a_whole_pack_is_admitted(tmp_path: Path) -> None:
    pack = admit(write(tmp_path, {"sample.png": make_png(), "ink.safetensors": b"x"}, DIFFUSED))
    assert (pack.style_id, pack.live_lut) == ("grandfather", None)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    files = {
        "sample.png": make_png()[:-30],
        "small.jpg": make_png(size=(8, 8)),
        "ink.safetensors": b"x",
        "other.safetensors": b"x",
        "atlas/atlas.json": b"{}",
    }
    said = refuse(write(tmp_path, files, DIFFUSED), obstacle="ink.safetensors: it holds no LoRA.")
    for part in (
        "sample.png: ",
        "small.jpg: ",
        "other.safetensors: diffusion.adapter names another file.",
        "atlas: painter.style does not use an atlas.",
        "atlas/atlas.npz: it does not hold an atlas's arrays.",
        "diffusion.adapter: ink.safetensors: it holds no LoRA.",
    ):
        assert part in said


def test_an_atlas_is_read_in_full(tmp_path: Path, atlas: painter.Atlas) -> None:
    folder = write(tmp_path, {}, PAINTED_AFTER_ATLAS)
    atlas.save(folder / "atlas")
    lut = admit(folder).live_lut
    assert lut is not None
    table = np.frombuffer(lut, np.uint8).reshape(17, 17, 17, 3) / 255.0
    assert np.abs(table - np.clip(atlas.lut, 0, 1)).max() < 0.003
    (folder / "atlas" / "exemplars" / "000.jpg").write_bytes(make_png())
    assert "is not the file that was saved" in refuse(folder)
    assert read_live_lut(folder) is None


def test_arrays_that_could_grow_are_not_opened(tmp_path: Path, atlas: painter.Atlas) -> None:
    folder = write(tmp_path, {}, PAINTED_AFTER_ATLAS)
    atlas.save(folder / "atlas")
    np.savez_compressed(folder / "atlas" / "atlas.npz", histograms=atlas.histograms, lut=atlas.lut)
    assert "does not hold an atlas's arrays" in refuse(folder)
    np.savez(folder / "atlas" / "atlas.npz", histograms=atlas.histograms, lut=atlas.lut, more=atlas.lut)
    assert "does not hold an atlas's arrays" in refuse(folder)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ({}, "holds no LoRA"),
        ({"conv.weight": (4, 4)}, "no part of a LoRA"),
        ({"lora_unet_a.lora_down.weight": (4, 8)}, "lacks its up part"),
        ({**PAIR, "lora_unet_a.lora_up.weight": (8, 5)}, "do not fit each other"),
        ({"a.lora_down.weight": (129, 1), "a.lora_up.weight": (1, 129)}, "has rank 129"),
        ({"a.lora_down.weight": (), "a.lora_up.weight": (1, 1)}, "do not fit each other"),
    ],
)
def test_a_header_tells_what_is_no_lora(tmp_path: Path, shapes: dict[str, tuple[int, ...]], said: str) -> None:
    (tmp_path / "ink.safetensors").write_bytes(make_header_only(shapes))
    with pytest.raises(ModelFileError, match=said):
        check_header(tmp_path / "ink.safetensors")


def test_a_header_tells_a_lora(tmp_path: Path) -> None:
    path = tmp_path / "ink.safetensors"
    path.write_bytes(make_header_only(PAIR))
    check_header(path)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ModelFileError, match="cut off"):
        check_header(path)
    with pytest.raises(ModelFileError, match="cannot be read"):
        check_header(tmp_path / "absent.safetensors")
