"""The bridge in this process with small real peers, for tests that need no killing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service_bridge.app import Bridge, build_bridge, create_app
from service_bridge.visits.records import Role
from tests.integration.service_bridge.fake_generator import FakeGenerator
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import (
    BridgeProcess,
    Kiosk,
    PlainVoices,
    ServerThread,
    give_token,
    make_settings,
    merge_settings,
)


@dataclass
class Site:
    """A running bridge, its kiosk and its staff."""

    bridge: Bridge
    url: str
    voices: PlainVoices
    kiosk: Kiosk
    staff: Kiosk


def enrol(bridge: Bridge, url: str, role: Role = "kiosk") -> Kiosk:
    """Another device of a role."""
    enrolment = bridge.parts.enrolment
    _, token = enrolment.enrol(enrolment.create_code(role), f"a {role}")
    return Kiosk(url, token)


@pytest.fixture
def generator() -> Iterator[FakeGenerator]:
    with FakeGenerator() as peer:
        yield peer
        peer.gate.set()


@pytest.fixture
def memorial() -> Iterator[FakeMemorial]:
    with FakeMemorial() as peer:
        yield peer


StartSite = Callable[..., Site]


@contextmanager
def running_site(data_dir: Path, generator: FakeGenerator, memorial: FakeMemorial, /, **changes: Any) -> Iterator[Site]:
    """A bridge in this process; keyword arguments are groups of settings."""
    give_token(data_dir)
    settings = make_settings(data_dir, generator_url=generator.url, memorial_url=memorial.url, **changes)
    voices = PlainVoices()
    bridge = build_bridge(settings, voices=voices)
    with ServerThread(create_app(bridge)) as server:
        yield Site(bridge, server.url, voices, enrol(bridge, server.url), enrol(bridge, server.url, "staff"))


@pytest.fixture
def start_site(tmp_path: Path, generator: FakeGenerator, memorial: FakeMemorial) -> Iterator[StartSite]:
    """Start a bridge in this process; keyword arguments are groups of settings. Stopped at the end."""
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(running_site(tmp_path / "data", generator, memorial, **changes))


@pytest.fixture
def site(start_site: StartSite) -> Site:
    """A bridge in this process with ordinary settings."""
    return start_site()


@pytest.fixture
def make_process(
    tmp_path: Path, generator: FakeGenerator, memorial: FakeMemorial
) -> Iterator[Callable[..., BridgeProcess]]:
    """A bridge as a process of its own, not started yet."""
    made: list[BridgeProcess] = []

    def make(**changes: Any) -> BridgeProcess:
        give_token(tmp_path / "data")
        groups = merge_settings(tmp_path / "data", generator.url, memorial.url, changes)
        process = BridgeProcess(tmp_path, groups)
        made.append(process)
        return process

    yield make
    for process in made:
        process.__exit__()
