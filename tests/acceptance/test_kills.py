"""Programs are killed without warning while visits flow. Nothing that was promised is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.campaign import STEPS, VICTIMS, KillCampaign, Tally
from tests.acceptance.ledger import Ledger
from tests.acceptance.site import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(5400)]

_SEED = 4
_KILLS = 36
_KILLS_LONG = 1000


class Campaign:
    """What was done, and what became of the visits."""

    def __init__(self, tally: Tally, ledger: Ledger) -> None:
        self.tally = tally
        self.ledger = ledger


@pytest.fixture(scope="module")
def campaign(make_var: Callable[[str], Path], is_long: bool) -> Iterator[Campaign]:
    """One campaign; the tests look at it from different sides."""
    with Site(make_var("kills")) as site:
        killing = KillCampaign(site, seed=_SEED)
        killing.run(_KILLS_LONG if is_long else _KILLS)
        ledger = killing.settle(within_s=600 if is_long else 120)
    print(f"seed {_SEED}, {killing.tally}, {ledger}")
    yield Campaign(killing.tally, ledger)


def test_every_program_was_killed_at_many_steps_and_visits_went_on(campaign: Campaign) -> None:
    """Guards the campaign itself: one that hits nothing would prove nothing."""
    struck = {step for _, step in campaign.tally.steps}
    assert campaign.tally.count >= _KILLS
    assert all(campaign.tally.kills[victim] >= 3 for victim in VICTIMS)
    assert len(struck & set(STEPS)) >= len(STEPS) // 2
    assert campaign.ledger.promised >= _KILLS // 4


def test_f01_f04_no_finished_visit_is_lost_and_each_arrives_as_it_was(campaign: Campaign) -> None:
    """Finished means: on the family's page, the photograph bit for bit, the letter, the voice and the picture."""
    assert campaign.ledger.lost == []
    assert campaign.ledger.changed == []
    assert campaign.ledger.delivered == campaign.ledger.promised


def test_f01_a_saved_capture_stays_at_the_bridge(campaign: Campaign) -> None:
    assert campaign.ledger.forgotten == []


def test_f03_f24_no_memory_comes_twice(campaign: Campaign) -> None:
    assert campaign.ledger.doubled == []


def test_f04_a_visit_that_was_never_finished_is_not_on_the_page(campaign: Campaign) -> None:
    assert campaign.ledger.unasked == []


def test_f02_f19_f35_no_work_is_stuck_or_failed(campaign: Campaign) -> None:
    """`settle` has waited for the end of all work; here, that it all ended well."""
    assert campaign.ledger.failed_workflows == []


def test_the_databases_are_whole_after_all_kills(campaign: Campaign) -> None:
    assert campaign.ledger.databases == ["ok", "ok"]
