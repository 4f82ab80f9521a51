"""Web UIs' buttons for looking again: the style packs and the LoRAs as they lie on the disk now."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from generator_server.app import create_app
from generator_server.engines import PainterEngine
from generator_server.settings import GeneratorSettings
from tests.unit.generator_server.packs import write_pack

REFRESH = ["refresh-checkpoints", "refresh-loras"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    write_pack(tmp_path / "shipped", "calm")
    settings = GeneratorSettings.model_validate(
        {"store": {"data_dir": tmp_path / "data"}, "styles": {"folder": tmp_path / "shipped"}}
    )
    with TestClient(create_app(settings, make_engines=lambda _, catalog: [PainterEngine(catalog)])) as client:
        yield client


def list_ids(client: TestClient) -> list[str]:
    return [style["style_id"] for style in client.get("/v1/styles").json()]


@pytest.mark.parametrize("button", REFRESH)
def test_a_pack_that_was_put_there_is_offered(client: TestClient, tmp_path: Path, button: str) -> None:
    write_pack(tmp_path / "shipped", "later", painter="sepia")
    assert list_ids(client) == ["calm"]
    assert client.post(f"/sdapi/v1/{button}").json() == {}
    assert sorted(list_ids(client)) == ["calm", "later"]


@pytest.mark.parametrize("button", REFRESH)
def test_it_waits_for_a_publication_in_between(client: TestClient, tmp_path: Path, button: str) -> None:
    """Two lookers at once could leave the older sight of the disk: they go one after the other."""
    services = client.app.state.services  # type: ignore[attr-defined]
    pressed = threading.Thread(target=lambda: client.post(f"/sdapi/v1/{button}"))
    with services.offering:
        write_pack(tmp_path / "shipped", "later", painter="sepia")
        pressed.start()
        pressed.join(0.3)
        assert pressed.is_alive()
        assert list_ids(client) == ["calm"]
    pressed.join(20)
    assert sorted(list_ids(client)) == ["calm", "later"]
