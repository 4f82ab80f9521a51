"""`memorial-booth nginx ...`: checking, rendering, refusing; and the configuration with TLS."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nginx.front_door import FrontDoor, free_port


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nginx", *arguments]
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", **environ}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)


def write(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "site.toml"
    listens = [f'{name}_listen = "127.0.0.1:{free_port()}"' for name in ("booth", "generator", "public")]
    text = "\n".join(["[nginx]", f'run_dir = "{tmp_path}/run"', *listens, *lines])
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *kind, *name, *files], check=True, capture_output=True)
    return certificate, key


def test_nginx_accepts_the_configuration(tmp_path: Path) -> None:
    result = run("test", "--config", write(tmp_path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "nginx accepts its configuration.\n", "")


def test_the_file_can_be_named_by_the_environment(tmp_path: Path) -> None:
    assert run("test", BOOTH_CONFIG=write(tmp_path)).returncode == 0


def test_nginx_accepts_every_subset_of_listeners(tmp_path: Path) -> None:
    file = write(tmp_path)
    for name in ("BOOTH", "GENERATOR", "PUBLIC"):
        result = run("test", "--config", file, **{f"BOOTH_NGINX__{name}_LISTEN": ""})
        assert result.returncode == 0, result.stderr


def test_nginx_accepts_several_generators_and_odd_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    result = run(
        "test", "--config", write(folder, f'generator_sockets = ["{folder}/g 1.sock", "127.0.0.1:9", "localhost:10"]')
    )
    assert result.returncode == 0, result.stderr


def test_rendering_prints_and_starts_nothing(tmp_path: Path) -> None:
    result = run("render", "--config", write(tmp_path))
    assert "worker_processes" in result.stdout
    assert not (tmp_path / "run").exists()


def test_settings_are_shown_with_their_origin(tmp_path: Path) -> None:
    file = write(tmp_path)
    shown = run("config", "--config", file, BOOTH_NGINX__LIMITS__CAPTURE_MEGABYTES="9").stdout
    rows = {line.split(" ", 1)[0]: line for line in shown.splitlines()}
    assert "= 9 " in rows["limits.capture_megabytes"]
    assert "(BOOTH_NGINX__LIMITS__CAPTURE_MEGABYTES)" in rows["limits.capture_megabytes"]
    assert "(site.toml)" in rows["run_dir"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colour = 'red'", "nginx.colour: is not a setting (site.toml)."),
        (f"bridge_socket = '/{'x' * 120}'", "nginx.bridge_socket: the socket's path has 121 bytes"),
        ("tls_key = '/k.pem'", "nginx: tls_certificate and tls_key must be set together."),
        ("tls_key = '/k.pem'\ntls_certificate = '/none.pem'", "cannot load certificate"),
        ("memorial_blob_dir = '/a\"b'", "take for syntax"),
    ],
)
@pytest.mark.parametrize("command", ["test", "serve"])
def test_wrong_settings_are_refused_in_one_sentence(tmp_path: Path, command: str, line: str, expected: str) -> None:
    result = run(command, "--config", write(tmp_path, line))
    assert result.returncode == 2
    assert expected in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_address_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with FrontDoor() as door:
        taken = f"127.0.0.1:{door.ports['public']}"
        result = run("serve", "--config", write(tmp_path), BOOTH_NGINX__PUBLIC_LISTEN=taken)
    assert result.returncode == 2
    assert "Address already in use" in result.stderr


def test_without_nginx_the_package_is_named(tmp_path: Path) -> None:
    result = run("serve", "--config", write(tmp_path), PATH=str(tmp_path))
    assert result.returncode == 2
    assert "Debian package nginx" in result.stderr


def test_a_run_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    result = run("serve", "--config", write(tmp_path))
    assert result.returncode == 2
    assert "cannot be used" in result.stderr


@pytest.fixture(scope="module")
def secure_door(certificate: tuple[Path, Path]) -> Iterator[FrontDoor]:
    settings = {"tls_certificate": str(certificate[0]), "tls_key": str(certificate[1])}
    with FrontDoor(settings=settings) as door:
        door.memorial.start()
        yield door


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
def test_tls_speaks_both_protocols(secure_door: FrontDoor, certificate: tuple[Path, Path], protocol: str) -> None:
    context = ssl.create_default_context(cafile=str(certificate[0]))
    context.set_alpn_protocols([protocol])
    address = ("127.0.0.1", secure_door.ports["booth"])
    with (
        socket.create_connection(address, timeout=5) as channel,
        context.wrap_socket(channel, server_hostname="localhost") as tls,
    ):
        assert tls.selected_alpn_protocol() == protocol
        assert tls.version() in ("TLSv1.2", "TLSv1.3")


def test_tls_is_announced_and_passed_on(secure_door: FrontDoor, certificate: tuple[Path, Path]) -> None:
    context = ssl.create_default_context(cafile=str(certificate[0]))
    answer = secure_door.ask("public", "/", tls=context)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.json()["headers"]["x-forwarded-proto"] == "https"


def test_plain_http_at_the_tls_door_is_shown_the_way(secure_door: FrontDoor) -> None:
    answer = secure_door.ask("public", "/m/some", headers={"Host": "family.example"})
    assert answer.status == 308
    assert answer.headers["location"] == "https://family.example/m/some"
