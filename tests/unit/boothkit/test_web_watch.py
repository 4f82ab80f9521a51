"""Request ids, the access log, metrics, and serving on a Unix socket."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from prometheus_client import Counter
from starlette.responses import StreamingResponse

from boothkit.errors import StorageFullError
from boothkit.ids import is_id
from boothkit.web import create_web_app, get_registry


def build_app() -> FastAPI:
    app = create_web_app(program="shop", title="Shop", version="1.2.3")
    router = APIRouter(prefix="/api/v1")

    @router.get("/visits/{visit_id}/{token}")
    async def show(visit_id: str, token: str) -> str:
        return visit_id + token

    @app.get("/full-disk")
    async def keep() -> None:
        raise StorageFullError(cause="No space left on device")

    @app.get("/broken-stream")
    async def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            raise RuntimeError("half way")

        return StreamingResponse(parts())

    app.include_router(router)
    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(build_app()) as client:
        yield client


def access_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.__dict__ for record in caplog.records if record.__dict__.get("action") == "http.request"]


def test_a_request_gets_an_id_or_keeps_its_own(client: TestClient) -> None:
    assert is_id(client.get("/health/live").headers["x-request-id"])
    kept = client.get("/health/live", headers={"X-Request-ID": "from-the-kiosk_1.2"})
    assert kept.headers["x-request-id"] == "from-the-kiosk_1.2"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, 'a"b', "<script>"])
def test_an_unsafe_request_id_is_replaced(client: TestClient, sent: str) -> None:
    assert is_id(client.get("/health/live", headers={"X-Request-ID": sent}).headers["x-request-id"])


def test_one_line_per_request_with_ids_but_without_secrets(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="boothkit"):
        client.get("/api/v1/visits/v1/hidden-token?letter=hidden-letter")
    (line,) = access_lines(caplog)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/visits/{visit_id}/{token}", 200)
    assert line["visit_id"] == "v1"
    assert 0 <= line["seconds"] < 5
    ours = [record for record in caplog.records if record.name.startswith("boothkit")]
    assert "hidden" not in str([record.__dict__ for record in ours])


def test_a_refusal_names_its_problem(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="boothkit"):
        client.get("/nowhere/secret-address")
    (line,) = access_lines(caplog)
    assert (line["route"], line["status"], line["problem"]) == ("unmatched", 404, "not_found")


def test_a_refusal_of_the_disk_names_its_cause(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="boothkit"):
        client.get("/full-disk")
    (line,) = access_lines(caplog)
    assert (line["status"], line["problem"], line["cause"]) == (507, "storage_full", "No space left on device")


def test_probes_are_quiet(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="boothkit"):
        client.get("/health/live")
        client.get("/metrics")
    assert access_lines(caplog) == []


def test_metrics_count_by_route_template(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/api/v1/visits/{number}/t")
        client.get(f"/random-{number}")
    client.request("BREW", "/api/v1/visits/1/t")
    text = client.get("/metrics").text
    route = 'route="/api/v1/visits/{visit_id}/{token}"'
    assert f'http_requests_total{{method="GET",program="shop",{route},status="200"}} 3.0' in text
    assert f'http_request_duration_seconds_count{{method="GET",program="shop",{route},status="200"}} 3.0' in text
    assert 'http_requests_total{method="GET",program="shop",route="unmatched",status="404"} 3.0' in text
    assert f'http_requests_total{{method="other",program="shop",{route},status="405"}} 1.0' in text
    assert "random-" not in text
    assert "process_resident_memory_bytes" in text


def test_programs_add_their_own_metrics() -> None:
    app = build_app()
    Counter("visits_total", "Visits.", registry=get_registry(app)).inc()
    with TestClient(app) as client:
        assert "visits_total 1.0" in client.get("/metrics").text


def test_another_app_has_no_registry() -> None:
    app = FastAPI()
    app.state.registry = None
    with pytest.raises(TypeError):
        get_registry(app)


def test_a_stream_that_breaks_is_cut_not_mended(client: TestClient) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        client.get("/broken-stream")


def test_alive_and_described(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"program": "shop", "status": "alive"}
    document = client.get("/openapi.json").json()
    assert (document["info"]["title"], document["info"]["version"]) == ("Shop", "1.2.3")
    assert "/metrics" not in document["paths"]


SERVER = """
import sys
from pathlib import Path
from boothkit.web import create_web_app, serve
from starlette.requests import Request
app = create_web_app(program="shop", title="Shop")
@app.get("/who")
async def who(request: Request) -> list[str]:
    return [request.url.scheme, request.client.host]
serve(app, uds=Path(sys.argv[1]), host=None, port=None)
"""


def ask(path: Path, lines: str) -> tuple[str, str]:
    """Head and body of the answer to one raw request over a Unix socket."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(5)
        channel.connect(str(path))
        channel.sendall(f"{lines}\r\nHost: shop\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := channel.recv(65536):
            answer += part
    head, _, body = answer.decode().partition("\r\n\r\n")
    return head, body


def test_serving_on_a_socket_and_stopping(tmp_path: Path) -> None:
    path = tmp_path / "shop.sock"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))  # left by a killed predecessor
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(path)], stderr=subprocess.PIPE, text=True)
    try:
        head, body = _ask_when_ready(path)
    finally:
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=10)[1]
    assert json.loads(body) == ["https", "203.0.113.9"]
    assert "server:" not in head.lower()
    assert "Traceback" not in errors


def _ask_when_ready(path: Path) -> tuple[str, str]:
    ends_at = time.monotonic() + 20
    while True:
        try:
            return ask(path, "GET /who HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.9")
        except (ConnectionRefusedError, FileNotFoundError):
            assert time.monotonic() < ends_at
            time.sleep(0.05)
