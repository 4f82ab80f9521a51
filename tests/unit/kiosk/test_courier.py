"""After a crash or an outage: the journal is brought to the bridge, once, and only what may be sent."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from boothkit.ids import new_id
from boothkit.waiting import wait_until
from kiosk.bridge.client import BridgeClient
from kiosk.flow.courier import Courier
from kiosk.journal.journal import DiskJournal
from tests.unit.kiosk.contract_bridge import ContractBridge
from tests.unit.kiosk.samples import make_finish, make_hand_over, make_still


@pytest.fixture
def journal(tmp_path: Path) -> DiskJournal:
    return DiskJournal(tmp_path / "journal", keep_receipts_days=2)


@pytest.fixture
def courier(client: BridgeClient, journal: DiskJournal) -> Iterator[Courier]:
    courier = Courier(client, journal)
    yield courier
    courier.close(timeout_s=5)


def approve(journal: DiskJournal) -> str:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    return visit_id


def finish(journal: DiskJournal) -> str:
    visit_id = approve(journal)
    journal.keep_finish(make_finish(visit_id))
    return visit_id


def test_a_draft_is_erased_and_never_sent(courier: Courier, journal: DiskJournal, bridge: ContractBridge) -> None:
    journal.keep_still(new_id(), make_still())
    assert courier.bring_all()
    assert journal.list_entries() == ()
    assert not bridge.captures_seen


def test_an_approved_capture_is_handed_over_and_not_kept_here(
    courier: Courier, journal: DiskJournal, bridge: ContractBridge
) -> None:
    visit_id = approve(journal)
    assert courier.bring_all()
    assert bridge.visits[visit_id].image == make_still().image
    assert bridge.visits[visit_id].finish is None
    assert journal.list_entries() == ()


def test_a_finish_brings_its_capture_along(courier: Courier, journal: DiskJournal, bridge: ContractBridge) -> None:
    visit_id = finish(journal)
    assert courier.bring_all()
    assert bridge.visits[visit_id].finish is not None
    assert journal.list_entries() == ()


def test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled(
    courier: Courier, journal: DiskJournal, bridge: ContractBridge
) -> None:
    finish(journal)
    bridge.faults["PUT capture"] = ["cut"]
    bridge.faults["POST finish"] = ["cut", "cut"]
    assert [courier.bring_all() for _ in range(4)] == [False, False, False, True]
    assert len(bridge.finishes) == 1


def test_an_outage_keeps_everything(courier: Courier, journal: DiskJournal, bridge: ContractBridge) -> None:
    visits = [finish(journal), approve(journal), finish(journal)]
    bridge.faults = {"PUT capture": [502] * 3}
    assert not courier.bring_all()
    assert [entry.visit_id for entry in journal.list_entries()] == sorted(visits)
    assert courier.bring_all()
    assert set(bridge.visits) == set(visits)


def test_an_erasure_waits_for_the_bridge(courier: Courier, journal: DiskJournal, bridge: ContractBridge) -> None:
    visit_id = approve(journal)
    courier.hold(visit_id)
    bridge.faults["DELETE visit"] = ["reset"]
    journal.request_erasure(visit_id)
    courier.release(visit_id)
    assert not courier.bring_all()
    assert courier.bring_all()
    assert journal.list_entries() == ()


def test_an_erasure_after_a_finish_is_not_repeated_for_ever(
    courier: Courier, journal: DiskJournal, client: BridgeClient
) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    client.save_capture(make_hand_over(visit_id, still), still.image)
    client.finish(make_finish(visit_id))
    journal.request_erasure(visit_id)
    assert courier.bring_all()
    assert journal.list_entries() == ()


def test_a_visit_on_the_screen_is_left_alone(courier: Courier, journal: DiskJournal, bridge: ContractBridge) -> None:
    visit_id = approve(journal)
    courier.hold(visit_id)
    assert courier.bring_all()
    assert not bridge.captures_seen
    courier.release(visit_id)
    courier.bring_all()
    assert bridge.captures_seen == [visit_id]


def test_a_visit_that_is_finished_during_a_long_round_is_not_taken_for_an_interrupted_one(
    courier: Courier, journal: DiskJournal, client: BridgeClient, bridge: ContractBridge
) -> None:
    """The story: in an outage a round lasts long. A visit that was only approved when the round began was finished
    meanwhile, and its visitor was told that it will be sent later; then the round forgot it as an interrupted one.
    """
    finish(journal)
    visit_id, still = new_id(), make_still()
    courier.hold(visit_id)
    journal.approve(make_hand_over(visit_id, still), still)
    client.save_capture(make_hand_over(visit_id, still), still.image)
    journal.mark_handed_over(visit_id)
    bridge.faults["POST finish"] = ["slow"]
    long_round = threading.Thread(target=courier.bring_all)
    long_round.start()
    wait_until(lambda: bridge.calls["POST finish"] > 0)
    journal.keep_finish(make_finish(visit_id))
    courier.release(visit_id)
    long_round.join()
    courier.bring_all()
    assert bridge.visits[visit_id].finish is not None


def test_an_interrupted_visit_that_was_erased_at_the_bridge_is_closed(
    courier: Courier, journal: DiskJournal, bridge: ContractBridge
) -> None:
    bridge.erased.add(approve(journal))
    assert courier.bring_all()
    assert journal.list_entries() == ()


def test_one_bad_visit_does_not_stop_the_others(
    courier: Courier, journal: DiskJournal, bridge: ContractBridge, tmp_path: Path
) -> None:
    bad, good = finish(journal), finish(journal)
    (tmp_path / "journal/visits" / bad / "capture.jpg").write_bytes(b"damaged")
    assert not courier.bring_all()
    assert list(bridge.visits) == [good]
    assert [entry.visit_id for entry in journal.list_entries()] == [bad], "kept for the staff"


def test_the_thread_starts_at_once_and_tries_again_by_itself(
    courier: Courier, journal: DiskJournal, bridge: ContractBridge
) -> None:
    visit_id = finish(journal)
    bridge.faults["PUT capture"] = [502]
    courier.start()
    wait_until(lambda: visit_id in bridge.visits and bridge.visits[visit_id].finish is not None)
    wait_until(lambda: journal.list_entries() == ())


VISITOR = """
import sys, threading
from pathlib import Path
from boothkit.ids import new_id
from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from kiosk.flow.effects import Finish, SaveCapture
from kiosk.flow.performing import Performer
from kiosk.journal.journal import DiskJournal
from tests.unit.kiosk.samples import make_finish, make_hand_over, make_settings, make_still
folder, url = Path(sys.argv[1]), sys.argv[2]
journal = DiskJournal(folder / "journal", keep_receipts_days=2)
client = BridgeClient(make_settings(url), TokenFile(folder / "token"))
performer = Performer(bridge=client, camera=None, journal=journal)
over = threading.Event()
while True:
    visit_id, still = new_id(), make_still()
    journal.keep_still(visit_id, still)
    print("approving", visit_id, flush=True)
    performer.perform(SaveCapture(visit_id, make_hand_over(visit_id, still), still), over, lambda event: None)
    print("finishing", visit_id, flush=True)
    performer.perform(Finish(visit_id, make_finish(visit_id, visit_id)), over, lambda event: None)
    print("done", visit_id, flush=True)
