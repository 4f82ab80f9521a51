"""What the front door accepts as settings, and how it says no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from nginx.settings import NginxSettings, is_loopback


def refuse(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        NginxSettings.model_validate(fields)
    return str(caught.value)


def test_the_defaults_are_loopback_and_plain() -> None:
    settings = NginxSettings()
    assert all(is_loopback(listen) for listen in (settings.booth_listen, settings.generator_listen))
    assert not settings.has_tls
    assert settings.bridge_socket.is_absolute()
    assert settings.generator_sockets == (f"unix:{Path.cwd() / 'var/run/generator.sock'}",)


@pytest.mark.parametrize("text", ["8600", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "a b:80", "::1:80", "x:80;"])
def test_an_address_must_have_a_host_and_a_port(text: str) -> None:
    assert "like 127.0.0.1:8600" in refuse(booth_listen=text) or "can be reached" in refuse(booth_listen=text)


@pytest.mark.parametrize("text", ["", "localhost:8600", "[::1]:8600", "127.0.0.2:1"])
def test_loopback_addresses_and_none_at_all_are_fine(text: str) -> None:
    assert NginxSettings(booth_listen=text).booth_listen == text


@pytest.mark.parametrize("text", ["0.0.0.0:8600", "192.168.0.7:8600", "booth.example:8600", "[::]:8600"])
def test_plain_http_never_leaves_the_machine_unasked(text: str) -> None:
    message = refuse(public_listen=text)
    assert f"public_listen {text} can be reached from other machines" in message
    assert NginxSettings(public_listen=text, allow_plain_http=True).public_listen == text
    assert NginxSettings(public_listen=text, tls_certificate=Path("/c.pem"), tls_key=Path("/k.pem")).has_tls


@pytest.mark.parametrize("name", ["tls_certificate", "tls_key"])
def test_half_a_certificate_is_refused(name: str) -> None:
    assert "must be set together" in refuse(**{name: "/x.pem"})


def test_a_socket_path_must_fit_into_the_kernel() -> None:
    longest = "/" + "s" * 106
    assert NginxSettings(bridge_socket=Path(longest)).bridge_socket == Path(longest)
    assert "108 bytes, more than the 107 that Linux allows" in refuse(bridge_socket=longest + "s")
    assert "more than the 107" in refuse(generator_sockets=["/" + "한" * 36])


@pytest.mark.parametrize("path", ['/a"b', "/a$b", "/a;b", "/a{b", "/a\nb", "/a\\b"])
def test_a_path_cannot_smuggle_syntax(path: str) -> None:
    for name in ("run_dir", "memorial_socket", "memorial_blob_dir"):
        assert "take for syntax" in refuse(**{name: path})


def test_generators_may_be_elsewhere() -> None:
    settings = NginxSettings.model_validate({"generator_sockets": ["10.0.0.5:8601", "/run/g.sock", "unix:/run/h.sock"]})
    assert settings.generator_sockets == ("10.0.0.5:8601", "unix:/run/g.sock", "unix:/run/h.sock")


@pytest.mark.parametrize("sockets", [[], [""], ["nonsense"], ["host:99999"]])
def test_generators_must_be_sockets_or_addresses(sockets: list[str]) -> None:
    assert "generator_sockets" in refuse(generator_sockets=sockets)


@pytest.mark.parametrize(("name", "value"), [("capture_megabytes", 0), ("header_timeout_s", 61), ("unknown", 1)])
def test_limits_have_bounds(name: str, value: int) -> None:
    assert f"limits.{name}" in refuse(limits={name: value})
