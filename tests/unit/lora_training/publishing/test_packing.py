"""Style packs, held against the generator that shall serve them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import painter
from generator_server.styles import StylePack
from generator_server.styles.admission import admit_pack
from generator_server.styles.pack import load_pack
from generator_server.styles.unpacking import open_archive
from lora_training.packing import PackWords, build_pack, number_pack, state_words
from lora_training.packing.archive import hash_pack, write_archive
from lora_training.publishing_errors import PackTermsError
from tests.unit.lora_training.publishing.runs import (
    STYLE_ID,
    write_adapter_run,
    write_look_run,
    write_sample,
    write_set,
)

WORDS = PackWords("따뜻한 먹", "Warm ink")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("data") / "set")


@pytest.fixture(scope="module")
def look_run(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_look_run(tmp_path_factory.mktemp("look") / "run", dataset)


@pytest.fixture
def adapter_run(dataset: Path, tmp_path: Path) -> Path:
    return write_adapter_run(tmp_path / "run", dataset)


def build(dataset: Path, run: Path, parent: Path, words: PackWords = WORDS, revision: int = 1) -> StylePack:
    """The pack as the generator reads it, with the checks that it makes before it is published."""
    pack = build_pack(dataset, run, words, parent)
    number_pack(pack, revision)
    return admit_pack(pack.folder, read_whole_picture, lambda adapter: None)


def read_whole_picture(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()


def archive(folder: Path) -> bytes:
    file = io.BytesIO()
    write_archive(folder, file)
    return file.getvalue()


def read_colour(path: Path) -> tuple[tuple[int, int], Any]:
    with Image.open(path) as picture:
        return picture.size, picture.getpixel((100, 100))


def test_a_look_without_a_model_is_a_pack_for_the_painter(dataset: Path, look_run: Path, tmp_path: Path) -> None:
    pack = build(dataset, look_run, tmp_path, revision=7)
    manifest = pack.manifest
    assert (manifest.style_id, manifest.revision, manifest.diffusion) == (STYLE_ID, 7, None)
    assert manifest.painter is not None
    assert manifest.painter.style == "atlas"
    assert (manifest.name.ko, manifest.name.en) == ("따뜻한 먹", "Warm ink")
    assert manifest.description.ko == "그림 3장에서 배운 화풍입니다."
    assert manifest.description.en == "A look learnt from 3 pictures."
    assert len(painter.Atlas.load(pack.folder / "atlas").exemplars) == 3
    assert read_colour(pack.folder / "sample.png") == ((480, 640), (30, 120, 60))


def test_one_picture_makes_a_pack_with_an_exemplar(tmp_path: Path) -> None:
    dataset = write_set(tmp_path / "set", 1)
    pack = build(dataset, write_look_run(tmp_path / "run", dataset), tmp_path / "packs")
    assert pack.manifest.painter is not None
    assert pack.manifest.painter.style == "exemplar"
    assert pack.manifest.description.en == "A look learnt from 1 picture."
    assert pack.manifest.source.training_data == "Scrolls of the hall (1 picture by Kim Hwaga; CC-BY-4.0)"


def test_source_licence_and_author_come_from_the_set(dataset: Path, look_run: Path, tmp_path: Path) -> None:
    source = build(dataset, look_run, tmp_path).manifest.source
    assert (source.author, source.licence) == ("Kim Hwaga", "CC-BY-4.0")
    assert source.training_data == "Scrolls of the hall (3 pictures by Kim Hwaga; CC-BY-4.0)"


def test_long_words_of_the_set_are_cut_but_never_the_licence(tmp_path: Path) -> None:
    licence = "LicenseRef-" + "x" * 60
    dataset = write_set(tmp_path / "set", 1, source="scroll " * 57, author="painter " * 50, licence=licence)
    source = build(dataset, write_look_run(tmp_path / "run", dataset), tmp_path / "packs").manifest.source
    assert source.licence == licence
    assert source.training_data.endswith(f"{source.author}; {licence})")
    assert len(source.author) <= 80
    assert source.author.endswith("painter…")
    assert 380 < len(source.training_data) <= 400
    assert "scroll… (" in source.training_data


def test_a_licence_that_has_no_room_is_refused(tmp_path: Path) -> None:
    dataset = write_set(tmp_path / "set", 1, licence="LicenseRef-" + "x" * 90)
    with pytest.raises(PackTermsError) as refused:
        build_pack(dataset, write_look_run(tmp_path / "run", dataset), WORDS, tmp_path / "packs")
    assert refused.value.public_message("en").startswith("licence: ")
    assert "LicenseRef-..." in refused.value.public_message("ko")


def test_an_adapter_is_packed_with_what_the_painter_learns_from_the_same_pictures(
    dataset: Path, adapter_run: Path, tmp_path: Path
) -> None:
    pack = build(dataset, adapter_run, tmp_path)
    part = pack.manifest.diffusion
    assert part is not None
    assert (part.adapter, part.adapter_weight) == ("warm_ink.safetensors", 1.0)
    assert (pack.folder / "warm_ink.safetensors").read_bytes() == (adapter_run / "warm_ink.safetensors").read_bytes()
    assert part.prompt == "mb-warm_ink, a portrait in this style, soft light, calm, dignified"
    assert pack.manifest.painter is not None
    assert pack.manifest.painter.style == "atlas"
    assert read_colour(pack.folder / "sample.png") == ((480, 640), (200, 40, 40))


def test_an_adapter_gets_what_the_shipped_styles_have(dataset: Path, adapter_run: Path, tmp_path: Path) -> None:
    part = build(dataset, adapter_run, tmp_path).manifest.diffusion
    shipped = load_pack(Path("styles/oil").resolve()).manifest.diffusion
    assert part is not None
    assert shipped is not None
    names = ("controlnet", "denoising_strength", "num_inference_steps", "guidance_scale", "sampler", "few_step")
    assert {name: getattr(part, name) for name in names} == {name: getattr(shipped, name) for name in names}


def test_an_adapter_for_sdxl_takes_no_units_of_the_smaller_model(dataset: Path, tmp_path: Path) -> None:
    run = write_adapter_run(tmp_path / "run", dataset, ss_base_model_version="sdxl_base_v1-0")
    part = build(dataset, run, tmp_path).manifest.diffusion
    assert part is not None
    assert part.controlnet == ()


def test_the_weight_is_the_given_one_then_the_suggested_one(dataset: Path, adapter_run: Path, tmp_path: Path) -> None:
    (adapter_run / "evaluation").mkdir()
    page = adapter_run / "evaluation" / "evaluation.json"
    page.write_text(json.dumps({"suggested": {"step": 40, "weight": 0.8}, "checkpoints": []}))
    suggested = build(dataset, adapter_run, tmp_path / "a").manifest.diffusion
    given = build(
        dataset, adapter_run, tmp_path / "b", state_words(name_ko="먹", name_en="Ink", weight=0.6, prompt="a  boat")
    ).manifest.diffusion
    page.write_text('{"suggested": {"weight": "much"}}')
    plain = build(dataset, adapter_run, tmp_path / "c").manifest.diffusion
    assert suggested is not None
    assert given is not None
    assert plain is not None
    assert [part.adapter_weight for part in (suggested, given, plain)] == [0.8, 0.6, 1.0]
    assert given.prompt == "mb-warm_ink, a boat"


def test_a_weight_that_was_suggested_for_another_step_is_not_taken(
    dataset: Path, adapter_run: Path, tmp_path: Path
) -> None:
    (adapter_run / "evaluation").mkdir()
    page = adapter_run / "evaluation" / "evaluation.json"
    page.write_text(json.dumps({"suggested": {"step": 20, "weight": 0.8}, "checkpoints": []}))
    part = build(dataset, adapter_run, tmp_path).manifest.diffusion
    assert part is not None
    assert part.adapter_weight == 1.0


def test_the_sample_is_of_the_last_step_up_to_that_of_the_adapter(
    dataset: Path, adapter_run: Path, tmp_path: Path
) -> None:
    for name in ("step-000000", "step-000050", "step-notes"):
        write_sample(adapter_run / "samples" / name / "woman.png", (9, 9, 9))
    (adapter_run / "samples" / "step-000040" / "woman.png").unlink()
    assert read_colour(build(dataset, adapter_run, tmp_path).folder / "sample.png")[1] == (40, 40, 200)


def test_without_sample_pictures_the_painter_paints_one(dataset: Path, adapter_run: Path, tmp_path: Path) -> None:
    shutil.rmtree(adapter_run / "samples")
    pack = build(dataset, adapter_run, tmp_path)
    with Image.open(pack.folder / "sample.png") as sample:
        colours = sample.getcolors(480 * 640)
    assert colours is not None
    assert len(colours) > 1000


def test_a_sample_of_another_shape_is_cut_and_not_pressed(dataset: Path, adapter_run: Path, tmp_path: Path) -> None:
    path = adapter_run / "samples" / "step-000040" / "woman.png"
    write_sample(path, (0, 0, 0), (512, 512))
    with Image.open(path) as plain:
        plain.paste((255, 255, 255), (192, 0, 320, 512))
        plain.save(path)
    pack = build(dataset, adapter_run, tmp_path)
    with Image.open(pack.folder / "sample.png") as sample:
        row = [sample.getpixel((x, 320)) for x in range(480)]
    assert row.count((255, 255, 255)) == pytest.approx(128 * 640 / 512, abs=6)


@pytest.mark.parametrize("kind", ["look", "adapter"])
def test_the_same_run_gives_the_same_bytes(kind: str, dataset: Path, tmp_path: Path) -> None:
    write = write_look_run if kind == "look" else write_adapter_run
    run = write(tmp_path / "run", dataset)
    packs = [build(dataset, run, tmp_path / name) for name in ("a", "b")]
    assert archive(packs[0].folder) == archive(packs[1].folder)
    assert hash_pack(packs[0].folder) == packs[0].sha256 == packs[1].sha256


@pytest.mark.parametrize("kind", ["look", "adapter"])
def test_a_generator_unpacks_the_same_pack(kind: str, dataset: Path, tmp_path: Path) -> None:
    write = write_look_run if kind == "look" else write_adapter_run
    pack = build(dataset, write(tmp_path / "run", dataset), tmp_path)
    with open_archive(io.BytesIO(archive(pack.folder)), max_bytes=10**7) as opened:
        opened.unpack(tmp_path / "there" / STYLE_ID)
    assert load_pack(tmp_path / "there" / STYLE_ID).sha256 == pack.sha256


def test_only_the_manifest_differs_between_revisions(dataset: Path, look_run: Path, tmp_path: Path) -> None:
    pack = build_pack(dataset, look_run, WORDS, tmp_path)
    hashes = []
    for revision in (1, 2, 1):
        number_pack(pack, revision)
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in pack.folder.rglob("*.*")}
        hashes.append(files)
    assert hashes[0] == hashes[2]
    assert {name for name in hashes[0] if hashes[0][name] != hashes[1][name]} == {"style.toml"}


def test_an_archive_holds_plain_files_at_its_root(dataset: Path, look_run: Path, tmp_path: Path) -> None:
    pack = build(dataset, look_run, tmp_path)
    with zipfile.ZipFile(io.BytesIO(archive(pack.folder))) as opened:
        names = opened.namelist()
        assert opened.testzip() is None
        assert {info.external_attr >> 16 for info in opened.infolist()} == {0o644}
    assert {"style.toml", "sample.png", "atlas/atlas.json", "atlas/exemplars/000.jpg"} <= set(names)
    assert sorted(path.relative_to(pack.folder).as_posix() for path in pack.folder.rglob("*.*")) == sorted(names)
