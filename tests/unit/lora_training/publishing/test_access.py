"""Addresses of generators and the token."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_training.publishing.access import TOKEN_VARIABLE, check_address, is_exposed, read_token
from lora_training.publishing_errors import GeneratorAddressError, PublishTokenError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://generator.example", "https://generator.example"),
        ("http://127.0.0.1:8611/", "http://127.0.0.1:8611"),
        ("http://[::1]:8611", "http://[::1]:8611"),
    ],
)
def test_an_address_is_kept_without_its_last_slash(given: str, expected: str) -> None:
    assert check_address(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "generator.example",
        "ftp://generator.example",
        "https://",
        "https://generator.example/v1",
        "https://generator.example?x=1",
        "https://generator.example#top",
        "https://generator.example:port",
        "https://generator.example:",
        "http://[::1",
    ],
)
def test_what_is_no_address_of_a_generator_is_refused(given: str) -> None:
    with pytest.raises(GeneratorAddressError) as refused:
        check_address(given)
    assert given in refused.value.public_message("ko")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(GeneratorAddressError) as refused:
        check_address("https://staff:hunter2@generator.example")
    assert "hunter2" not in str(refused.value)
    assert "generator.example" in str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://generator.example", True),
        ("http://192.168.0.7:8611", True),
        ("https://generator.example", False),
        ("http://127.0.0.2:8611", False),
        ("http://[::1]:8611", False),
        ("http://localhost:8611", False),
    ],
)
def test_plain_http_beyond_this_machine_is_exposed(url: str, *, expected: bool) -> None:
    assert is_exposed(url) is expected


def test_the_token_is_read_from_a_file_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("token-of-the-file\n")
    environ = {TOKEN_VARIABLE: "token-of-the-environment"}
    assert read_token(file, environ) == "token-of-the-file"
    assert read_token(None, environ) == "token-of-the-environment"


@pytest.mark.parametrize("environ", [{}, {TOKEN_VARIABLE: ""}])
def test_without_a_token_the_places_for_it_are_named(environ: dict[str, str]) -> None:
    with pytest.raises(PublishTokenError) as refused:
        read_token(None, environ)
    assert TOKEN_VARIABLE in refused.value.public_message("ko")
    assert "--token-file" in refused.value.public_message("en")


@pytest.mark.parametrize("token", ["short", "two words and more", "line\r\nX-Header: yes", "비밀번호비밀번호"])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(token: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(token)
    for given, environ in ((None, {TOKEN_VARIABLE: token}), (file, {})):
        with pytest.raises(PublishTokenError) as refused:
            read_token(given, environ)
        assert token not in str(refused.value)


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishTokenError, match="nowhere"):
        read_token(tmp_path / "nowhere", {})
