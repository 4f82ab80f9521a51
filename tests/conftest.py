"""Options shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# The painter's kernels are compiled once for all programs that the tests start, not once for each.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).resolve().parents[1] / "var" / "kernels"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of campaigns (1,000 kills, soak)")
    parser.addoption("--gpu", action="store_true", help="run the tests that need a GPU")
    parser.addoption("--weights", action="store_true", help="run the tests that need real model weights")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine or this run was not asked to do, by deselection and not by a silent pass."""
    unwanted = {name for name in ("long", "gpu", "weights") if not config.getoption(f"--{name}")}
    kept = [item for item in items if not unwanted & {marker.name for marker in item.iter_markers()}]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return GroupScheduling(config, log)


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Tests that share running programs stay in one worker. (`--dist loadgroup` does not hold with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return find_group(nodeid)


def find_group(nodeid: str) -> str:
    """The whole system is one group, so is each folder of integration tests; any other file is one by itself."""
    file, _, _ = nodeid.partition("::")
    _, kind, *part = file.split("/")
    if kind == "acceptance":
        return kind
    return f"integration of {'/'.join(part[:-1])}" if kind == "integration" else file


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    """True when campaigns should run in their long form."""
    return bool(pytestconfig.getoption("--long"))
