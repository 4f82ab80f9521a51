"""One front door with everything behind it, shared by the tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.nginx.front_door import FrontDoor


@pytest.fixture(scope="session")
def door() -> Iterator[FrontDoor]:
    with FrontDoor(limits={"header_timeout_s": 1, "body_timeout_s": 1}) as door:
        for backend in (door.bridge, door.memorial, *door.generator):
            backend.start()
        yield door
