"""Names and passwords in any script: a hall may well choose Korean ones."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.testclient import TestClient

from boothkit.errors import UnauthorizedError
from generator_server.app import create_app
from generator_server.http.access import Gate, PublishingGate
from generator_server.settings import GeneratorSettings, ServerSettings
from tests.unit.generator_server.engines import StepEngine

HANGUL, UMLAUTS = "부스:추모공간의비밀번호", "booth:Gedächtnis"


def show(scheme: str, secret: bytes) -> Request:
    return Request({"type": "http", "headers": [(b"authorization", scheme.encode() + b" " + secret)]})


def make_settings(pair: str) -> ServerSettings:
    user, _, password = pair.partition(":")
    return ServerSettings(basic_user=user, basic_password=SecretStr(password))


@pytest.mark.parametrize(("pair", "form"), [(HANGUL, "utf-8"), (UMLAUTS, "utf-8"), (UMLAUTS, "latin-1")])
def test_a_password_is_known_in_the_forms_that_clients_send(pair: str, form: str) -> None:
    gate = Gate(make_settings(pair))
    gate.check(show("Basic", base64.b64encode(pair.encode(form))))
    with pytest.raises(UnauthorizedError):
        gate.check(show("Basic", base64.b64encode(pair.encode(form)[:-1])))


@pytest.mark.parametrize("form", ["utf-8", "latin-1"])
def test_so_is_a_token(form: str) -> None:
    token = "Gedächtnis-des-Hauses"
    Gate(ServerSettings(token=SecretStr(token))).check(show("Bearer", token.encode(form)))
    PublishingGate(ServerSettings(publish_token=SecretStr(token))).check(show("Bearer", token.encode(form)))


def test_nothing_behind_the_gate_refuses_what_it_let_in(tmp_path: Path) -> None:
    """The description of the API names basic authentication, and must not check it once more in ASCII."""
    settings = GeneratorSettings.model_validate({"store": {"data_dir": tmp_path}, "server": make_settings(HANGUL)})
    app = create_app(settings, make_engines=lambda _settings, _catalog: [StepEngine()])
    with TestClient(app) as client:
        shown = {"Authorization": f"Basic {base64.b64encode(HANGUL.encode()).decode()}"}
        assert client.get("/sdapi/v1/samplers", headers=shown).status_code == 200
        assert client.get("/v1/styles", headers=shown).status_code == 200
        assert client.get("/v1/styles").status_code == 401
    assert set(app.openapi()["components"]["securitySchemes"]) == {"HTTPBasic", "HTTPBearer"}
