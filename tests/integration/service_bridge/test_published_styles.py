"""A real generator, a real bridge, the kiosk's own client: what is published reaches a visitor without a restart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import requests

import painter
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from generator_server.app import create_app
from generator_server.engines import PainterEngine
from generator_server.settings import GeneratorSettings
from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from kiosk.flow.visit import Style
from kiosk.imaging.live_style import read_live_lut
from kiosk.settings import BridgeSettings as KioskBridgeSettings
from tests.integration.service_bridge.conftest import Site, running_site
from tests.integration.service_bridge.fake_memorial import MEMORIAL_ID, FakeMemorial
from tests.integration.service_bridge.site import ServerThread, make_photo
from tests.unit.generator_server.archives import make_pack, make_png
from tests.unit.generator_server.packs import write_pack

TOKEN = "publish-token-of-the-test"
STRANGERS = "0193a1b2-0000-7000-8000-00000000ffff"


@dataclass(frozen=True)
class Generator:
    """A generator that styles can be published to."""

    url: str

    def call(self, method: str, path: str, **options: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {TOKEN}"} | (
            {"Content-Type": "application/zip"} if "data" in options else {}
        )
        return requests.request(method, f"{self.url}/v1/style-packs{path}", headers=headers, timeout=60, **options)  # type: ignore[arg-type]

    def publish(self, pack: bytes, **query: str) -> None:
        answer = self.call("PUT", "/grandfather", data=pack, params=query)
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    folder = tmp_path_factory.mktemp("generator")
    write_pack(folder / "shipped", "calm", painter="sepia")
    settings = GeneratorSettings.model_validate(
        {
            "server": {"publish_token": TOKEN},
            "store": {"data_dir": folder / "data"},
            "styles": {"folder": folder / "shipped"},
        }
    )
    app = create_app(settings, make_engines=lambda _, catalog: [PainterEngine(catalog)])
    with ServerThread(app) as server:
        yield Generator(server.url)


@pytest.fixture
def site(tmp_path: Path, generator: Generator) -> Iterator[Site]:
    with (
        FakeMemorial() as memorial,
        running_site(tmp_path / "data", generator, memorial, generator={"paint_timeout_s": 60.0}) as site,
    ):
        yield site


@pytest.fixture
def kiosk(site: Site, tmp_path: Path) -> BridgeClient:
    client = BridgeClient(KioskBridgeSettings(url=site.url), TokenFile(tmp_path / "kiosk.token"))
    client.enrol(site.bridge.parts.enrolment.create_code("kiosk"), name="a kiosk")
    return client


def make_atlas_files(folder: Path) -> dict[str, bytes]:
    """The files of a look in reds."""
    blotches = np.random.default_rng(4).integers(0, 255, (2, 8, 8, 3))
    blotches[..., 1:] //= 4
    pictures = [np.kron(small, np.ones((16, 16, 1))).astype(np.uint8) for small in blotches]
    painter.learn_atlas(pictures).save(folder / "atlas")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def find_style(kiosk: BridgeClient, memorial_id: str = MEMORIAL_ID) -> Style | None:
    styles = kiosk.list_styles(memorial_id)
    return next((style for style in styles if style.style_id == "grandfather"), None)


def paint(site: Site) -> bytes:
    """A visitor's picture in the published style, always of the same photograph."""
    visit_id = new_id()
    assert site.kiosk.capture(visit_id, make_photo(3, (192, 256)), style_id="grandfather").status_code == 201
    status = site.kiosk.wait_for_status(visit_id, "generation", "done")
    return bytes(
        site.kiosk.call("GET", f"/api/v1/visits/{visit_id}/outputs/{status['generation']['output_id']}").content
    )


def measure_warmth(png: bytes) -> float:
    """Red above blue, 0-255."""
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float)
    return float((pixels[..., 0] - pixels[..., 2]).mean())


def test_a_style_learnt_for_one_family_reaches_its_visitors_and_goes_again(
    site: Site, kiosk: BridgeClient, generator: Generator, tmp_path: Path
) -> None:
    assert find_style(kiosk) is None
    (tmp_path / "look").mkdir()
    files = make_atlas_files(tmp_path / "look") | {"sample.png": make_png()}
    generator.publish(
        make_pack("grandfather", 1, parts='[painter]\nstyle = "atlas"', files=files), memorial_id=MEMORIAL_ID
    )

    style = wait_until(lambda: find_style(kiosk), "the new style at the kiosk")
    assert style.name.ko == "할아버지 그림"
    lut = read_live_lut(style.live_lut)
    assert lut is not None
    assert lut.table[..., 0].mean() > lut.table[..., 2].mean() + 0.05
    assert kiosk.get_style_sample("grandfather", MEMORIAL_ID).startswith(b"RIFF")
    assert find_style(kiosk, STRANGERS) is None
    red = paint(site)

    generator.publish(make_pack("grandfather", 2, parts='[painter]\nstyle = "ink_wash"'))
    grey = paint(site)  # at once, whether or not the bridge has heard of the new revision
    assert measure_warmth(grey) < measure_warmth(red) - 10

    assert generator.call("DELETE", "/grandfather").status_code == 204
    wait_until(lambda: find_style(kiosk) is None, "the style's withdrawal")
