"""One box for all of this folder, and callers in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.onebox.running import RunningBox
from tests.integration.bad_input.family import Family, invite
from tests.integration.bad_input.materials import make_finish
from tests.integration.bad_input.processes import Baseline, take_baseline
from tests.integration.bad_input.site import Caller, Site

# What is tested here is what stands behind the pace limits; they have tests of their own. Pauses are cut sooner, so
# that the tests of slow senders take seconds.
ENVIRON = {
    "BOOTH_NGINX__LIMITS__ENROLMENTS_PER_MINUTE": "6000",
    "BOOTH_NGINX__LIMITS__PINS_PER_MINUTE": "6000",
    "BOOTH_NGINX__LIMITS__UPLOADS_PER_SECOND": "1000",
    "BOOTH_NGINX__LIMITS__HEADER_TIMEOUT_S": "2",
    "BOOTH_NGINX__LIMITS__BODY_TIMEOUT_S": "2",
}


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with RunningBox(tmp_path_factory.mktemp("bad-input"), environ=ENVIRON) as box:
        yield Site(box)


@pytest.fixture(scope="package", autouse=True)
def baseline(site: Site) -> Baseline:
    """Processes and memory before anything bad was sent, but after one good visit has loaded what is loaded late."""
    caller = Caller(site, "ko")
    assert caller.finish(caller.start_visit(), make_finish()).status_code == 201
    return take_baseline(site.box)


@pytest.fixture(params=["ko", "en"])
def caller(site: Site, request: pytest.FixtureRequest) -> Caller:
    """Somebody who wants to be answered in Korean, and somebody who wants English."""
    return Caller(site, request.param)


@pytest.fixture
def visit_id(caller: Caller) -> str:
    """A visit whose photograph is saved."""
    return caller.start_visit()


@pytest.fixture
def korean(site: Site) -> Caller:
    """Somebody at the doors, where the language makes no difference."""
    return Caller(site, "ko")


@pytest.fixture(scope="package")
def invitation(site: Site) -> tuple[str, str]:
    """Link and PIN of one invitation."""
    return invite(site)


@pytest.fixture
def one_family(invitation: tuple[str, str], request: pytest.FixtureRequest) -> Family:
    """An invited person whose browser speaks the test's language."""
    name = "caller" if "caller" in request.fixturenames else "korean"
    return Family(request.getfixturevalue(name), *invitation)
