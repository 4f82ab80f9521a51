"""The password, sessions, the gate against guessing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_training.studio.access.gate import SignInGate
from lora_training.studio.access.passwords import HASH_NAME, StaffPassword, keep_password
from lora_training.studio.access.sessions import Sessions
from lora_training.studio.errors import PasswordMissingError, PasswordTooShortError, SignInLockedError

PASSWORD = "조용한 추모관의 긴 비밀번호"


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_there_is_no_default_password(tmp_path: Path) -> None:
    with pytest.raises(PasswordMissingError):
        StaffPassword(tmp_path, None).get_hash()


def test_only_an_argon2id_hash_is_kept(tmp_path: Path) -> None:
    keep_password(tmp_path, PASSWORD, PASSWORD)
    kept = (tmp_path / HASH_NAME).read_text()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    password = StaffPassword(tmp_path, None)
    assert password.matches(PASSWORD)
    assert not password.matches(PASSWORD + "!")


def test_a_password_of_the_settings_is_compared_and_never_written(tmp_path: Path) -> None:
    password = StaffPassword(tmp_path, PASSWORD)
    assert password.matches(PASSWORD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("typed", "again"), [("short", "short"), (PASSWORD, PASSWORD + "x")])
def test_a_short_or_mistyped_password_is_refused(tmp_path: Path, typed: str, again: str) -> None:
    with pytest.raises(PasswordTooShortError):
        keep_password(tmp_path, typed, again)
    assert list(tmp_path.iterdir()) == []


def test_a_session_outlives_a_restart_and_its_token_is_not_on_the_disk(tmp_path: Path) -> None:
    token = Sessions(tmp_path, hours=1).begin("hash")
    assert Sessions(tmp_path, hours=1).is_valid(token, "hash")
    assert token not in (tmp_path / "sessions.json").read_text()


def test_a_session_ends_with_its_time_with_signing_out_and_with_the_password(tmp_path: Path) -> None:
    clock = Clock()
    sessions = Sessions(tmp_path, hours=1, clock=clock)
    first, second = sessions.begin("hash"), sessions.begin("hash")
    sessions.end(first, "hash")
    assert not sessions.is_valid(first, "hash")
    assert sessions.is_valid(second, "hash")
    assert not sessions.is_valid(second, "another hash")
    clock.now += 3600
    assert not sessions.is_valid(second, "hash")
    assert not sessions.is_valid(None, "hash")


def test_the_gate_closes_after_wrong_passwords_in_a_row_and_opens_again() -> None:
    clock = Clock()
    gate = SignInGate(attempts=3, lock_s=60, clock=clock)
    for is_right in (False, False, True, False, False):
        gate.check()
        gate.note(is_right=is_right)
    gate.check()
    gate.note(is_right=False)
    with pytest.raises(SignInLockedError) as caught:
        gate.check()
    assert caught.value.details["seconds"] == 60
    clock.now += 60
    gate.check()
    gate.note(is_right=False)
    with pytest.raises(SignInLockedError):
        gate.check()
