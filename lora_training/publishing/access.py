"""Where generators are and how we show that we may publish there."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from lora_training.publishing_errors import GeneratorAddressError, PublishTokenError

TOKEN_VARIABLE = "MEMORIAL_BOOTH_PUBLISH_TOKEN"  # noqa: S105 - the name of the variable, not a token
_TOKEN = re.compile(r"[!-~]{8,512}")


def read_token(file: Path | None, environ: Mapping[str, str]) -> str:
    """The token from a file, else from the environment. Raises PublishTokenError; no message holds the token."""
    if file is None and not environ.get(TOKEN_VARIABLE):
        raise PublishTokenError(
            why_ko=f"{TOKEN_VARIABLE} 환경 변수나 --token-file로 알려 주세요.",
            why_en=f"give it in the environment variable {TOKEN_VARIABLE} or with --token-file.",
        )
    token = environ[TOKEN_VARIABLE] if file is None else _read_file(file)
    if _TOKEN.fullmatch(token.strip()) is None:
        raise PublishTokenError(
            why_ko="공백 없는 8자 이상의 한 단어여야 합니다.",
            why_en="it must be one word of 8 characters or more, without spaces.",
        )
    return token.strip()


def _read_file(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise PublishTokenError(
            why_ko=f"{file} 파일을 읽을 수 없습니다.", why_en=f"the file {file} cannot be read."
        ) from None


def check_address(url: str) -> str:
    """The address of a generator without a slash at its end. Raises GeneratorAddressError."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None or not parts.netloc.endswith(":")
    except ValueError:
        raise GeneratorAddressError(url=url) from None
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_bare or not has_port:
        raise GeneratorAddressError(url=_hide_user(url))
    return f"{parts.scheme}://{parts.netloc}"


def is_exposed(url: str) -> bool:
    """True when what is sent there, the token too, can be read on the way."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hide_user(url: str) -> str:
    """A password that was written into the address is not repeated on the screen."""
    return re.sub(r"//[^/]*@", "//***@", url)
