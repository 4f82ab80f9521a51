"""What the operator of a booth site can set for the bridge."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from boothkit.settings import SettingsGroup


class ServerSettings(SettingsGroup):
    """Where the bridge listens and how it logs."""

    socket: Path | None = Field(None, description="Unix socket to listen on; the front door connects to it. Path.")
    host: str = Field("127.0.0.1", description="Address to listen on when no socket is set. Keep to loopback.")
    port: int = Field(8610, ge=1, le=65535, description="Port to listen on when no socket is set.")
    json_logs: bool = Field(False, description="Write log lines as JSON, one object per line.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")


class StoreSettings(SettingsGroup):
    """Where visits are kept."""

    data_dir: Path = Field(
        Path("var/data/bridge"), description="Folder of the database, the blobs and the memorial service's token. Path."
    )
    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy address of the database, e.g. postgresql+psycopg://...; bridge.sqlite in the data "
        "folder when not set.",
    )
    busy_timeout_s: float = Field(
        10.0, ge=0.1, le=60.0, description="Longest wait for a locked database before an honest error. Seconds."
    )
    free_space_floor_bytes: int = Field(
        500_000_000, ge=0, description="New captures and recordings are refused below this free space. Bytes."
    )


class IntakeSettings(SettingsGroup):
    """What the bridge takes in from the kiosk."""

    max_image_bytes: int = Field(12 * 2**20, ge=1024, le=2**27, description="Largest photograph taken in. Bytes.")
    max_image_pixels: int = Field(40_000_000, ge=4096, description="Largest photograph taken in. Pixels.")
    max_recording_bytes: int = Field(10_000_000, ge=1024, le=2**27, description="Largest own recording. Bytes.")
    image_workers: int = Field(2, ge=1, le=16, description="Child processes that decode photographs.")
    image_deadline_s: float = Field(10.0, ge=0.5, le=120.0, description="Longest decoding of one photograph. Seconds.")


class GeneratorSettings(SettingsGroup):
    """How pictures are asked for."""

    url: str = Field("http://127.0.0.1:8601", description="Front door of the generators. URL without a path.")
    token: SecretStr | None = Field(
        None,
        description="Bearer token of the generators, when they ask for one; `user:password` for a web UI that does.",
    )
    web_ui_styles: Path | None = Field(
        None,
        description="Folder of style packs. Set it when `url` is a stock AUTOMATIC1111 web UI, which knows no styles "
        "of ours: it is then asked in its own API's words alone. Path.",
    )
    connect_timeout_s: float = Field(3.0, ge=0.1, le=60.0, description="Longest wait for a connection. Seconds.")
    paint_timeout_s: float = Field(300.0, ge=1.0, le=3600.0, description="Longest making of one picture. Seconds.")
    preferred_timeout_s: float = Field(
        45.0,
        ge=0.5,
        le=3600.0,
        description="Longest making of a picture by an engine while another one can still make it. Seconds.",
    )
    concurrency: int = Field(2, ge=1, le=64, description="Pictures asked for at once: the site's GPUs plus one.")
    engine_preference: tuple[str, ...] = Field(
        ("diffusion", "neural_style", "painter"), description="Engines in the order in which they are tried."
    )
    init_width_px: int = Field(768, ge=256, le=2048, description="Widest init image, cropped to 3:4. Pixels.")
    retry_base_s: float = Field(2.0, gt=0, le=600.0, description="First wait after a failed request. Seconds.")
    retry_cap_s: float = Field(300.0, gt=0, le=86400.0, description="Longest wait between two requests. Seconds.")
    give_up_after_s: float = Field(
        14 * 86400.0, ge=1.0, description="A picture that could not be made for so long is given up. Seconds."
    )


class MemorialSettings(SettingsGroup):
    """How memories are delivered."""

    url: str = Field("http://127.0.0.1:8680", description="The memorial service's site. URL without a path.")
    public_url: str | None = Field(
        None, description="The site's address as families know it, for the receipt; `url` when not set. URL."
    )
    ca_file: Path | None = Field(None, description="Certificates to trust instead of the system's. Path.")
    connect_timeout_s: float = Field(
        10.0, ge=0.1, le=60.0, description="Longest wait for a connection and for 4 kB to leave. Seconds."
    )
    read_timeout_s: float = Field(30.0, ge=0.2, le=600.0, description="Longest wait for an answer. Seconds.")
    slowest_link_bytes_per_s: float = Field(
        1000.0, ge=100.0, description="Slowest network that is still used; slower ones count as down. Bytes per second."
    )
    concurrency: int = Field(8, ge=1, le=64, description="Memories delivered at once.")
    retry_base_s: float = Field(2.0, gt=0, le=600.0, description="First wait after a failed delivery. Seconds.")
    retry_cap_s: float = Field(300.0, gt=0, le=86400.0, description="Longest wait between two deliveries. Seconds.")
    refused_retry_s: float = Field(
        900.0, gt=0, le=86400.0, description="Wait after the site refused our token or certificate. Seconds."
    )


class PolicySettings(SettingsGroup):
    """Promises to visitors: how long to wait for a picture, how long things are kept."""

    generation_patience_s: float = Field(
        60.0,
        ge=0.0,
        le=86400.0,
        description="Wait for the picture after the visitor finished; then original first. Seconds.",
    )
    upgrade_within_s: float = Field(
        86400.0,
        ge=0.0,
        le=30 * 86400.0,
        description="A delivered picture is made anew when an engine that the site prefers is back so soon; "
        "0 for never. Seconds.",
    )
    abandoned_after_s: float = Field(
        86400.0, ge=1.0, description="A visit without a finish is erased after so long. Seconds."
    )
    keep_delivered_days: float = Field(
        30.0, ge=0.0, le=3650.0, description="A delivered visit is kept here for so long as a second copy. Days."
    )


class WorkflowSettings(SettingsGroup):
    """How durable work is run."""

    executor_id: str = Field(
        "bridge",
        pattern=r"^[a-z0-9-]{3,64}$",
        description="Stable name of this bridge; bridges that share a database need different ones.",
    )
    queue_polling_s: float = Field(
        0.1,
        ge=0.02,
        le=5.0,
        description="How often queues are looked at: 0.1 starts work after 50 ms on average for "
        "about 4 % of one core, 0.05 halves the wait for twice the work. Seconds.",
    )
    reconcile_interval_s: float = Field(5.0, ge=0.1, le=600.0, description="How often stuck work is sought. Seconds.")
    stale_after_s: float = Field(
        15.0, ge=0.5, le=3600.0, description="Work that nobody runs for so long is started again. Seconds."
    )
    keep_finished_s: float = Field(86400.0, ge=1.0, description="Records of finished work are kept so long. Seconds.")
    retention_interval_s: float = Field(
        600.0, ge=0.2, le=86400.0, description="How often visits past their time are looked for. Seconds."
    )


class CatalogueSettings(SettingsGroup):
    """How the lists of memorials and styles are kept fresh."""

    fresh_for_s: float = Field(10.0, ge=0.0, le=3600.0, description="A list this young is not fetched again. Seconds.")
    timeout_s: float = Field(2.0, ge=0.1, le=30.0, description="Longest wait for a list before the kept one. Seconds.")
    refresh_interval_s: float = Field(60.0, ge=1.0, le=86400.0, description="How often lists are refreshed. Seconds.")


class EnrolmentSettings(SettingsGroup):
    """How devices become known to the bridge."""

    code_valid_s: float = Field(900.0, ge=1.0, le=86400.0, description="An enrolment code works for so long. Seconds.")
    wrong_codes: int = Field(5, ge=1, le=100, description="Wrong codes within a minute before all are refused.")


class ProgressSettings(SettingsGroup):
    """How the kiosk hears of a visit's progress."""

    heartbeat_s: float = Field(10.0, ge=0.1, le=60.0, description="A sign of life on a quiet stream. Seconds.")
    poll_s: float = Field(0.25, ge=0.05, le=10.0, description="How often the generator is asked for progress. Seconds.")


