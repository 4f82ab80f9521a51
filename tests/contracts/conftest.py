"""The producers' OpenAPI documents, once per run."""

from __future__ import annotations

import pytest

from scripts.program_apis import OpenApi, load_apis


@pytest.fixture(scope="session")
def apis() -> dict[str, OpenApi]:
    return load_apis()
