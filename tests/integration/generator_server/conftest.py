"""One generator for all tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.generator_server.server import RunningGenerator, make_body, running_generator


@pytest.fixture(scope="package")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator with the shipped settings, warm."""
    with running_generator(tmp_path_factory.mktemp("generator")) as running:
        assert running.post("/sdapi/v1/img2img", make_body()).status_code == 200
        yield running
