"""Who may do what, for every route of the API."""

from __future__ import annotations

from typing import Any

import requests

from boothkit.ids import new_id
from tests.integration.service_bridge.conftest import Site
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID
from tests.integration.service_bridge.site import Kiosk, finish_body

ROUTES = [
    ("PUT", "/api/v1/visits/{id}/capture"),
    ("GET", "/api/v1/visits/{id}"),
    ("GET", "/api/v1/visits/{id}/progress"),
    ("GET", "/api/v1/visits/{id}/original"),
    ("GET", "/api/v1/visits/{id}/outputs/" + "0" * 64),
    ("PUT", "/api/v1/visits/{id}/style"),
    ("PUT", "/api/v1/visits/{id}/voice"),
    ("GET", "/api/v1/visits/{id}/voice"),
    ("POST", "/api/v1/visits/{id}/speech"),
    ("POST", "/api/v1/visits/{id}/finish"),
    ("DELETE", "/api/v1/visits/{id}"),
    ("GET", "/api/v1/styles"),
    ("GET", "/api/v1/styles/watercolour/sample"),
    ("GET", "/api/v1/memorials"),
    ("GET", "/api/v1/memorials/K7F2-9QXM"),
    ("GET", "/api/v1/staff/undelivered"),
    ("POST", "/api/v1/staff/visits/{id}/retry"),
]
VALID_BODIES: dict[str, Any] = {
    "style": {"style_id": "ink_wash"},
    "speech": {"text": "a", "language": "ko", "online_voice": False},
    "finish": finish_body(),
}
VALID_QUERY = {
    "memorial_id": MEMORIAL_ID,
    "style_id": "watercolour",
    "language": "ko",
    "ai_restyle": "true",
    "duration_s": "1",
}


def test_every_route_asks_who_is_there(site: Site) -> None:
    for method, path in ROUTES:
        options: dict[str, Any] = {
            "json": VALID_BODIES.get(path.rsplit("/", 1)[1]),
            "params": VALID_QUERY,
            "timeout": 10,
        }
        url = site.url + path.format(id=new_id())
        assert requests.request(method, url, **options).status_code == 401, path
        wrong = requests.request(method, url, headers={"Authorization": "Bearer wrong"}, **options)
        assert wrong.status_code == 401, path


def test_every_route_but_the_public_ones_is_in_that_list(site: Site) -> None:
    public = {"/api/v1/enrolments", "/health/live", "/health/ready"}
    described = requests.get(f"{site.url}/openapi.json", timeout=10).json()["paths"]
    known = {path.replace("{id}", "{visit_id}") for _, path in ROUTES}
    known |= {"/api/v1/styles/{style_id}/sample", "/api/v1/memorials/{code}"}
    known |= {"/api/v1/visits/{visit_id}/outputs/{output_id}"}
    assert set(described) - public <= known


def ask(device: Kiosk, method: str, path: str) -> int:
    options: dict[str, Any] = {"json": VALID_BODIES.get(path.rsplit("/", 1)[1]), "params": VALID_QUERY}
    status: int = device.call(method, path.format(id=new_id()), **options).status_code
    return status


def test_staff_routes_are_for_staff_and_visits_for_kiosks(site: Site) -> None:
    for method, path in ROUTES:
        if "/staff/" in path:
            assert ask(site.kiosk, method, path) == 403, path
            assert ask(site.staff, method, path) in (200, 404), path
        elif "/visits/" in path:
            assert ask(site.staff, method, path) == 403, path
        else:
            assert ask(site.staff, method, path) == ask(site.kiosk, method, path) == 200, path
