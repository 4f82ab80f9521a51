"""A studio in this process, and staff who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lora_training.studio.settings import TrainingSettings
from lora_training.studio.web.app import build_app
from tests.integration.lora_training.studio.staff import HOME, PASSWORD, TERMS, Staff, encode, wait_for_job

ENVIRON = {"OMP_NUM_THREADS": "1"}


@dataclass
class House:
    """A running studio, its folder, and what is done with it."""

    app: Any
    data_dir: Path
    staff: Staff

    def stranger(self) -> Staff:
        return Staff(TestClient(self.app, follow_redirects=False))


@contextmanager
def open_house(folder: Path, **groups: Any) -> Iterator[House]:
    data_dir = folder / "data"
    settings = TrainingSettings.model_validate(
        {
            "studio": {"password": PASSWORD, "public_url": "http://testserver", "sign_in_attempts": 3},
            **groups,
            "projects": {"data_dir": data_dir, **groups.get("projects", {})},
        }
    )
    app = build_app(settings, ENVIRON)
    with TestClient(app, follow_redirects=False) as client:
        staff = Staff(client)
        assert staff.sign_in().status_code == 303
        yield House(app, data_dir, staff)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A studio with one style whose three pictures are prepared; what tests add must not disturb the others."""
    publishing = {"generators": ["http://127.0.0.1:9"], "memorials": ["kim-2026 김영희 님"]}
    with open_house(tmp_path_factory.mktemp("studio"), publishing=publishing) as opened:
        assert opened.staff.send("/new", **TERMS).status_code == 303
        opened.staff.upload(*((f"그림 {seed}.png", encode(seed)) for seed in range(3)))
        opened.staff.send(f"{HOME}/prepare", resolution="512")
        assert wait_for_job(opened.data_dir) == "done"
        yield opened
