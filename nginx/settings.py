"""Settings of the front door, table `[nginx]`."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from boothkit.settings import SettingsGroup

# sun_path holds 108 bytes, one of them the closing zero.
_LONGEST_SOCKET_BYTES = 107
_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^:\[\]\s]+):(?P<port>\d{1,5})")
_UNQUOTABLE = frozenset("\"'\\$;{}\n\r\t")


def _check_path(path: Path) -> Path:
    if _UNQUOTABLE & set(str(path)):
        raise ValueError("the path holds a character that nginx would take for syntax")
    return path.absolute()


def _check_socket(path: Path) -> Path:
    absolute = _check_path(path)
    length = len(str(absolute).encode())
    if length > _LONGEST_SOCKET_BYTES:
        raise ValueError(
            f"the socket's path has {length} bytes, more than the {_LONGEST_SOCKET_BYTES} that Linux allows"
        )
    return absolute


def _check_listen(text: str) -> str:
    match = _LISTEN.fullmatch(text)
    if text and (match is None or not 0 < int(match["port"]) < 65536):
        raise ValueError("must be an address and a port, like 127.0.0.1:8600, or empty")
    return text


def _check_generator(text: str) -> str:
    """A socket becomes `unix:/path`; `host:port` stays."""
    if "/" not in text:
        if not text or not _check_listen(text):
            raise ValueError("must be a socket's path, or host:port")
        return text
    return f"unix:{_check_socket(Path(text.removeprefix('unix:')))}"


FolderPath = Annotated[Path, AfterValidator(_check_path)]
SocketPath = Annotated[Path, AfterValidator(_check_socket)]
Listen = Annotated[str, AfterValidator(_check_listen)]
Generator = Annotated[str, AfterValidator(_check_generator)]


class LimitSettings(SettingsGroup):
    """How much, how often and how slowly a stranger may ask."""

    capture_megabytes: int = Field(
        12, ge=1, le=64, description="Largest photograph or voice recording that a booth may send. MiB."
    )
    memory_megabytes: int = Field(
        36, ge=1, le=256, description="Largest delivery of one memory: original, picture, voice and text. MiB."
    )
    generation_megabytes: int = Field(
        64, ge=1, le=256, description="Largest request to a generator, its images in base64. MiB."
    )
    style_pack_megabytes: int = Field(
        512, ge=1, le=4096, description="Largest style that may be published to a generator. MiB."
    )
    enrolments_per_minute: int = Field(
        12, ge=1, le=6000, description="Enrolment attempts that one address may make. Per minute."
    )
    pins_per_minute: int = Field(20, ge=1, le=6000, description="PIN attempts that one address may make. Per minute.")
    uploads_per_second: int = Field(20, ge=1, le=1000, description="Uploads that one address may make. Per second.")
    header_timeout_s: int = Field(5, ge=1, le=60, description="A request's head must be complete within this. Seconds.")
    body_timeout_s: int = Field(10, ge=1, le=60, description="Longest pause within a request's body. Seconds.")
    generation_timeout_s: int = Field(
        630,
        ge=10,
        le=7500,
        description="Longest time that a generator may take for one picture or clip; keep it above the generators' "
        "`studio.deadline_s` and `queue.deadline_s`. Seconds.",
    )


class NginxSettings(SettingsGroup):
    """Where the front door listens, what stands behind it, and its limits."""

    run_dir: FolderPath = Field(
        Path("var/run"), validate_default=True, description="Folder of nginx's own files; it must be ours alone."
    )
    booth_listen: Listen = Field("127.0.0.1:8600", description="Address of the booth's front door; empty: none.")
    generator_listen: Listen = Field(
        "127.0.0.1:8601", description="Address of the generators' front door; empty: none."
    )
    public_listen: Listen = Field("127.0.0.1:8680", description="Address of the family site; empty: none.")
    bridge_socket: SocketPath = Field(
        Path("var/run/bridge.sock"), validate_default=True, description="Socket of the bridge."
    )
    generator_sockets: tuple[Generator, ...] = Field(
        ("var/run/generator.sock",),
        min_length=1,
        validate_default=True,
        description="Generators: sockets, or host:port of other machines.",
    )
    memorial_socket: SocketPath = Field(
        Path("var/run/memorial.sock"), validate_default=True, description="Socket of the memorial service."
    )
    memorial_blob_dir: FolderPath = Field(
        Path("var/data/memorial/blobs"),
        validate_default=True,
        description="Folder of the memorial service's private files; nginx sends them when the service says so.",
    )
    tls_certificate: FolderPath | None = Field(None, description="Certificate chain, PEM; unset: plain HTTP.")
    tls_key: FolderPath | None = Field(None, description="Private key of the certificate, PEM.")
    allow_plain_http: bool = Field(
        False, description="Allow plain HTTP on addresses that other machines reach, behind another TLS front door."
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="Limits against overload and misuse.")

    @property
    def has_tls(self) -> bool:
        """True when a certificate is set."""
        return self.tls_certificate is not None

    @model_validator(mode="after")
    def _check_tls(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key must be set together")
        if not self.has_tls and not self.allow_plain_http:
            self._check_loopback()
        return self

    def _check_loopback(self) -> None:
        for name in ("booth_listen", "generator_listen", "public_listen"):
            address = getattr(self, name)
            if address and not is_loopback(address):
                raise ValueError(
                    f"{name} {address} can be reached from other machines: set tls_certificate and tls_key, "
                    "or allow_plain_http behind another TLS front door"
                )


def is_loopback(listen: str) -> bool:
    """True when only this machine can reach the address."""
    host = listen.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
