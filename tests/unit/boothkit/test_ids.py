"""Ids, codes and tokens."""

from __future__ import annotations

import re
import threading
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boothkit import ids


def test_ids_are_version_7_and_carry_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(ids.new_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before - 1 <= made.int >> 80 <= after + 1


def test_ids_rise_strictly_within_a_process() -> None:
    made = [ids.new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_ids_rise_even_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert ids.new_id() > first


def test_threads_never_share_an_id() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend(ids.new_id() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


@given(st.uuids())
def test_any_canonical_uuid_is_an_id(value: uuid.UUID) -> None:
    assert ids.is_id(str(value))
    assert not ids.is_id(value.hex)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../../etc/passwd",
        "01a1fce9-5b1f-786a-a687-ec705d7aa09",
        "01A1FCE9-5B1F-786A-A687-EC705D7AA093",
        "{01a1fce9-5b1f-786a-a687-ec705d7aa093}",
        "01a1fce9-5b1f-786a-a687-ec705d7aa093\n",
        "０1a1fce9-5b1f-786a-a687-ec705d7aa093",
    ],
)
def test_other_text_is_no_id(text: str) -> None:
    assert not ids.is_id(text)


def test_codes_can_be_read_aloud() -> None:
    letters = "[0-9A-HJKMNP-TV-Z]"
    for _ in range(200):
        assert re.fullmatch(f"{letters}{{4}}-{letters}{{4}}-{letters}{{2}}", ids.new_receipt_code())
        assert re.fullmatch(f"{letters}{{4}}-{letters}{{4}}", ids.new_enrolment_code())


def test_codes_do_not_repeat() -> None:
    assert len({ids.new_receipt_code() for _ in range(5000)}) == 5000


@pytest.mark.parametrize("typed", ["k7f2-9qxm", "  K7F29QXM ", "k7f2 9qxm", "K7F2--9QXM"])
def test_a_typed_code_is_understood(typed: str) -> None:
    assert ids.normalise_code(typed) == "K7F2-9QXM"


def test_letters_that_codes_never_hold_are_read_as_digits() -> None:
    assert ids.normalise_code("oil0-1234") == "0110-1234"


@given(st.text("0123456789abcOIL -", max_size=12))
def test_understanding_a_code_twice_changes_nothing(text: str) -> None:
    once = ids.normalise_code(text)
    assert ids.normalise_code(once) == once


def test_only_the_right_token_matches() -> None:
    token = ids.new_token()
    stored = ids.hash_token(token)
    assert len(token) >= 43
    assert token not in stored
    assert ids.token_matches(token, stored)
    assert not ids.token_matches(ids.new_token(), stored)
    assert not ids.token_matches("", stored)
    assert not ids.token_matches("한글", stored)
