"""The settings refuse what would leave the generator open, and the gate keeps to them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from boothkit.errors import UnauthorizedError
from boothkit.settings import SettingsError, load_settings, render_settings
from generator_server.__main__ import main
from generator_server.http.access import Gate
from generator_server.settings import GeneratorSettings
from tests.unit.generator_server.packs import write_pack


def load(tmp_path: Path, text: str = "", **environ: str) -> GeneratorSettings:
    config = tmp_path / "site.toml"
    config.write_text(text)
    return load_settings(GeneratorSettings, section="generator", config_file=config, environ=environ).settings


def make_gate(tmp_path: Path, text: str) -> Gate:
    return Gate(load(tmp_path, f"[generator.server]\n{text}").server)


def make_request(authorization: str | None) -> Request:
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    return Request({"type": "http", "headers": headers})


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def test_defaults_listen_on_loopback_only(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.server.host == "127.0.0.1"
    assert settings.queue.size == 8


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[generator.server]\nhost = "0.0.0.0"', "beyond loopback a token"),
        ('[generator.server]\nbasic_user = "booth"', "belong together"),
        ('[generator.server]\nbasic_password = "long enough"', "belong together"),
        ('[generator.server]\ntoken = "short"', "at least 8"),
        ("[generator.queue]\nsize = 0", "generator.queue.size"),
        ("[generator.queue]\nlength = 3", "is not a setting"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path, text)


@pytest.mark.parametrize("lines", ['host = "0.0.0.0"\ntoken = "long-enough-token"', 'socket = "/run/x.sock"'])
def test_beyond_loopback_with_a_token_or_on_a_socket_is_fine(tmp_path: Path, lines: str) -> None:
    load(tmp_path, f"[generator.server]\n{lines}")


def test_gate_without_secrets_is_open(tmp_path: Path) -> None:
    make_gate(tmp_path, "").check(make_request(None))


@pytest.mark.parametrize(
    ("authorization", "is_let_in"),
    [
        ("Bearer long-enough-token", True),
        ("bearer long-enough-token", True),
        (basic("booth:long enough"), True),
        ("Bearer long-enough-toke", False),
        ("Bearer ", False),
        (basic("booth:wrong"), False),
        (basic("other:long enough"), False),
        ("Basic long-enough-token", False),
        ("Basic %%%", False),
        ("Digest long-enough-token", False),
        ("Bearer tökén", False),
        (None, False),
    ],
)
def test_gate_lets_in_who_shows_a_secret(tmp_path: Path, authorization: str | None, is_let_in: bool) -> None:
    gate = make_gate(tmp_path, 'token = "long-enough-token"\nbasic_user = "booth"\nbasic_password = "long enough"')
    if is_let_in:
        gate.check(make_request(authorization))
    else:
        with pytest.raises(UnauthorizedError):
            gate.check(make_request(authorization))


def test_challenge_names_what_the_client_may_use(tmp_path: Path) -> None:
    assert make_gate(tmp_path, 'token = "long-enough-token"').challenge == "Bearer"
    challenge = make_gate(tmp_path, 'basic_user = "b"\nbasic_password = "long enough"').challenge
    assert challenge == 'Basic realm="generator", charset="UTF-8"'


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text('[generator.server]\ntoken = "long-enough-token"')
    shown = render_settings(load_settings(GeneratorSettings, section="generator", config_file=config, environ={}))
    assert "long-enough-token" not in shown
    assert "queue.size = 8" in shown


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_config_command_shows_the_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "site.toml"
    config.write_text("[generator.queue]\nsize = 3")
    code, out, _ = run(capsys, "config", "--config", str(config))
    assert code == 0
    assert any("queue.size = 3" in line and "(site.toml)" in line for line in out.splitlines())


def test_wrong_settings_are_one_line_each_and_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "site.toml"
    config.write_text("[generator.queue]\nsize = 0\ndeadline_s = 0")
    code, _, err = run(capsys, "serve", "--config", str(config))
    assert code == 2
    assert len(err.strip().splitlines()) == 2


def test_styles_command_lists_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packs = tmp_path / "packs"
    write_pack(packs, "calm")
    config = tmp_path / "site.toml"
    config.write_text(f'[generator.styles]\nfolder = "{packs}"')
    code, out, _ = run(capsys, "styles", "--config", str(config))
    assert (code, "수채화 / Watercolour" in out) == (0, True)
    write_pack(packs, "broken", text="format = 9")
    code, out, err = run(capsys, "styles", "--config", str(config))
    assert code == 1
    assert "calm" in out
    assert "format: input should be 1." in err


def test_warm_up_makes_samples_once(tmp_path: Path, capsys: pytest.CaptureFixture[Any]) -> None:
    packs = tmp_path / "packs"
    manifest = write_pack(packs, "calm")
    data = tmp_path / "data"
    config = tmp_path / "site.toml"
    config.write_text(f'[generator.styles]\nfolder = "{packs}"\n[generator.store]\ndata_dir = "{data}"')
    code, out, _ = run(capsys, "warm-up", "--config", str(config))
    assert code == 0
    assert "calm" in out
    (first,) = (data / "samples").iterdir()
    written_at = first.stat().st_mtime_ns
    run(capsys, "warm-up", "--config", str(config))
    assert first.stat().st_mtime_ns == written_at
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("revision = 3", "revision = 4"), encoding="utf-8")
    run(capsys, "warm-up", "--config", str(config))
    (second,) = (data / "samples").iterdir()
    assert second != first
