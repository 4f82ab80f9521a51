"""The shell scripts: short, strict, and passing on what they are given."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = ("scripts/run", "scripts/test", "scripts/check", "scripts/install.sh", ".ci/run")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_executable_strict_and_without_syntax_errors(name: str) -> None:
    script = ROOT / name
    text = script.read_text()
    assert script.stat().st_mode & 0o111
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "pipefail" in text
    subprocess.run(["bash", "-n", script], check=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts with recorders in the place of what they call."""
    for name in SCRIPTS:
        copy = tmp_path / "checkout" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / name).read_text())
        copy.chmod(0o755)
    for name in ("scripts/install.sh", "scripts/check", ".venv/bin/python"):
        recorder = tmp_path / "checkout" / name
        recorder.parent.mkdir(parents=True, exist_ok=True)
        recorder.write_text(f'#!/bin/bash\necho "{name} $*"\n')
        recorder.chmod(0o755)
    return tmp_path / "checkout"


def call(script: Path, *words: str, folder: Path) -> list[str]:
    result = subprocess.run([script, *words], cwd=folder, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


def test_running_installs_and_tells_where_file_names_are_meant(checkout: Path, tmp_path: Path) -> None:
    assert call(checkout / "scripts" / "run", "--once", "--photo", "a b.jpg", folder=tmp_path) == [
        "scripts/install.sh run",
        f".venv/bin/python -m scripts.onebox --from {tmp_path} --once --photo a b.jpg",
    ]


@pytest.mark.parametrize("name", ["scripts/test", ".ci/run"])
def test_testing_installs_checks_and_tests(checkout: Path, tmp_path: Path, name: str) -> None:
    assert call(checkout / name, "--long", "-k", "a b", folder=tmp_path) == [
        "scripts/install.sh test",
        "scripts/check ",
        ".venv/bin/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder --long -k a b",
    ]


def test_a_failed_check_ends_the_test_run(checkout: Path, tmp_path: Path) -> None:
    (checkout / "scripts" / "check").write_text("#!/bin/bash\nexit 1\n")
    result = subprocess.run([checkout / "scripts" / "test"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "pytest" not in result.stdout


def test_the_check_goes_on_after_a_failure_and_names_it(checkout: Path, tmp_path: Path) -> None:
    (checkout / "scripts" / "check").write_text((ROOT / "scripts" / "check").read_text())
    (checkout / "kiosk" / "ui" / "qml").mkdir(parents=True)
    for tool in ("ruff", "mypy", "lint-imports", "pyside6-qmllint"):
        fake = checkout / ".venv" / "bin" / tool
        fake.write_text(f"#!/bin/bash\nexit {int(tool == 'mypy')}\n")
        fake.chmod(0o755)
    result = subprocess.run([checkout / "scripts" / "check"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "failed: mypy"
    assert "== translations" in result.stdout
