"""What an operator does with `memorial-booth models`, and sees of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from generator_server.models_command import main
from tests.unit.generator_server.model_store.hub_server import RunningHub

COMMAND = (sys.executable, "-m", "generator_server.models_command")
WEIGHTS = "diffusion_pytorch_model.safetensors"
# What came is written in pieces of this size; the rest of a broken piece is fetched again.
PIECE_BYTES = 10 * 2**20


def pull(hub: RunningHub, models: Path, name: str = "taesd", *more: str) -> int:
    return main(["pull", name, "--to", str(models), "--endpoint", hub.url, *more])


def list_tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def read_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def get_sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """What went to stderr: exactly one line, and no traceback."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]
