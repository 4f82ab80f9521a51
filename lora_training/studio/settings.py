"""Settings of the style studio: table `[training]` of the settings file and `BOOTH_TRAINING__...` variables."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from boothkit.settings import LogSettings, SettingsGroup

_URL = r"^https?://[^/\s]+$"


class StudioSettings(SettingsGroup):
    """Where the page listens, and who is let in."""

    socket: Path | None = Field(None, description="Unix socket to listen on, behind nginx. Empty: host and port.")
    host: str = Field("127.0.0.1", description="Address to listen on; another than loopback needs an https public_url.")
    port: int = Field(8614, ge=1, le=65535, description="TCP port to listen on when there is no socket.")
    public_url: str = Field(
        "http://127.0.0.1:8614", pattern=_URL, description="Address that staff type, without a slash at the end."
    )
    password: SecretStr | None = Field(
        None,
        description="Staff's password, 10 characters or more. Empty: the one that the action `set-password` kept.",
    )
    session_hours: int = Field(12, ge=1, le=720, description="How long staff stay signed in. Hours.")
    sign_in_attempts: int = Field(5, ge=3, le=20, description="Wrong passwords in a row until signing in is locked.")
    sign_in_lock_s: int = Field(60, ge=1, le=86_400, description="How long signing in stays locked. s.")

    @field_validator("password")
    @classmethod
    def _is_long_enough(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and len(password.get_secret_value()) < MIN_PASSWORD_LENGTH:
            raise ValueError(f"a password has {MIN_PASSWORD_LENGTH} characters or more")
        return password

    @model_validator(mode="after")
    def _is_protected(self) -> Self:
        if not (self.socket or self.is_https or _is_loopback(self.host)):
            raise ValueError("host can be reached from other machines: set an https public_url and a front door for it")
        return self

    @property
    def is_https(self) -> bool:
        """True when browsers reach the studio over TLS."""
        return self.public_url.startswith("https://")


class ProjectSettings(SettingsGroup):
    """Where styles in the making are kept, and what they are learnt from."""

    data_dir: Path = Field(Path("var/data/studio"), description="Folder of the styles in the making and of the keys.")
    models_dir: Path | None = Field(
        None, description="Folder whose folders are base models in diffusers' layout. Empty: styles without a model."
    )
    faces_dir: Path | None = Field(
        None, description="Folder of test photographs for comparisons. Empty: those that the command brings."
    )
    upload_megabytes: int = Field(2048, ge=16, le=65_536, description="Most that one upload may hold. MiB.")
    max_pictures: int = Field(500, ge=20, le=9999, description="Most pictures of one style.")


class PublishingSettings(SettingsGroup):
    """Where finished styles go."""

    generators: tuple[str, ...] = Field((), description="Addresses of the generators that styles are published to.")
    token_file: Path | None = Field(
        None, description="File with the generators' publish token. Empty: `token`, else MEMORIAL_BOOTH_PUBLISH_TOKEN."
    )
    token: SecretStr | None = Field(
        None, description="The generators' publish token itself; commands are given it in their environment."
    )
    memorials: tuple[str, ...] = Field(
        (), description="Memorials to choose from, each as its id, a space, and the name that staff know."
    )


class TrainingSettings(SettingsGroup):
    """Everything an operator can set."""

    studio: StudioSettings = Field(default_factory=StudioSettings)
    projects: ProjectSettings = Field(default_factory=ProjectSettings)
    publishing: PublishingSettings = Field(default_factory=PublishingSettings)
    logs: LogSettings = Field(default_factory=LogSettings)


MIN_PASSWORD_LENGTH = 10


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
