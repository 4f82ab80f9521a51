"""The kiosk's settings: usable as shipped, documented, bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from boothkit.settings import SettingsError, SettingsGroup, load_settings, render_settings
from kiosk.settings import KioskSettings


def load(text: str, tmp_path: Path) -> KioskSettings:
    path = tmp_path / "site.toml"
    path.write_text(text)
    return load_settings(KioskSettings, section="kiosk", config_file=path, environ={}).settings


def test_the_shipped_settings_need_no_device(tmp_path: Path) -> None:
    settings = load("", tmp_path)
    assert (settings.camera.source, settings.bridge.url) == ("recorded", "http://127.0.0.1:8600")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text('[kiosk.camera]\nsource = "url"\naddress = "http://camera/stream"\n')
    environ = {"BOOTH_KIOSK__CAMERA__SOURCE": "index", "BOOTH_KIOSK__TIMING__COUNTDOWN_S": "3"}
    settings = load_settings(KioskSettings, section="kiosk", config_file=path, environ=environ).settings
    assert (settings.camera.source, settings.camera.address) == ("index", "http://camera/stream")
    assert settings.timing.countdown_s == 3.0


@pytest.mark.parametrize(
    "text",
    [
        "[kiosk.timing]\ncountdown_s = 0",
        '[kiosk.camera]\nsource = "film"',
        "[kiosk.camera]\nrotation_degrees = 45",
        "[kiosk.timing]\nunknown = 1",
        "[kiosk.display]\ntext_scale = 9",
    ],
)
def test_a_wrong_setting_is_said_and_not_guessed(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(text, tmp_path)


def list_groups(group: type[SettingsGroup]) -> list[type[SettingsGroup]]:
    below = [
        field.annotation
        for field in group.model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, SettingsGroup)
    ]
    return [group, *(inner for kind in below for inner in list_groups(kind))]


def test_every_setting_has_a_sentence_and_is_shown() -> None:
    loaded = load_settings(KioskSettings, section="kiosk", environ={})
    shown = render_settings(loaded)
    for group in list_groups(KioskSettings):
        for name, field in group.model_fields.items():
            if group is not KioskSettings:
                assert field.description, f"{group.__name__}.{name} has no sentence"
                assert field.description.endswith(".")
                assert name in shown
