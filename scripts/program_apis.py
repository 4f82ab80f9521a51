"""The OpenAPI documents of the three servers, built from their code without starting them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

OpenApi = dict[str, Any]


def load_apis() -> dict[str, OpenApi]:
    """By program name: `bridge`, `generator`, `memorial`."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            "bridge": _load_bridge(Path(folder, "bridge")),
            "generator": _load_generator(Path(folder, "generator")),
            "memorial": _load_memorial(Path(folder, "memorial")),
        }


def _load_bridge(data_dir: Path) -> OpenApi:
    from service_bridge.app import build_bridge, create_app
    from service_bridge.settings import BridgeSettings

    bridge = build_bridge(BridgeSettings.model_validate({"store": {"data_dir": data_dir}}))
    try:
        return create_app(bridge).openapi()
    finally:
        bridge.intake.close()
        bridge.parts.database.close()


def _load_generator(data_dir: Path) -> OpenApi:
    from generator_server.app import create_app
    from generator_server.settings import GeneratorSettings

    return create_app(GeneratorSettings.model_validate({"store": {"data_dir": data_dir}})).openapi()


def _load_memorial(data_dir: Path) -> OpenApi:
    from memorial_service.app import build_app
    from memorial_service.settings import MemorialSettings

    app = build_app(MemorialSettings.model_validate({"store": {"data_dir": data_dir}}))
    try:
        return app.openapi()
    finally:
        app.state.site.images.close()
        app.state.site.database.close()
