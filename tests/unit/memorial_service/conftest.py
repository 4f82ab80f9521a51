"""An empty database of the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memorial_service.db.engine import Database
from memorial_service.db.store import open_database
from memorial_service.settings import MemorialSettings


@pytest.fixture
def settings(tmp_path: Path) -> MemorialSettings:
    return MemorialSettings.model_validate({"store": {"data_dir": tmp_path / "site"}})


@pytest.fixture
def database(settings: MemorialSettings) -> Iterator[Database]:
    opened = open_database(settings)
    yield opened
    opened.close()
