"""A hub on this machine, and an operator whose terminal is English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.generator_server.model_store.hub_server import RunningHub, running_hub
from tests.unit.generator_server.model_store.repositories import (
    SD15,
    TAESD,
    make_checkpoint,
    make_controlnet,
    make_decoder,
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with three repositories, and an operator whose terminal is English."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for variable in ("HF_TOKEN", "HF_ENDPOINT", "BOOTH_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    with running_hub() as running:
        running.repositories[TAESD.repository] = make_decoder()
        running.repositories[SD15.repository] = make_checkpoint()
        running.repositories["someone/edges"] = make_controlnet()
        yield running


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder
