"""A pack that was learnt from one picture, and generators to publish it on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.lora_training.publishing.runs import write_look_run, write_set
from tests.unit.lora_training.publishing.stand_in import StandIn, stand_in


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Folders of a data set with one picture, and of the run that learnt from it."""
    folder = tmp_path_factory.mktemp("learnt")
    dataset = write_set(folder / "set", 1)
    return dataset, write_look_run(folder / "run", dataset)


@pytest.fixture
def first() -> Iterator[StandIn]:
    with stand_in() as generator:
        yield generator


@pytest.fixture
def second() -> Iterator[StandIn]:
    with stand_in() as generator:
        yield generator
