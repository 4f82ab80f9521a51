"""What the operator of a booth can set for the kiosk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from boothkit.settings import SettingsGroup


class LogSettings(SettingsGroup):
    """How the kiosk logs."""

    json_logs: bool = Field(False, description="Write log lines as JSON, one object per line.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")


class StoreSettings(SettingsGroup):
    """Where the journal and the token are kept."""

    data_dir: Path = Field(Path("var/data/kiosk"), description="Folder of the journal and the booth's token. Path.")
    keep_receipts_days: int = Field(
        2, ge=1, le=60, description="Receipt code and photo hash of a finished visit are kept this long. Days."
    )


class BridgeSettings(SettingsGroup):
    """How the bridge is reached."""

    url: str = Field("http://127.0.0.1:8600", description="Front door of the booth site. URL without a path.")
    connect_timeout_s: float = Field(2.0, ge=0.1, le=30.0, description="Longest wait for a connection. Seconds.")
    read_timeout_s: float = Field(10.0, ge=0.1, le=120.0, description="Longest wait for an answer. Seconds.")
    speech_timeout_s: float = Field(
        40.0, ge=1.0, le=300.0, description="Longest wait for a letter read aloud. Seconds."
    )
    stream_silence_s: float = Field(
        25.0, ge=0.2, le=300.0, description="The progress stream is opened anew after so much silence. Seconds."
    )


class CameraSettings(SettingsGroup):
    """Which camera looks at the visitor."""

    source: Literal["recorded", "index", "file", "url"] = Field(
        "recorded", description="`recorded` needs no device; `index` is a webcam, `file` a film, `url` an MJPEG stream."
    )
    index: int = Field(0, ge=0, le=63, description="Number of the webcam, when the source is `index`.")
    address: str = Field("", description="Path of the film or address of the stream, for `file` and `url`.")
    photo: Path | None = Field(
        None, description="Photograph that the recorded camera shows; its own portrait if unset."
    )
    width_px: int = Field(1280, ge=240, le=7680, description="Width asked of a webcam. Pixels.")
    height_px: int = Field(720, ge=240, le=7680, description="Height asked of a webcam. Pixels.")
    frames_per_s: float = Field(25.0, ge=1.0, le=120.0, description="Frames asked of a camera. Frames per second.")
    rotation_degrees: Literal[0, 90, 180, 270] = Field(
        0, description="Clockwise turn that sets the picture upright, for a camera mounted on its side. Degrees."
    )
    stall_s: float = Field(1.5, ge=0.3, le=10.0, description="Without a frame for so long the camera is lost. Seconds.")
    opening_s: float = Field(5.0, ge=0.5, le=30.0, description="Longest wait for the first frame. Seconds.")
    jpeg_quality: int = Field(95, ge=80, le=100, description="Quality of the photograph's JPEG. 100 is best.")


class PreviewSettings(SettingsGroup):
    """The live picture in front of the camera."""

    painted: bool = Field(
        True, description="Show the live picture painted in the chosen look; visitors may switch to the plain one."
    )
    budget_ms: float = Field(
        45.0,
        ge=5.0,
        le=500.0,
        description="Where painting a live frame takes longer than this, the plain picture is shown. Milliseconds.",
    )


class TimingSettings(SettingsGroup):
    """The booth's pace."""

    countdown_s: float = Field(5.0, ge=1.0, le=20.0, description="Countdown before the photograph. Seconds.")
    idle_warning_s: float = Field(60.0, ge=5.0, le=900.0, description="Silence before the booth asks. Seconds.")
    letter_idle_warning_s: float = Field(
        180.0, ge=5.0, le=3600.0, description="Silence before the booth asks while a letter is written. Seconds."
    )
    idle_answer_s: float = Field(
        30.0, ge=5.0, le=300.0, description="Time to answer before an unfinished visit is erased. Seconds."
    )
    thanks_s: float = Field(45.0, ge=3.0, le=600.0, description="How long the farewell stays. Seconds.")
    camera_patience_s: float = Field(
        30.0, ge=2.0, le=300.0, description="How long the visitor waits for a lost camera. Seconds."
    )
    list_retry_s: float = Field(3.0, ge=0.5, le=60.0, description="Pause before a missing list is asked for. Seconds.")
    hand_over_patience_s: float = Field(
        12.0, ge=1.0, le=120.0, description="How long a hand-over is tried before the visitor is told. Seconds."
    )
    still_timeout_s: float = Field(2.0, ge=0.5, le=10.0, description="Longest wait for the photograph. Seconds.")


class DisplaySettings(SettingsGroup):
    """What the visitor sees before choosing anything."""

    language: Literal["ko", "en"] = Field("ko", description="Language of the resting booth.")
    hall_name_ko: str = Field("추모 공간", max_length=60, description="The hall's name in Korean, on the first screen.")
    hall_name_en: str = Field("Memorial Hall", max_length=60, description="The hall's name in English.")
    text_scale: float = Field(1.0, ge=1.0, le=2.0, description="Size of all text; 1 is the designed size.")
    high_contrast: bool = Field(False, description="Start with the high-contrast colours.")
    low_reach: bool = Field(False, description="Keep all controls in the lower part of the screen.")
    touch_guard_s: float = Field(
        0.5,
        ge=0.0,
        le=2.0,
        description="A new screen takes no touch for so long: a second tap presses nothing. Seconds.",
    )


class KioskSettings(SettingsGroup):
    """All settings of the section `kiosk`."""

    log: LogSettings = LogSettings()
    store: StoreSettings = StoreSettings()
    bridge: BridgeSettings = BridgeSettings()
    camera: CameraSettings = CameraSettings()
    preview: PreviewSettings = PreviewSettings()
    timing: TimingSettings = TimingSettings()
    display: DisplaySettings = DisplaySettings()
