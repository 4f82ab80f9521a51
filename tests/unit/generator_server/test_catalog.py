"""The catalogue serves what is whole, says what is not, and knows when a pack has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.errors import StyleNotFoundError
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.packs import write_pack


def test_broken_pack_does_not_stop_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_pack(tmp_path, "broken", text="?")
    write_pack(tmp_path, "whole")
    catalog = StyleCatalog(tmp_path)
    assert [pack.style_id for pack in catalog.list_packs()] == ["whole"]
    assert [problem.folder for problem in catalog.list_problems()] == ["broken"]
    assert "A style pack is not served." in caplog.text


def test_styles_stand_in_the_order_of_their_position(tmp_path: Path) -> None:
    for style_id, position in (("late", 30), ("early", 10), ("also_early", 10)):
        write_pack(tmp_path, style_id, position=position)
    assert [pack.style_id for pack in StyleCatalog(tmp_path).list_packs()] == ["also_early", "early", "late"]


def test_unknown_style_is_not_found(tmp_path: Path) -> None:
    write_pack(tmp_path)
    catalog = StyleCatalog(tmp_path)
    assert catalog.get_pack("calm").manifest.revision == 3
    with pytest.raises(StyleNotFoundError):
        catalog.get_pack("../calm")


def test_revision_changes_with_any_byte_of_the_pack(tmp_path: Path) -> None:
    manifest = write_pack(tmp_path)
    first = StyleCatalog(tmp_path).get_pack("calm")
    assert first.revision == f"3-{first.sha256[:10]}"
    assert StyleCatalog(tmp_path).get_pack("calm").revision == first.revision
    (manifest.parent / "adapter.safetensors").write_bytes(b"weights")
    second = StyleCatalog(tmp_path).get_pack("calm")
    (manifest.parent / "adapter.safetensors").rename(manifest.parent / "other.safetensors")
    third = StyleCatalog(tmp_path).get_pack("calm")
    assert len({first.revision, second.revision, third.revision}) == 3


def test_reload_takes_new_packs_and_drops_broken_ones(tmp_path: Path) -> None:
    write_pack(tmp_path, "first")
    catalog = StyleCatalog(tmp_path)
    write_pack(tmp_path, "first", text="?")
    write_pack(tmp_path, "second")
    catalog.reload()
    assert [pack.style_id for pack in catalog.list_packs()] == ["second"]


def test_missing_folder_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    catalog = StyleCatalog(tmp_path / "nowhere")
    assert catalog.list_packs() == ()
    assert "is not there" in catalog.list_problems()[0].sentences[0]


def test_folder_without_manifest_huge_and_binary_manifests_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "README.md").write_text("not a pack")
    write_pack(tmp_path, "huge", text="#" * 70_000)
    write_pack(tmp_path, "binary").write_bytes(b"\xff\xfe\x00")
    sentences = {problem.folder: problem.sentences[0] for problem in StyleCatalog(tmp_path).list_problems()}
    assert sorted(sentences) == ["binary", "empty", "huge"]
    assert "cannot be read" in sentences["empty"]
    assert "larger than" in sentences["huge"]
    assert "not UTF-8" in sentences["binary"]


def test_a_pack_that_cannot_be_read_is_refused_alone(tmp_path: Path) -> None:
    write_pack(tmp_path, "whole")
    write_pack(tmp_path, "deep", text="a = " + "[" * 30_000)
    # Opening it works, reading it is an input error, as on a dying disk.
    (write_pack(tmp_path, "worn").parent / "sample.png").symlink_to("/proc/self/mem")
    catalog = StyleCatalog(tmp_path)
    assert [pack.style_id for pack in catalog.list_packs()] == ["whole"]
    sentences = {problem.folder: problem.sentences[0] for problem in catalog.list_problems()}
    assert sentences["deep"] == "style.toml is nested too deeply."
    assert sentences["worn"] == "pack: one of its files cannot be read: Input/output error."


def test_learnt_styles_come_beside_the_shipped_ones(tmp_path: Path) -> None:
    shipped, learnt = tmp_path / "shipped", tmp_path / "learnt"
    write_pack(shipped, "calm")
    catalog = StyleCatalog(shipped, learnt)
    assert not catalog.list_problems()  # nothing was learnt yet
    write_pack(learnt, "ours", position=500)
    catalog.reload()
    assert [pack.style_id for pack in catalog.list_packs()] == ["calm", "ours"]
    assert (catalog.is_learnt("calm"), catalog.is_learnt("ours"), catalog.is_learnt("none")) == (False, True, False)


def test_a_learnt_style_takes_no_shipped_name(tmp_path: Path) -> None:
    shipped = write_pack(tmp_path / "shipped", "calm").parent
    write_pack(tmp_path / "learnt", "calm")
    catalog = StyleCatalog(tmp_path / "shipped", tmp_path / "learnt")
    assert catalog.get_pack("calm").folder == shipped
    assert [problem.sentences for problem in catalog.list_problems()] == [("Another style has this name already.",)]


@pytest.mark.parametrize(("painter", "file"), [("atlas", "atlas/atlas.json"), ("exemplar", "exemplar.png")])
def test_a_learnt_style_needs_its_pictures(tmp_path: Path, painter: str, file: str) -> None:
    manifest = write_pack(tmp_path, "ours", painter=painter)
    (problem,) = StyleCatalog(tmp_path).list_problems()
    assert problem.sentences == (f"painter.style: {painter!r} needs the file {file} in the pack.",)
    (manifest.parent / file).parent.mkdir(exist_ok=True)
    (manifest.parent / file).write_bytes(b"")
    assert StyleCatalog(tmp_path).get_pack("ours").manifest.revision == 3
