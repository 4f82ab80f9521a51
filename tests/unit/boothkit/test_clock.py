"""Moments written and read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boothkit import clock

moments = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def test_now_is_aware_and_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@given(moments)
def test_a_moment_survives_its_text(moment: datetime) -> None:
    assert clock.from_text(clock.to_text(moment)) == moment


@given(moments, moments)
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (clock.to_text(one) < clock.to_text(other)) == (one < other)


def test_text_ends_with_z() -> None:
    assert clock.to_text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.to_text(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "yesterday", ""])
def test_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clock.from_text(text)
