"""The table of captions goes to a spreadsheet and comes back."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from lora_training.dataset.caption_table import read_table, write_table
from lora_training.dataset.captions import look_up, recaption
from lora_training.errors import CaptionTableError
from tests.unit.lora_training.dataset.manifests import make_manifest


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_is_read_however_it_was_saved(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path / "t.csv", "file,caption\r\na.png,강 위의 배\r\n", encoding)
    assert read_table(file) == {"a.png": "강 위의 배"}


def test_export_and_import_change_nothing(tmp_path: Path) -> None:
    manifest, _ = recaption(make_manifest(3), look_up({"0002.png": '배, "작은" 배'}), "csv")
    write_table(manifest, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(codecs.BOM_UTF8)
    back, count = recaption(manifest, look_up(read_table(tmp_path / "t.csv")), "table")
    assert count == 3
    assert back == manifest


def test_columns_may_stand_in_any_order_with_others(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", 'Caption,who, FILE \n"a boat, small",me,a.png\n,me,b.png\nshort\n')
    assert read_table(file) == {"a.png": "a boat, small"}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("", "columns file and caption"),
        ("name,text\na,b\n", "columns file and caption"),
        ("file,caption\na.png,one\na.png,two\n", "a.png stands there twice"),
        ('file,caption\na.png,"never closed\n', "unexpected end of data"),
    ],
)
def test_bad_table_is_refused_with_the_place(tmp_path: Path, text: str, clause: str) -> None:
    with pytest.raises(CaptionTableError, match=clause):
        read_table(write(tmp_path / "t.csv", text))


def test_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptionTableError, match="cannot be read"):
        read_table(tmp_path / "none.csv")
