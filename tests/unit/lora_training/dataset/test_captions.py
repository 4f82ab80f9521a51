"""Captions are clean, and the trigger token stands first and once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_training.dataset.captions import (
    change_trigger,
    clean_caption,
    find_sidecar,
    list_unknown,
    look_up,
    recaption,
    write_template_caption,
)
from tests.unit.lora_training.dataset.manifests import make_manifest


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a boat on a river", "inkw, a boat on a river"),
        ("  a boat\r\non\ta   river \n", "inkw, a boat on a river"),
        ("inkw, a boat", "inkw, a boat"),
        ("a boat, INKW, in inkw style", "inkw, a boat, in style"),
        ("inkwell and inkw-pen", "inkw, inkwell and inkw-pen"),
        ("a boat,, ,river,", "inkw, a boat, river"),
        ("nul\x00l \x1b[31mred\u202e \u200bend", "inkw, nul l [31mred end"),
        ("한강의 배", "inkw, 한강의 배"),
        ("", "inkw"),
        ("inkw", "inkw"),
    ],
)
def test_cleaning(text: str, caption: str) -> None:
    assert clean_caption(text, "inkw") == caption


@given(st.text(max_size=500))
def test_cleaned_caption_is_one_short_line_and_stays_as_it_is(text: str) -> None:
    caption = clean_caption(text, "inkw")
    assert caption == "inkw" or caption.startswith("inkw, ")
    assert len(caption) <= 300
    assert caption.isprintable()
    assert clean_caption(caption, "inkw") == caption


def test_long_caption_ends_with_a_whole_word() -> None:
    caption = clean_caption("mountain " * 60, "inkw")
    assert len(caption) <= 300
    assert caption.endswith("mountain")


def test_template_is_clean_and_names_the_trigger() -> None:
    assert clean_caption(write_template_caption("inkw"), "inkw") == write_template_caption("inkw")


def test_recaption_changes_what_is_known_and_says_who_wrote_it() -> None:
    manifest = make_manifest(3)
    changed, count = recaption(manifest, look_up({"b.png": "a bird"}), "csv")
    assert count == 1
    assert [(entry.caption, entry.caption_from) for entry in changed.pictures] == [
        ("inkw, a picture in this style", "template"),
        ("inkw, a bird", "csv"),
        ("inkw, a picture in this style", "template"),
    ]


@pytest.mark.parametrize("name", ["pictures/0002.png", "0002.png", "more/b.png", "b.png"])
def test_picture_is_looked_up_by_new_and_old_name(name: str) -> None:
    manifest = make_manifest(3)
    assert look_up({name: "a bird"})(manifest.pictures[1]) == "a bird"
    assert look_up({name: "a bird"})(manifest.pictures[0]) is None
    assert list_unknown(manifest, [name, "nobody.png"]) == ["nobody.png"]


def test_untouched_row_of_a_table_keeps_its_writer() -> None:
    manifest = make_manifest(2)
    table = {"0001.png": manifest.pictures[0].caption, "0002.png": "edited"}
    changed, count = recaption(manifest, look_up(table), "table")
    assert count == 2
    assert [entry.caption_from for entry in changed.pictures] == ["template", "table"]


def test_new_trigger_replaces_the_old_one_everywhere() -> None:
    manifest, _ = recaption(make_manifest(2), look_up({"0001.png": "a boat"}), "csv")
    changed = change_trigger(manifest, "zzwash")
    assert changed.trigger == "zzwash"
    assert [entry.caption for entry in changed.pictures] == ["zzwash, a boat", "zzwash, a picture in this style"]


def test_sidecar_is_found_beside_the_picture(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("한 척의 배\n".encode("cp949"))
    (tmp_path / "b.txt").write_text(" \n", encoding="utf-8")
    assert find_sidecar(tmp_path / "a.jpg") == "한 척의 배"
    assert find_sidecar(tmp_path / "b.jpg") is None
    assert find_sidecar(tmp_path / "c.jpg") is None
