"""A site with a diffusion model, tiny but whole: it makes the pictures, the painter helps out, and it comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from tests.acceptance.site import Site, describe_tiny_engine
from tests.acceptance.wishes import Wish, hash_photo
from tests.tiny_diffusion import write_models_folder

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]

_PICTURES = "SELECT revision, engine FROM revision_file WHERE memory_id = ? AND role = 'picture' ORDER BY revision"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models_folder(tmp_path_factory.mktemp("diffusion") / "models")


@pytest.fixture(scope="module")
def site(make_var: Callable[[str], Path], models: Path) -> Iterator[Site]:
    environ = {
        **describe_tiny_engine(models),
        # The first revision is to hold the picture, however busy the machine is.
        "BOOTH_BRIDGE__POLICY__GENERATION_PATIENCE_S": "40",
    }
    with Site(make_var("diffusion"), environ=environ) as site:
        wait_for_engine(site, "engine.ready", times=1)
        yield site


def wait_for_engine(site: Site, action: str, *, times: int) -> None:
    """Wait until the generator has said this of its diffusion engine so many times."""

    def count() -> int:
        lines = (line for program, line in site.lines if program == "generator")
        return sum(1 for line in lines if f"action={action}" in line and "engine=diffusion" in line)

    wait_until(lambda: count() >= times, within_s=120, what=f"{action} of the diffusion engine")


def make_visit(site: Site, number: int) -> str:
    """One finished visit with a picture, delivered."""
    wish = Wish(
        visit_id=new_id(),
        number=number,
        ending="finish",
        language="ko",
        style_id="watercolour",
        has_voice=False,
        is_heard=False,
    )
    site.wish(wish)
    site.wait_shown(wish.visit_id, "finished")
    wait_until(lambda: read_pictures(site, wish.visit_id), within_s=60, what="the picture at the memorial service")
    return wish.visit_id


def read_pictures(site: Site, visit_id: str) -> list[tuple[int, str]]:
    """Revision and engine of each picture that the memorial service was given."""
    with closing(sqlite3.connect(f"file:{site.memorial_database}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(_PICTURES, (visit_id,)).fetchall()


def test_a_visit_is_delivered_with_a_picture_by_diffusion(site: Site) -> None:
    visit_id = make_visit(site, 20_001)
    assert read_pictures(site, visit_id) == [(1, "diffusion")]
    left_out = [line for program, line in site.lines if program == "generator" and "style.unit_left_out" in line]
    assert len([line for line in left_out if "watercolour" in line]) == 3


def test_the_painter_helps_out_and_the_memory_gets_better_later_once(site: Site, models: Path) -> None:
    away = models.with_name("away")
    with site.box.hold_down("generator"):
        models.rename(away)
    wait_for_engine(site, "engine.failed", times=1)
    visit_id = make_visit(site, 20_002)
    assert read_pictures(site, visit_id) == [(1, "painter")]
    with site.box.hold_down("generator"):
        away.rename(models)
    wait_for_engine(site, "engine.ready", times=2)
    wait_until(
        lambda: read_pictures(site, visit_id) == [(1, "painter"), (2, "diffusion")],
        within_s=90,
        what="the better picture",
    )
    site.wait_settled(within_s=90)
    assert read_pictures(site, visit_id) == [(1, "painter"), (2, "diffusion")]
    with site.open_family() as family:
        assert family.count_entries()[visit_id] == 1
        assert family.read(visit_id).original_sha256 == hash_photo(20_002)
