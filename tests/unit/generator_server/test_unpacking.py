"""An archive from a stranger gives the files of a pack, or a sentence, and never more than was announced."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator_server.styles.pack import BrokenPackError
from generator_server.styles.unpacking import MOST_FILES, open_archive
from tests.unit.generator_server.archives import make_pack, write_manifest, zip_files

MAX_BYTES = 3_000_000
TOML = write_manifest()


def unpack(data: bytes, folder: Path) -> list[str]:
    with open_archive(io.BytesIO(data), max_bytes=MAX_BYTES) as archive:
        archive.read_manifest()
        archive.unpack(folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def refuse(data: bytes, folder: Path) -> str:
    with pytest.raises(BrokenPackError) as caught:
        unpack(data, folder)
    assert all(fault.ko and fault.en for fault in caught.value.faults)
    return " ".join(caught.value.sentences)


def entry(name: str, *, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_everything_that_a_pack_may_hold_comes_out(tmp_path: Path) -> None:
    names = ["atlas/atlas.json", "atlas/atlas.npz", "atlas/exemplars/007.jpg", "ink-2.safetensors", "sample.png"]
    files: dict[str | zipfile.ZipInfo, bytes] = {"style.toml": TOML, "atlas/": b"", **dict.fromkeys(names, b"x")}
    assert unpack(zip_files(files), tmp_path / "pack") == [*names, "style.toml"]
    assert (tmp_path / "pack" / "style.toml").read_bytes() == TOML


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "/etc/evil.png",
        "a/../../evil.png",
        "atlas/../evil.png",
        "..\\evil.png",
        "sub/sample.png",
        "evil.zip",
        "evil.png.zip",
        "model.ckpt",
        "model.bin",
        "run.py",
        ".hidden.png",
        "sample.png\n",
        "atlas/exemplars/0001.jpg",
        "x" * 120 + ".png",
        "그림.png",
    ],
)
def test_no_other_file_comes_out(tmp_path: Path, name: str) -> None:
    assert "no file that a style pack may hold" in refuse(zip_files({"style.toml": TOML, name: b"x"}), tmp_path / "p")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    link = entry("sample.png", mode=kind | 0o777)
    assert "not a plain file" in refuse(zip_files({"style.toml": TOML, link: b"/etc/passwd"}), tmp_path / "p")


def test_a_bomb_is_refused_by_its_list(tmp_path: Path) -> None:
    assert "too tightly" in refuse(zip_files({"style.toml": TOML, "a.png": bytes(2_000_000)}), tmp_path / "p")
    large = {f"{number}.png": bytes(1_000_000) for number in range(4)}
    assert "larger than" in refuse(zip_files({"style.toml": TOML, **large}), tmp_path / "p")
    many = {f"{number}.png": b"" for number in range(MOST_FILES)}
    assert "more than" in refuse(zip_files({"style.toml": TOML, **many}), tmp_path / "p")


def test_a_list_that_lies_about_a_size_is_found_out(tmp_path: Path) -> None:
    data = bytearray(zip_files({"style.toml": TOML, "a.png": b"x" * 5000}, zipfile.ZIP_DEFLATED))
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 10)  # the size in the list of contents
    assert "not a whole ZIP archive" in refuse(bytes(data), tmp_path / "p")
    assert not (tmp_path / "p" / "a.png").exists() or (tmp_path / "p" / "a.png").stat().st_size <= 10


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    whole = make_pack()
    assert "not a whole ZIP archive" in refuse(b"", tmp_path / "p")
    assert "not a whole ZIP archive" in refuse(b"PK no", tmp_path / "p")
    assert "not a whole ZIP archive" in refuse(whole[: len(whole) // 2], tmp_path / "p")
    assert "packed in a way" in refuse(zip_files({"style.toml": TOML}, zipfile.ZIP_LZMA), tmp_path / "p")
    locked = bytearray(zip_files({"style.toml": TOML}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refuse(bytes(locked), tmp_path / "p")


@pytest.mark.parametrize("place", [0, 3])
def test_a_name_with_a_zero_byte_is_refused(tmp_path: Path, place: int) -> None:
    data = bytearray(zip_files({"style.toml": TOML, "sample.png": b"x"}))
    data[data.rindex(b"sample.png") + place] = 0
    assert "no file that a style pack may hold" in refuse(bytes(data), tmp_path / "p")


def test_names_count_once_whatever_their_letters(tmp_path: Path) -> None:
    assert "one name" in refuse(zip_files({"style.toml": TOML, "a.png": b"", "A.png": b""}), tmp_path / "p")


def test_a_pack_needs_a_manifest_that_can_be_read(tmp_path: Path) -> None:
    assert "style.toml: the file is not in the pack." in refuse(zip_files({"a.png": b""}), tmp_path / "p")
    assert "larger than" in refuse(zip_files({"style.toml": b"#" * 70_000}), tmp_path / "p")
    assert "strength" in refuse(zip_files({"style.toml": write_manifest(strength=3.0)}), tmp_path / "p")


@given(place=st.integers(0, 2000), value=st.integers(0, 255))
@settings(max_examples=80, deadline=None)
def test_no_changed_byte_breaks_anything(place: int, value: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    data = bytearray(make_pack(files={"sample.png": b"picture" * 40}))
    data[place % len(data)] = value
    folder = tmp_path_factory.mktemp("unpacked")
    try:
        assert set(unpack(bytes(data), folder / "pack")) <= {"style.toml", "sample.png"}
    except BrokenPackError as error:
        assert error.sentences