"""


def test_kill_9_between_capture_and_answer_loses_and_doubles_nothing(
    client: BridgeClient, bridge: ContractBridge, tmp_path: Path, is_long: bool
) -> None:
    """F04: each kill is followed by a new start: the approved is at the bridge, the finished is there once."""
    captured: set[str] = set()
    finished: set[str] = set()
    for kill in range(200 if is_long else 6):
        steps = run_and_kill(tmp_path, bridge.url, answers=3 + kill % 5)
        captured |= {visit_id for step, visit_id in steps if step == "finishing"}
        finished |= {visit_id for step, visit_id in steps if step == "done"}
        journal = DiskJournal(tmp_path / "journal", keep_receipts_days=2)
        journal.sweep()
        waiting = journal.list_entries()
        captured |= {entry.visit_id for entry in waiting if entry.stage != "draft"}
        finished |= {entry.visit_id for entry in waiting if entry.stage == "finishing"}
        assert Courier(client, journal).bring_all()
        assert journal.list_entries() == ()
    assert captured <= set(bridge.visits)
    letters = [request["letter"] for request in bridge.finishes]
    assert finished <= set(letters)
    assert len(letters) == len(set(letters))
    assert len(finished) > 3


def run_and_kill(folder: Path, url: str, *, answers: int) -> list[tuple[str, str]]:
    """Each step that the visitor said, with the visit's id; killed after a few of them."""
    visitor = subprocess.Popen([sys.executable, "-c", VISITOR, str(folder), url], stdout=subprocess.PIPE, text=True)
    assert visitor.stdout is not None
    lines = [visitor.stdout.readline() for _ in range(answers)]
    visitor.send_signal(signal.SIGKILL)
    lines += visitor.stdout.read().splitlines()
    visitor.stdout.close()
    visitor.wait()
    return [(step, visit_id) for step, visit_id in map(str.split, lines)]
