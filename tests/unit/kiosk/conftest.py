"""Parts that several tests of the kiosk start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from tests.unit.kiosk.contract_bridge import TOKEN, ContractBridge
from tests.unit.kiosk.samples import make_settings


@pytest.fixture
def bridge() -> Iterator[ContractBridge]:
    with ContractBridge() as running:
        yield running


@pytest.fixture
def token(tmp_path: Path) -> TokenFile:
    file = TokenFile(tmp_path / "token")
    file.write(TOKEN)
    return file


@pytest.fixture
def client(bridge: ContractBridge, token: TokenFile) -> BridgeClient:
    return BridgeClient(make_settings(bridge.url), token)
