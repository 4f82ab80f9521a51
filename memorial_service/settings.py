"""Settings of the memorial service: table `[memorial]` of the settings file and `BOOTH_MEMORIAL__...` variables."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator

from boothkit.settings import LogSettings, SettingsGroup

MEBIBYTE = 1 << 20


class ServerSettings(SettingsGroup):
    """Where the program listens."""

    socket: Path | None = Field(None, description="Unix socket to listen on, behind nginx. Empty: host and port.")
    host: str = Field("127.0.0.1", description="Address to listen on when there is no socket.")
    port: int = Field(8611, ge=1, le=65535, description="TCP port to listen on when there is no socket.")


class StoreSettings(SettingsGroup):
    """Where memories are kept."""

    data_dir: Path = Field(Path("var/data/memorial"), description="Folder of the database, the files and the keys.")
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy address of a PostgreSQL database. Empty: SQLite in the data folder."
    )
    free_space_floor_mb: int = Field(
        256, ge=0, le=1_000_000, description="New memories are refused when less room is left. MiB."
    )


class WebSettings(SettingsGroup):
    """The family's pages."""

    public_url: str = Field(
        "http://127.0.0.1:8680",
        pattern=r"^https?://[^/\s]+$",
        description="Address under which families reach this service, without a slash at the end.",
    )
    page_size: int = Field(12, ge=1, le=100, description="Memories on one page of the stream.")
    time_zone: str = Field("Asia/Seoul", description="Time zone in which dates are shown.")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name} is not a known time zone") from None
        return name

    @property
    def is_https(self) -> bool:
        """True when browsers reach the service over TLS."""
        return self.public_url.startswith("https://")


class AuthSettings(SettingsGroup):
    """How booths and families are let in."""

    enrolment_valid_s: int = Field(900, ge=60, le=86_400, description="How long a booth's enrolment code works. s.")
    session_days: int = Field(90, ge=1, le=730, description="How long a family member stays signed in. Days.")
    invitation_days: int = Field(365, ge=1, le=3650, description="How long a new invitation works. Days.")
    pin_attempts: int = Field(5, ge=3, le=20, description="Wrong PINs in a row until an invitation is locked.")
    pin_lock_s: int = Field(900, ge=1, le=86_400, description="How long a locked invitation stays locked. s.")


class MediaSettings(SettingsGroup):
    """How pictures and voices reach the browser."""

    accel: bool = Field(False, description="True behind nginx: it sends the files itself (X-Accel-Redirect).")
    image_workers: int = Field(2, ge=1, le=16, description="Pictures decoded at the same time, each in its process.")


class LimitSettings(SettingsGroup):
    """What a booth may send."""

    image_bytes: int = Field(12 * MEBIBYTE, ge=65_536, le=64 * MEBIBYTE, description="Largest picture file. Bytes.")
    voice_bytes: int = Field(10 * MEBIBYTE, ge=65_536, le=64 * MEBIBYTE, description="Largest voice file. Bytes.")
    metadata_bytes: int = Field(65_536, ge=4096, le=1_048_576, description="Largest metadata part. Bytes.")
    voice_s: float = Field(600.0, ge=10.0, le=3600.0, description="Longest voice. s.")
    concurrent_intakes: int = Field(8, ge=1, le=64, description="Memories received at the same time; others wait.")


class MemorialSettings(SettingsGroup):
    """Everything an operator can set."""

    server: ServerSettings = Field(default_factory=ServerSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    auth: AuthSettings = Field(default_factory=AuthSettings)
    media: MediaSettings = Field(default_factory=MediaSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    logs: LogSettings = Field(default_factory=LogSettings)
