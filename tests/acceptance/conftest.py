"""Whole systems as processes. Prepared once, then copied, so that each test's own system starts in seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.family import Family
from tests.acceptance.proxy import FaultProxy
from tests.acceptance.site import Site, copy_var, prepare_var


@pytest.fixture(scope="session")
def root_folder() -> Iterator[Path]:
    """A folder with a short path: the names of Unix sockets have little room."""
    with tempfile.TemporaryDirectory(prefix="booth-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def prepared_var(root_folder: Path) -> Path:
    """Seeded, enrolled and warm."""
    return prepare_var(root_folder / "prepared")


@pytest.fixture(scope="session")
def make_var(root_folder: Path, prepared_var: Path) -> Callable[[str], Path]:
    """Makes a fresh copy of the prepared folder under a name."""
    return lambda name: copy_var(prepared_var, root_folder / name)


@pytest.fixture(scope="session")
def proxy() -> Iterator[FaultProxy]:
    """Stands between the shared site's bridge and the public site."""
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def proxied_site(make_var: Callable[[str], Path], proxy: FaultProxy) -> Iterator[Site]:
    """One site for all fault tests: its start takes longer than most of them."""
    site = Site(make_var("faults"), environ={"BOOTH_BRIDGE__MEMORIAL__URL": proxy.url})
    proxy.upstream_port = site.box.ports.public
    with site:
        yield site


@pytest.fixture
def site(proxied_site: Site) -> Iterator[Site]:
    """The shared site at rest, before and after each test."""
    proxied_site.wait_settled(within_s=60)
    yield proxied_site
    proxied_site.wait_settled(within_s=60)


@pytest.fixture
def family(site: Site) -> Iterator[Family]:
    """The family's page of the shared site."""
    with site.open_family() as family:
        yield family
