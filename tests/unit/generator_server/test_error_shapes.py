"""OpenAPI says of each path which shape its errors have: the web UI's own, or problem details."""

from __future__ import annotations

from typing import Any

import pytest

from generator_server.app import create_app
from generator_server.settings import GeneratorSettings, StylesSettings

WEB_UI_PATHS = ("/sdapi/", "/controlnet/", "/internal/", "/promptgen/", "/rembg")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("packs")
    return create_app(GeneratorSettings(styles=StylesSettings(folder=folder))).openapi()


def test_each_path_documents_the_shape_that_it_answers(document: dict[str, Any]) -> None:
    for path, calls in document["paths"].items():
        wanted = "WebUiError" if path.startswith(WEB_UI_PATHS) else "Problem"
        for method, call in calls.items():
            for status in ("4XX", "5XX"):
                (content,) = call["responses"][status]["content"].values()
                assert content["schema"]["$ref"].endswith(f"/{wanted}"), f"{method} {path} {status}"


def test_the_web_uis_shape_has_its_four_keys(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["WebUiError"]
    assert set(schema["properties"]) == set(schema["required"]) == {"error", "detail", "body", "errors"}


def test_paths_that_are_not_served_are_not_described(document: dict[str, Any]) -> None:
    assert not [path for path in document["paths"] if "{path}" in path]
