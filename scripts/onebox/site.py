"""The settings file of the one-machine booth: what people changed stays, what belongs to this machine is set anew."""

from __future__ import annotations

import secrets
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from boothkit.files import publish_file
from scripts.onebox.folders import Folders
from scripts.onebox.toml import Table, render_toml

HOST = "127.0.0.1"
DEFAULT_BASE_PORT = 8600
HEADER = """\
# Settings of the booth on this machine, made by scripts/run and kept over starts.
# Your changes stay, except to folders, sockets and the addresses between the programs: these are set anew.
# Every setting and its meaning: docs/settings.md. What is in force: memorial-booth PROGRAM config --config THIS_FILE

"""


class SiteFileError(Exception):
    """The settings file is not TOML, or names no usable ports; the message says where."""


class PortInUseError(Exception):
    """Another program listens on a port that we need."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        super().__init__(f"port {port} on {host} is in use")


@dataclass(frozen=True)
class Ports:
    """The three TCP ports of the front doors, all on the loopback address."""

    booth: int
    generator: int
    public: int

    @classmethod
    def from_base(cls, base: int) -> Self:
        return cls(base, base + 1, base + 80)

    @classmethod
    def from_site(cls, site: Mapping[str, Any]) -> Self:
        """The ports that a settings file names; the usual ones where it names none."""
        usual = cls.from_base(DEFAULT_BASE_PORT)
        doors = site.get("nginx", {})
        listens = {name: str(doors.get(f"{name}_listen", port)) for name, port in vars(usual).items()}
        try:
            return cls(**{name: int(listen.rpartition(":")[2]) for name, listen in listens.items()})
        except ValueError as error:
            raise SiteFileError(f"[nginx] {error}") from error

    @property
    def public_url(self) -> str:
        return f"http://{HOST}:{self.public}"

    def check_free(self) -> None:
        """Raises PortInUseError for the first port that somebody listens on."""
        for port in (self.booth, self.generator, self.public):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError as error:
                    raise PortInUseError(HOST, port) from error


def prepare_site(folders: Folders, *, base_port: int | None) -> Ports:
    """Write the settings file and give the ports that it names. Raises PortInUseError before anything is written."""
    existing = read_site(folders.site_file)
    ports = Ports.from_site(existing) if base_port is None else Ports.from_base(base_port)
    ports.check_free()
    wishes = merge(build_wishes(), existing)
    site = merge(wishes, build_fixed_part(folders, ports, wishes["generator"]["server"]["publish_token"]))
    publish_file(folders.site_file, (HEADER + render_toml(site)).encode())
    return ports


def read_site(file: Path) -> dict[str, Any]:
    """The tables of the settings file; none when there is no file yet. Raises SiteFileError."""
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SiteFileError(str(error)) from error


def build_wishes() -> dict[str, Any]:
    """First values of what a person may change, with fresh secrets: between bridge and generator, and for publishing.

    The publishing secret is not the bridge's: whoever asks for pictures may not change the styles.
    """
    token, publish_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return {
        "bridge": {"generator": {"token": token}},
        "generator": {"server": {"token": token, "publish_token": publish_token}},
    }


def build_fixed_part(folders: Folders, ports: Ports, publish_token: str) -> dict[str, Any]:
    """What follows from this machine's folders and ports. The studio publishes with the generator's own token."""
    return {
        "nginx": {
            "run_dir": folders.run / "nginx",
            "booth_listen": f"{HOST}:{ports.booth}",
            "generator_listen": f"{HOST}:{ports.generator}",
            "public_listen": f"{HOST}:{ports.public}",
            "bridge_socket": folders.socket_of("bridge"),
            "generator_sockets": [folders.socket_of("generator")],
            "memorial_socket": folders.socket_of("memorial"),
            "memorial_blob_dir": folders.data_of("memorial") / "blobs",
        },
        "bridge": {
            "server": {"socket": folders.socket_of("bridge")},
            "store": {"data_dir": folders.data_of("bridge")},
            "generator": {"url": f"http://{HOST}:{ports.generator}"},
            "memorial": {"url": ports.public_url},
        },
        "generator": {
            "server": {"socket": folders.socket_of("generator")},
            "store": {"data_dir": folders.data_of("generator")},
        },
        "memorial": {
            "server": {"socket": folders.socket_of("memorial")},
            "store": {"data_dir": folders.data_of("memorial")},
            "web": {"public_url": ports.public_url},
            "media": {"accel": True},
        },
        "training": {
            "projects": {"data_dir": folders.data_of("studio")},
            "publishing": {"generators": [f"http://{HOST}:{ports.generator}"], "token": publish_token},
        },
        "kiosk": {
            "store": {"data_dir": folders.data_of("kiosk")},
            "bridge": {"url": f"http://{HOST}:{ports.booth}"},
        },
    }


def merge(base: Table, over: Table) -> dict[str, Any]:
    """Nested tables of both; `over` wins where both have a value."""
    merged: dict[str, Any] = dict(base)
    for name, value in over.items():
        below = merged.get(name)
        both_tables = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[name] = merge(below, value) if both_tables else value  # type: ignore[arg-type]
    return merged
