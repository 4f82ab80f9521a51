"""A site with a diffusion model, tiny but whole: it makes the pictures, is killed at work, and comes back."""

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
        "BOOTH_BRIDGE__PROGRESS__POLL_S": "0.05",
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


def begin_visit(site: Site, number: int) -> str:
    """One visit with a picture, on its way."""
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
    return wish.visit_id


def wait_for_pictures(site: Site, visit_id: str, *pictures: tuple[int, str]) -> None:
    """Wait until the memorial service has the picture of each of these revisions, by these engines, and no other."""
    wait_until(
        lambda: read_pictures(site, visit_id) == [*pictures],
        within_s=90,
        what=f"{pictures} at the memorial service",
    )


def read_pictures(site: Site, visit_id: str) -> list[tuple[int, str]]:
    """Revision and engine of each picture that the memorial service was given."""
    with closing(sqlite3.connect(f"file:{site.memorial_database}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(_PICTURES, (visit_id,)).fetchall()


def test_a_visit_is_delivered_with_a_picture_by_diffusion(site: Site) -> None:
    visit_id = begin_visit(site, 20_001)
    wait_for_pictures(site, visit_id, (1, "diffusion"))
    left_out = [line for program, line in site.lines if program == "generator" and "style.unit_left_out" in line]
    assert len([line for line in left_out if "watercolour" in line]) == 3


def test_the_painter_helps_out_when_the_generator_is_killed_at_work_and_diffusion_follows_once(site: Site) -> None:
    visit_id = begin_visit(site, 20_002)
    site.wait_shown(visit_id, "saved")
    wait_until(
        lambda: site.get_visit(visit_id)["generation"]["progress"] > 0, within_s=60, what="diffusion at work", every_s=0
    )
    assert site.box.kill("generator")
    wait_for_pictures(site, visit_id, (1, "painter"))
    wait_for_engine(site, "engine.ready", times=2)
    wait_for_pictures(site, visit_id, (1, "painter"), (2, "diffusion"))
    site.wait_settled(within_s=90)
    assert read_pictures(site, visit_id) == [(1, "painter"), (2, "diffusion")]
    assert site.box.starts["generator"] == 2
    with site.open_family() as family:
        assert family.count_entries()[visit_id] == 1
        assert family.read(visit_id).original_sha256 == hash_photo(20_002)
