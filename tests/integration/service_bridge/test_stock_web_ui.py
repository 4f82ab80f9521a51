"""The bridge in front of a stock AUTOMATIC1111 web UI: one setting, and nothing leaves it that such a server lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from boothkit.ids import new_id
from generator_server.settings import SHIPPED_STYLES
from service_bridge.clients.style_packs import read_packs
from service_bridge.clients.transport import ServiceError
from service_bridge.clients.web_ui import WebUiClient
from service_bridge.settings import GeneratorSettings
from tests.integration.service_bridge.conftest import Site, running_site
from tests.integration.service_bridge.fake_memorial import FakeMemorial
from tests.integration.service_bridge.site import make_photo
from tests.integration.service_bridge.stock_web_ui import NETS, StockWebUi, find_wrong_fields

PACK = """
format = 1
style_id = "{style_id}"
revision = 3
[name]
ko = "조용한 그림"
en = "A quiet picture"
[description]
ko = "조용하다."
en = "Quiet."
[diffusion]
prompt = "calm"
denoising_strength = 0.5
{more}
"""


@pytest.fixture
def web_ui() -> Iterator[StockWebUi]:
    with StockWebUi() as server:
        yield server


def write_pack(folder: Path, style_id: str, more: str = "") -> Path:
    pack = folder / style_id
    pack.mkdir(parents=True)
    (pack / "style.toml").write_text(PACK.format(style_id=style_id, more=more), encoding="utf-8")
    return folder


def open_client(server: StockWebUi, packs: Path, **settings: Any) -> WebUiClient:
    return WebUiClient(GeneratorSettings(url=server.url, **settings), packs, poll_s=0.05)


@contextmanager
def open_site(data_dir: Path, server: StockWebUi, memorial: FakeMemorial, packs: Path) -> Iterator[Site]:
    with running_site(data_dir, server, memorial, generator={"web_ui_styles": str(packs)}) as site:
        yield site


def test_a_whole_visit_uses_stock_calls_and_fields_only(
    web_ui: StockWebUi, memorial: FakeMemorial, tmp_path: Path
) -> None:
    with open_site(tmp_path / "data", web_ui, memorial, SHIPPED_STYLES) as site:
        offered = site.kiosk.call("GET", "/api/v1/styles").json()
        visit_id = new_id()
        assert site.kiosk.capture(visit_id, make_photo(), style_id="watercolour").status_code == 201
        assert site.kiosk.finish(visit_id).status_code == 201
        made = site.kiosk.wait_for_status(visit_id, "generation", "done")
        site.kiosk.wait_for_status(visit_id, "delivery", "delivered")
        assert site.kiosk.call("GET", "/health/ready").status_code == 200
    assert {"watercolour", "cel"} <= {style["style_id"] for style in offered}
    assert all(style["engines"] == ["diffusion"] for style in offered)
    assert made["generation"]["engine"] == "diffusion"
    assert web_ui.refusals == []
    (wish,) = [json.loads(call.body) for call in web_ui.calls_to("/sdapi/v1/img2img")]
    units = wish["alwayson_scripts"]["ControlNet"]["args"]
    # The web UI has no mlsd; the other two are named by its own titles, and no map comes back with the picture.
    assert [unit["model"] for unit in units] == list(NETS)
    assert [unit["save_detected_map"] for unit in units] == [False, False]
    assert (wish["width"] % 8, wish["height"] % 8, wish["save_images"]) == (0, 0, False)
    (pack,) = [pack for pack in read_packs(SHIPPED_STYLES) if pack.style_id == "watercolour"]
    assert pack.diffusion is not None
    assert wish["prompt"] == pack.diffusion.prompt
    assert not [call for call in web_ui.calls if "/v1/styles" in call.path or "/health" in call.path]


def test_the_stand_in_refuses_what_the_api_lacks() -> None:
    known = {"steps": (int,), "tiling": (bool,)}
    assert find_wrong_fields({"steps": 3, "tiling": None}, known) == []
    assert find_wrong_fields({"steps": True, "tiling": 1, "wish": 1}, known) == [
        "steps must not be True",
        "tiling must not be 1",
        "wish is no field of the API",
    ]


def test_requests_made_for_our_own_generator_would_be_refused(web_ui: StockWebUi, tmp_path: Path) -> None:
    client = open_client(web_ui, tmp_path)
    body = {"prompt": "", "sampler_name": "Painter", "engine": "painter", "init_images": [], "seed": 1}
    with pytest.raises(ServiceError) as caught:
        client.paint(body, task_id="t", timeout_s=5, on_progress=lambda share: None)
    assert caught.value.status == 422
    assert web_ui.refusals == ["engine is no field of the API", "Sampler not found"]


def test_without_the_extension_styles_are_made_without_units(tmp_path: Path) -> None:
    with StockWebUi(has_controlnet=False) as server:
        styles = open_client(server, SHIPPED_STYLES).list_styles(timeout_s=5)
    assert "watercolour" in [style.style_id for style in styles]
    assert all("alwayson_scripts" not in style.requests["diffusion"] for style in styles)
    assert set(server.refusals) == {f"GET /controlnet/{name}_list is not there" for name in ("model", "module")}


def test_only_styles_that_the_web_ui_can_make_are_offered(web_ui: StockWebUi, tmp_path: Path) -> None:
    write_pack(tmp_path, "plain")
    write_pack(tmp_path, "inked", 'adapter = "ink.safetensors"\nadapter_weight = 0.7')
    write_pack(tmp_path, "unknown_sampler", 'sampler = "Painter"')
    write_pack(tmp_path, "few", 'few_step = {kind = "lcm", adapter = "lcm-lora", adapter_weight = 0.5}')
    write_pack(tmp_path, "broken", "prompt = 3")
    write_pack(tmp_path, "painted").joinpath("painted", "style.toml").write_text(
        PACK.format(style_id="painted", more="").partition("[diffusion]")[0]
    )
    client = open_client(web_ui, tmp_path)
    assert [style.style_id for style in client.list_styles(timeout_s=5)] == ["plain"]
    web_ui.loras = ["ink", "lcm-lora"]
    requests = {style.style_id: style.requests["diffusion"] for style in client.list_styles(timeout_s=5)}
    assert list(requests) == ["few", "inked", "plain"]
    assert requests["inked"]["prompt"] == "calm <lora:ink:0.7>"
    assert (requests["few"]["prompt"], requests["few"]["sampler_name"]) == ("calm <lora:lcm-lora:0.5>", "LCM")


def test_a_sample_is_the_packs_own(web_ui: StockWebUi, tmp_path: Path) -> None:
    (write_pack(tmp_path, "plain") / "plain" / "sample.png").write_bytes(b"picture")
    write_pack(tmp_path, "bare")
    client = open_client(web_ui, tmp_path)
    assert client.fetch_sample("plain", timeout_s=5) == b"picture"
    with pytest.raises(ServiceError):
        client.fetch_sample("bare", timeout_s=5)


def test_a_web_ui_that_asks_for_a_password_gets_it(tmp_path: Path) -> None:
    with StockWebUi(user="booth:a secret") as server:
        write_pack(tmp_path, "plain")
        assert open_client(server, tmp_path, token="booth:a secret").list_styles(timeout_s=5)
        stranger = open_client(server, tmp_path, token="booth:no secret")
        assert not stranger.is_reachable(timeout_s=5)
        with pytest.raises(ServiceError) as caught:
            stranger.list_styles(timeout_s=5)
    assert caught.value.status == 401


def test_a_web_ui_that_is_away_is_not_reachable(web_ui: StockWebUi, tmp_path: Path) -> None:
    client = open_client(web_ui, tmp_path)
    assert client.is_reachable(timeout_s=5)
    web_ui.stop()
    assert not client.is_reachable(timeout_s=1)