class VoiceSettings(SettingsGroup):
    """How letters are read aloud and how long a voice may last."""

    online_enabled: bool = Field(
        True,
        description="Let Google read the letter when the visitor agrees; the letter's text goes to Google then.",
    )
    online_timeout_s: float = Field(
        3.0, ge=0.5, le=10.0, description="Longest silence of Google's server before the offline voice reads. Seconds."
    )
    online_deadline_s: float = Field(
        20.0, ge=1.0, le=120.0, description="Longest time Google may take for one letter altogether. Seconds."
    )
    longest_s: float = Field(
        180.0, ge=10.0, le=600.0, description="Longest voice that is kept; a longer letter is read up to here. Seconds."
    )
    words_per_minute: int = Field(
        145, ge=80, le=260, description="Speed of the offline voice; 175 is the program's own. Words per minute."
    )
    program_timeout_s: float = Field(
        30.0, ge=2.0, le=300.0, description="Longest run of one speech or sound program before it is ended. Seconds."
    )


class BridgeSettings(SettingsGroup):
    """Section `[bridge]` of the site's settings."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    intake: IntakeSettings = IntakeSettings()
    generator: GeneratorSettings = GeneratorSettings()
    memorial: MemorialSettings = MemorialSettings()
    policy: PolicySettings = PolicySettings()
    workflow: WorkflowSettings = WorkflowSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    progress: ProgressSettings = ProgressSettings()
    voice: VoiceSettings = VoiceSettings()
