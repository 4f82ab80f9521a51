"""What is reachable through which door, what the programs get to see, and how answers leave."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import socket
from pathlib import Path

import pytest

from nginx.render import BROTLI_MODULE
from tests.integration.nginx.front_door import Answer, FrontDoor

UPLOAD = "/api/v1/visits/v1/capture"


@pytest.mark.parametrize(
    ("listener", "path", "name"),
    [
        ("booth", "/api/v1/visits/v1", "bridge"),
        ("booth", "/api/v1/enrolments", "bridge"),
        ("booth", "/health/ready", "bridge"),
        ("generator", "/sdapi/v1/samplers", "generator0"),
        ("generator", "/v1/styles", "generator0"),
        ("generator", "/v1/style-packs", "generator0"),
        ("generator", "/controlnet/model_list", "generator0"),
        ("generator", "/internal/progress", "generator0"),
        ("generator", "/promptgen/generate", "generator0"),
        ("generator", "/rembg", "generator0"),
        ("generator", "/health/ready", "generator0"),
        ("public", "/", "memorial"),
        ("public", "/i/some-token", "memorial"),
        ("public", "/m/some-memorial", "memorial"),
        ("public", "/api/v1/memories/m1", "memorial"),
        ("public", "/api/v1/p_image", "memorial"),
        ("public", "/health/ready", "memorial"),
    ],
)
def test_each_door_leads_to_its_program(door: FrontDoor, listener: str, path: str, name: str) -> None:
    said = door.ask(listener, path).json()
    assert (said["name"], said["path"]) == (name, path)


@pytest.mark.parametrize(
    ("listener", "path"),
    [
        ("booth", "/"),
        ("booth", "/metrics"),
        ("booth", "/docs"),
        ("booth", "/openapi.json"),
        ("booth", "/api/v2/visits"),
        ("booth", "/_media/ab/cd"),
        ("booth", "/health/../metrics"),
        ("booth", "/api/v1/%2e%2e/%2e%2e/metrics"),
        ("generator", "/"),
        ("generator", "/metrics"),
        ("generator", "/rembg/more"),
        ("generator", "/sam/heartbeat"),
        ("generator", "/docs"),
        ("public", "/metrics"),
        ("public", "//metrics"),
        ("public", "/metrics/"),
        ("public", "/m/../metrics"),
        ("public", "/docs"),
        ("public", "/redoc"),
        ("public", "/openapi.json"),
        ("public", "/_problem/ko/502"),
    ],
)
def test_nothing_else_is_reachable(door: FrontDoor, listener: str, path: str) -> None:
    answer = door.ask(listener, path)
    assert answer.status == 404
    assert answer.json()["type"] == "urn:memorial-booth:problem:not_found"


def test_programs_see_who_asks_and_nobody_can_pretend(door: FrontDoor) -> None:
    sent = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Request-ID": "kiosk-1",
        "Host": "booth.example",
    }
    seen = door.ask("booth", "/api/v1/visits/v1", headers=sent).json()["headers"]
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-request-id"] == "kiosk-1"
    assert seen["host"] == "booth.example"


def test_an_unsafe_request_id_is_replaced(door: FrontDoor) -> None:
    seen = door.ask("booth", "/api/v1/visits/v1", headers={"X-Request-ID": 'a"b'}).json()["headers"]
    assert len(seen["x-request-id"]) == 32


def test_a_body_arrives_whole(door: FrontDoor) -> None:
    body = os.urandom(3 * 2**20)
    for listener, path in (("booth", UPLOAD), ("public", "/api/v1/memories/m1"), ("generator", "/sdapi/v1/txt2img")):
        said = door.ask(listener, path, method="PUT", body=body).json()
        assert said["sha256"] == hashlib.sha256(body).hexdigest()


def check_headers(answer: Answer) -> None:
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["server"] == "nginx"
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("listener", ["booth", "generator", "public"])
def test_every_answer_is_guarded(door: FrontDoor, listener: str) -> None:
    check_headers(door.ask(listener, "/v1/x" if listener == "generator" else "/api/v1/x"))
    check_headers(door.ask(listener, "/metrics"))


def test_the_programs_own_errors_pass_through(door: FrontDoor) -> None:
    answer = door.ask("generator", "/v1/busy")
    assert (answer.status, answer.headers["retry-after"], answer.json()) == (503, "7", {"busy": "generator0"})


@pytest.mark.parametrize(
    ("headers", "query", "title"),
    [
        ({}, "", "찾을 수 없음"),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "", "Not found"),
        ({"Accept-Language": "en"}, "?lang=ko", "찾을 수 없음"),
        ({}, "?lang=en", "Not found"),
        ({"Accept-Language": "de"}, "?lang=fr", "찾을 수 없음"),
    ],
)
def test_refusals_speak_the_readers_language(door: FrontDoor, headers: dict[str, str], query: str, title: str) -> None:
    answer = door.ask("booth", f"/nowhere{query}", headers={**headers, "X-Request-ID": "r-1"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == title
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "r-1"
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_gets_a_page_in_both_languages(door: FrontDoor) -> None:
    answer = door.ask("public", "/metrics", headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.status == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = answer.body.decode()
    assert "찾을 수 없음" in page
    assert "Not found" in page


def test_events_leave_as_they_are_made(door: FrontDoor) -> None:
    """The second event is made only after the first was seen here, so neither can have waited in a buffer."""
    connection = http.client.HTTPConnection("127.0.0.1", door.ports["booth"], timeout=10)
    release = door.folder / "release"
    release.unlink(missing_ok=True)
    connection.request("GET", "/api/v1/visits/v1/progress", headers={"Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    first = [answer.readline() for _ in range(3)]
    release.touch()
    second = [answer.readline() for _ in range(3)]
    connection.close()
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Content-Encoding"] is None
    assert (first[1], second[1]) == (b"data: 1\n", b"data: 2\n")


@pytest.fixture
def private_file(door: FrontDoor) -> Path:
    path = door.blobs / "ab" / "abcd"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(range(256)) * 40)
    path.chmod(0o600)
    return path


def test_private_files_leave_only_on_the_programs_word(door: FrontDoor, private_file: Path) -> None:
    assert door.ask("public", "/_media/ab/abcd").status == 404
    answer = door.ask("public", "/media/ab/abcd")
    assert (answer.status, answer.body) == (200, private_file.read_bytes())
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "private, max-age=60"
    assert "x-accel-redirect" not in answer.headers
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "noindex" in answer.headers["x-robots-tag"]
    check_headers(answer)


def test_private_files_can_be_sought_in(door: FrontDoor, private_file: Path) -> None:
    answer = door.ask("public", "/media/ab/abcd", headers={"Range": "bytes=100-199"})
    assert (answer.status, answer.body) == (206, private_file.read_bytes()[100:200])
    assert answer.headers["content-range"] == f"bytes 100-199/{private_file.stat().st_size}"


@pytest.mark.parametrize("name", ["ab/missing", "../site.toml", "%2e%2e/site.toml"])
def test_only_private_files_of_the_folder_leave(door: FrontDoor, name: str) -> None:
    answer = door.ask("public", f"/media/{name}")
    assert answer.status in (400, 404, 500)
    assert b"[nginx]" not in answer.body


def test_text_is_compressed(door: FrontDoor) -> None:
    plain = door.ask("booth", "/api/v1/large")
    packed = door.ask("booth", "/api/v1/large", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) * 5 < len(plain.body)


@pytest.mark.skipif(not BROTLI_MODULE.exists(), reason="nginx's brotli module is not installed")
def test_text_is_compressed_better_where_it_can_be(door: FrontDoor) -> None:
    sizes = {}
    for encoding in ("gzip", "br"):
        answer = door.ask("booth", "/api/v1/large", headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        sizes[encoding] = len(answer.body)
    assert sizes["br"] < sizes["gzip"]


def test_nothing_private_is_logged(door: FrontDoor) -> None:
    door.ask("public", "/i/hidden-invitation-token?pin=1234", method="POST", body=b"x" * 2_000_000)
    with socket.create_connection(("127.0.0.1", door.ports["public"]), timeout=5) as channel:
        channel.sendall(b"GET /i/hidden-invitation-token HTTP/1.1\r\nBad Header\r\n\r\n")
        channel.recv(1000)
    assert "hidden-invitation-token" not in door.log()


def test_the_run_folder_is_ours_alone(door: FrontDoor) -> None:
    run_dir = door.folder / "run"
    assert run_dir.stat().st_mode & 0o077 == 0
    assert not [path for path in (run_dir / "nginx-temp").rglob("*") if path.is_file()]
