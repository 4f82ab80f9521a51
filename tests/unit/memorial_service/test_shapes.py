"""Sizes, addresses and file names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boothkit.settings import SettingsError, load_settings
from memorial_service.media.schemas import LARGE, SMALL, size_of
from memorial_service.media.service import file_name
from memorial_service.settings import MemorialSettings

SIDES = st.integers(64, 8000)


@given(width=SIDES, height=SIDES)
def test_variants_keep_the_shape_and_never_grow(width: int, height: int) -> None:
    for variant in (SMALL, LARGE):
        small_width, small_height = size_of(width, height, variant)
        assert small_width <= min(width, variant.width_px)
        assert small_height <= height
        assert small_height <= 3 * variant.width_px
        if small_width > 20 and small_height > 20:
            assert small_width / small_height == pytest.approx(width / height, rel=0.05)


def test_saved_files_have_a_date_and_an_ending() -> None:
    assert file_name("original", date(2026, 3, 1), "image/jpeg") == "memory-2026-03-01-original.jpg"


@pytest.mark.parametrize(
    ("variable", "value", "field"),
    [
        ("BOOTH_MEMORIAL__WEB__TIME_ZONE", "Mars/Olympus", "web.time_zone"),
        ("BOOTH_MEMORIAL__WEB__PUBLIC_URL", "ftp://x", "web.public_url"),
        ("BOOTH_MEMORIAL__WEB__PUBLIC_URL", "https://x/", "web.public_url"),
        ("BOOTH_MEMORIAL__AUTH__PIN_ATTEMPTS", "1", "auth.pin_attempts"),
        ("BOOTH_MEMORIAL__NOTHING__HERE", "1", "nothing"),
    ],
)
def test_wrong_settings_are_named(variable: str, value: str, field: str) -> None:
    with pytest.raises(SettingsError, match=field):
        load_settings(MemorialSettings, section="memorial", environ={variable: value})


def test_every_setting_has_a_sentence() -> None:
    for group in MemorialSettings.model_fields.values():
        for name, field in group.annotation.model_fields.items():  # type: ignore[union-attr]
            assert field.description and field.description.endswith("."), name
