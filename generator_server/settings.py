"""What the operator of a generator host can set."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from boothkit.settings import SettingsGroup

SHIPPED_STYLES = Path(__file__).resolve().parent.parent / "styles"


class ServerSettings(SettingsGroup):
    """Where the generator listens, who may ask, and how it logs."""

    socket: Path | None = Field(None, description="Unix socket to listen on; the front door connects to it. Path.")
    host: str = Field("127.0.0.1", description="Address to listen on when no socket is set. Keep to loopback.")
    port: int = Field(8611, ge=1, le=65535, description="Port to listen on when no socket is set.")
    token: SecretStr | None = Field(
        None, min_length=8, description="Bearer token that every caller must show; none when not set."
    )
    basic_user: str | None = Field(
        None, min_length=1, description="User name for callers that only know basic authentication."
    )
    basic_password: SecretStr | None = Field(None, min_length=8, description="Password that belongs to basic_user.")
    json_logs: bool = Field(False, description="Write log lines as JSON, one object per line.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")

    @model_validator(mode="after")
    def _check_access(self) -> Self:
        if (self.basic_user is None) != (self.basic_password is None):
            raise ValueError("basic_user and basic_password belong together")
        is_local = self.socket is not None or self.host in ("127.0.0.1", "::1", "localhost")
        if not is_local and self.token is None and self.basic_user is None:
            raise ValueError("beyond loopback a token (or basic_user and basic_password) is required")
        return self


class StoreSettings(SettingsGroup):
    """Where the generator keeps what it can make again."""

    data_dir: Path = Field(Path("var/data/generator"), description="Folder of the styles' sample pictures. Path.")


class QueueSettings(SettingsGroup):
    """How much work may wait, and for how long."""

    size: int = Field(8, ge=1, le=1000, description="Requests that may wait for one engine; more are answered 503.")
    deadline_s: float = Field(
        120.0, ge=1.0, le=3600.0, description="A request not finished after so long, waiting included, ends. Seconds."
    )


class LimitSettings(SettingsGroup):
    """What one request may ask for."""

    max_body_bytes: int = Field(64 * 2**20, ge=2**16, le=2**30, description="Largest request body. Bytes.")
    max_image_bytes: int = Field(12 * 2**20, ge=1024, le=2**28, description="Largest picture in a request. Bytes.")
    max_image_pixels: int = Field(40_000_000, ge=4096, description="Largest picture in a request. Pixels.")
    max_side_px: int = Field(2048, ge=64, le=4096, description="Longest side of a made picture. Pixels.")
    max_pictures: int = Field(8, ge=1, le=64, description="Most pictures that one request may ask for.")
    image_workers: int = Field(1, ge=1, le=16, description="Child processes that decode pictures.")
    image_deadline_s: float = Field(10.0, ge=0.5, le=120.0, description="Longest decoding of one picture. Seconds.")


class StylesSettings(SettingsGroup):
    """Where style packs are."""

    folder: Path = Field(
        SHIPPED_STYLES, description="Folder with one folder per style pack; the shipped packs when not set. Path."
    )


class GeneratorSettings(SettingsGroup):
    """Section `[generator]` of the site's settings."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    queue: QueueSettings = QueueSettings()
    limits: LimitSettings = LimitSettings()
    styles: StylesSettings = StylesSettings()
