"""Folders, settings file and ports of the one-machine booth."""

from __future__ import annotations

import socket
import stat
import tempfile
import tomllib
from pathlib import Path

import pytest

from boothkit.settings import load_settings
from generator_server.settings import GeneratorSettings
from lora_training.studio.settings import TrainingSettings
from scripts.onebox.folders import Folders, choose_run_folder, make_folders
from scripts.onebox.running import find_free_base_port
from scripts.onebox.site import HOST, PortInUseError, Ports, SiteFileError, merge, prepare_site, read_site
from scripts.onebox.toml import render_toml


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path / "var")


@pytest.fixture
def base_port() -> int:
    return find_free_base_port()


def test_folders_are_private(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "var")
    for folder in (folders.var, folders.data, folders.run):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_sockets_of_a_short_path_lie_in_var(tmp_path: Path) -> None:
    assert choose_run_folder(Path("/srv/booth/var")) == Path("/srv/booth/var/run")


@pytest.mark.parametrize("var", [Path("/", "x" * 100, "var"), Path("/home/my booth/var"), Path("/home/a:b/var")])
def test_a_path_that_sockets_cannot_have_is_left_for_the_temporary_folder(var: Path) -> None:
    run = choose_run_folder(var)
    assert run.parent == Path(tempfile.gettempdir())
    assert len(str(run / "generator.sock")) < 108
    assert run == choose_run_folder(var) != choose_run_folder(var / "other")


def test_a_korean_path_is_counted_in_bytes() -> None:
    """Forty syllables are 120 bytes: too long for a socket although they are few characters."""
    assert choose_run_folder(Path("/", "가" * 40)).parent == Path(tempfile.gettempdir())


def test_a_link_in_the_place_of_the_run_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var" / "data").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "var" / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        make_folders(tmp_path / "var")


def test_a_first_start_writes_a_private_file_with_a_secret(folders: Folders, base_port: int) -> None:
    ports = prepare_site(folders, base_port=base_port)
    assert ports == Ports(base_port, base_port + 1, base_port + 80)
    assert stat.S_IMODE(folders.site_file.stat().st_mode) == 0o600
    site = read_site(folders.site_file)
    assert site["nginx"]["public_listen"] == f"127.0.0.1:{base_port + 80}"
    assert site["bridge"]["generator"]["token"] == site["generator"]["server"]["token"]
    assert len(site["generator"]["server"]["token"]) >= 43


def test_the_studio_publishes_to_the_generator_with_a_token_of_its_own(folders: Folders, base_port: int) -> None:
    prepare_site(folders, base_port=base_port)
    site = read_site(folders.site_file)
    token = site["generator"]["server"]["publish_token"]
    assert len(token) >= 43
    assert token != site["generator"]["server"]["token"]
    assert site["training"] == {
        "projects": {"data_dir": str(folders.data_of("studio"))},
        "publishing": {"generators": [f"http://{HOST}:{base_port + 1}"], "token": token},
    }


def test_every_table_of_a_first_start_is_understood_by_its_program(folders: Folders, base_port: int) -> None:
    prepare_site(folders, base_port=base_port)
    programs = read_site(folders.site_file)
    generator = load_settings(GeneratorSettings, section="generator", config_file=folders.site_file).settings
    training = load_settings(TrainingSettings, section="training", config_file=folders.site_file).settings
    assert training.publishing.token == generator.server.publish_token
    assert training.publishing.token is not None
    assert str(training.publishing.token) == "**********", "a log line does not show it"
    assert programs.keys() == {"nginx", "bridge", "generator", "memorial", "training", "kiosk"}


def test_a_publish_token_that_a_person_set_is_the_studio_s_too(folders: Folders, base_port: int) -> None:
    """As in a file from before there was a studio."""
    folders.site_file.write_text('[generator.server]\ntoken = "old"\npublish_token = "of the hall"\n')
    prepare_site(folders, base_port=base_port)
    site = read_site(folders.site_file)
    assert site["generator"]["server"] | {"socket": ""} == {
        "token": "old",
        "publish_token": "of the hall",
        "socket": "",
    }
    assert site["training"]["publishing"]["token"] == "of the hall"


def test_another_start_keeps_secrets_ports_and_wishes_but_sets_the_folders_anew(
    folders: Folders, base_port: int, tmp_path: Path
) -> None:
    prepare_site(folders, base_port=base_port)
    before = read_site(folders.site_file)
    text = folders.site_file.read_text() + "\n[bridge.policy]\ngeneration_patience_s = 5.0\n"
    moved = make_folders(tmp_path / "moved")
    moved.site_file.write_text(text)
    assert prepare_site(moved, base_port=None) == Ports.from_base(base_port)
    after = read_site(moved.site_file)
    for token in ("token", "publish_token"):
        assert after["generator"]["server"][token] == before["generator"]["server"][token]
    assert after["bridge"]["policy"] == {"generation_patience_s": 5.0}
    assert after["bridge"]["store"]["data_dir"] == str(tmp_path / "moved" / "data" / "bridge")


def test_two_first_starts_have_different_secrets(tmp_path: Path, base_port: int) -> None:
    tokens = set()
    for name in "ab":
        folders = make_folders(tmp_path / name)
        prepare_site(folders, base_port=base_port)
        server = read_site(folders.site_file)["generator"]["server"]
        tokens |= {server["token"], server["publish_token"]}
    assert len(tokens) == 4


@pytest.mark.parametrize("offset", [0, 1, 80])
def test_a_port_in_use_is_named_before_anything_is_written(folders: Folders, base_port: int, offset: int) -> None:
    with socket.socket() as other:
        other.bind((HOST, base_port + offset))
        other.listen()
        with pytest.raises(PortInUseError) as caught:
            prepare_site(folders, base_port=base_port)
    assert caught.value.port == base_port + offset
    assert not folders.site_file.exists()


@pytest.mark.parametrize("text", ["[nginx", '[nginx]\nbooth_listen = "nowhere"'])
def test_a_broken_settings_file_is_told_and_left_alone(folders: Folders, text: str) -> None:
    folders.site_file.write_text(text)
    with pytest.raises(SiteFileError):
        prepare_site(folders, base_port=None)
    assert folders.site_file.read_text() == text


def test_tables_merge_to_the_bottom() -> None:
    base = {"a": {"x": 1, "y": {"z": 1}}, "b": 1}
    assert merge(base, {"a": {"y": {"w": 2}}, "c": 3}) == {"a": {"x": 1, "y": {"z": 1, "w": 2}}, "b": 1, "c": 3}
    assert base == {"a": {"x": 1, "y": {"z": 1}}, "b": 1}


def test_written_tables_read_back_the_same() -> None:
    tables = {
        "plain": 1,
        "a": {"text": 'quote " back \\ line \n tab \t del \x7f 한글 🙂', "yes": True, "half": 0.5},
        "b": {"c": {"list": ["x", "y"], "empty": [], "odd key": "v", "nested": [[1, 2], [3]]}},
    }
    assert tomllib.loads(render_toml(tables)) == tables


def test_a_path_is_written_as_text() -> None:
    assert tomllib.loads(render_toml({"a": {"folder": Path("/a b")}})) == {"a": {"folder": "/a b"}}
