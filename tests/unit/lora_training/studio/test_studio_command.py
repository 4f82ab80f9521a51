"""The studio's command: what it ends with, which the unit that restarts it relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_training.__main__ import main

UNIT = Path(__file__).parents[4] / "deploy" / "systemd" / "memorial-booth-studio.service"
ONLY_A_PERSON_CAN_HELP = 2


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set but what a test sets."""
    for name in ("BOOTH_CONFIG", "BOOTH_TRAINING__STUDIO__PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_password_it_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studio", "serve", "--data", str(tmp_path)]) == ONLY_A_PERSON_CAN_HELP
    said = capsys.readouterr().err
    assert "직원 비밀번호" in said
    assert "memorial-booth style studio set-password" in said


def test_wrong_settings_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOTH_TRAINING__STUDIO__SESSION_HOURS", "0")
    assert main(["studio", "--data", str(tmp_path)]) == ONLY_A_PERSON_CAN_HELP
    assert "session_hours" in capsys.readouterr().err


def test_the_unit_is_not_started_again_when_only_a_person_can_help() -> None:
    assert f"RestartPreventExitStatus={ONLY_A_PERSON_CAN_HELP}\n" in UNIT.read_text()
