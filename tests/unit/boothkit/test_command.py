"""The one command: help without imports, dispatch, and plain refusals."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from boothkit import command

PROGRAMS = sorted(entry.name for entry in entry_points(group="memorial_booth.commands"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "boothkit.command", *arguments], capture_output=True, text=True, check=False, timeout=30
    )


def test_help_lists_every_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert PROGRAMS
    assert all(f"  {name} " in listed for name in PROGRAMS)


def test_help_imports_no_program() -> None:
    probe = (
        "import sys; from boothkit.command import main; main(['--help']);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=30)
    heavy = ("torch", "PySide6", "fastapi", "numpy", "dbos", "sqlalchemy", "kiosk", "service_bridge", "pydantic")
    assert not [name for name in heavy if f"'{name}'" in result.stderr]


def test_without_a_program_the_usage_is_shown() -> None:
    result = run()
    assert result.returncode == 2
    assert "usage: memorial-booth" in result.stdout


def test_version() -> None:
    assert run("--version").stdout.startswith("memorial-booth ")


def test_an_unknown_program_is_refused_in_a_sentence() -> None:
    result = run("lighthouse")
    assert result.returncode == 2
    assert "There is no program named 'lighthouse'. Known: " in result.stderr
    assert "Traceback" not in result.stderr


def test_arguments_are_handed_over() -> None:
    result = run("nginx", "--help")
    assert result.returncode == 0
    assert "serve" in result.stdout


def test_a_summary_is_the_docstrings_first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lantern"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "__main__.py").write_text('"""Lights the way.\n\nMore."""\nraise RuntimeError("imported")\n')
    (package / "silent.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert command.summarise("lantern.__main__") == "Lights the way."
    assert command.summarise("lantern.silent") == ""
    assert command.summarise("lantern.absent") == ""
    assert command.summarise("no_such_package.__main__") == ""
