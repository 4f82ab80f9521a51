"""A pack is written whole or not at all, and what was written reads back the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.errors import StyleExistsError
from generator_server.styles import StyleCatalog, StyleManifest
from generator_server.styles.pack_writer import remove_pack, write_pack

MANIFEST = StyleManifest.model_validate(
    {
        "format": 1,
        "style_id": "grandmother",
        "revision": 1,
        "name": {"ko": '할머니의 "그림"', "en": "Grandmother's \\ pictures\u2028"},
        "description": {"ko": "줄\n바꿈", "en": "Tab\tand 😀"},
        "painter": {"style": "exemplar", "strength": 0.9},
        "source": {"author": "가족", "licence": "CC0-1.0", "training_data": "Family."},
    }
)


def fill(folder: Path) -> None:
    (folder / "exemplar.png").write_bytes(b"picture")


def test_what_was_written_is_served_with_every_character(tmp_path: Path) -> None:
    write_pack(tmp_path / "learnt", MANIFEST, fill)
    pack = StyleCatalog(tmp_path, tmp_path / "learnt").get_pack("grandmother")
    assert pack.manifest == MANIFEST
    assert (pack.folder / "exemplar.png").read_bytes() == b"picture"


def test_a_pack_that_cannot_be_filled_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half.png").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pack(tmp_path, MANIFEST, fail)
    assert list(tmp_path.iterdir()) == []


def test_a_pack_is_never_overwritten(tmp_path: Path) -> None:
    write_pack(tmp_path, MANIFEST, fill)
    with pytest.raises(StyleExistsError):
        write_pack(tmp_path, MANIFEST, lambda folder: None)
    assert [entry.name for entry in tmp_path.iterdir()] == ["grandmother"]
    assert (tmp_path / "grandmother" / "exemplar.png").read_bytes() == b"picture"


def test_a_removed_pack_is_gone_and_can_be_made_anew(tmp_path: Path) -> None:
    write_pack(tmp_path, MANIFEST, fill)
    assert remove_pack(tmp_path, "grandmother")
    assert list(tmp_path.iterdir()) == []
    assert not remove_pack(tmp_path, "grandmother")
    write_pack(tmp_path, MANIFEST, fill)


def test_what_a_killed_writer_left_is_not_served(tmp_path: Path) -> None:
    whole = write_pack(tmp_path, MANIFEST, fill)
    whole.rename(tmp_path / ".grandmother.0123")
    assert StyleCatalog(tmp_path / "shipped", tmp_path).list_packs() == ()
