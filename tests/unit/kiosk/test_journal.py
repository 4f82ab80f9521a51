"""The journal: exact bytes, honest order, nothing left behind, and no loss at a kill at any moment (F04, F07)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from boothkit import clock
from boothkit.ids import new_id
from kiosk.errors import JournalError, NoRoomError
from kiosk.flow.visit import Consents, FinishRequest, Receipt
from kiosk.journal.journal import DiskJournal
from tests.unit.kiosk.samples import RECEIPT, make_finish, make_hand_over, make_still


@pytest.fixture
def journal(tmp_path: Path) -> DiskJournal:
    return DiskJournal(tmp_path, keep_receipts_days=2)


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_stages_of_a_visit(journal: DiskJournal) -> None:
    visit_id, still = new_id(), make_still()
    hand_over, finish = make_hand_over(visit_id, still), make_finish(visit_id)
    journal.keep_still(visit_id, still)
    assert [entry.stage for entry in journal.list_entries()] == ["draft"]
    journal.approve(hand_over, still)
    (entry,) = journal.list_entries()
    assert (entry.stage, entry.hand_over, entry.is_handed_over) == ("approved", hand_over, False)
    journal.mark_handed_over(visit_id)
    assert journal.list_entries()[0].is_handed_over
    journal.keep_finish(finish)
    (entry,) = journal.list_entries()
    assert (entry.stage, entry.finish, entry.hand_over, entry.is_handed_over) == ("finishing", finish, hand_over, True)


def test_the_photograph_is_kept_byte_for_byte(journal: DiskJournal, tmp_path: Path) -> None:
    visit_id, still = new_id(), make_still(os.urandom(64))
    journal.keep_still(visit_id, still)
    assert journal.read_image(visit_id) == still.image
    path = tmp_path / "visits" / visit_id / "capture.jpg"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_retake_replaces_the_photograph(journal: DiskJournal) -> None:
    visit_id = new_id()
    journal.keep_still(visit_id, make_still(b"one"))
    journal.keep_still(visit_id, make_still(b"two"))
    assert journal.read_image(visit_id) == make_still(b"two").image


def test_approving_under_a_new_id_keeps_the_photograph_too(journal: DiskJournal) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    assert journal.read_image(visit_id) == still.image


def test_a_photograph_that_changed_in_memory_is_not_kept(journal: DiskJournal) -> None:
    still = make_still()
    broken = type(still)(still.image + b"x", still.sha256, 1, 1, still.taken_at)
    with pytest.raises(JournalError):
        journal.keep_still(new_id(), broken)


def test_damage_on_disk_is_noticed_before_sending(journal: DiskJournal, tmp_path: Path) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    path = tmp_path / "visits" / visit_id / "capture.jpg"
    path.write_bytes(still.image[:-1] + b"?")
    with pytest.raises(JournalError):
        journal.read_image(visit_id)


def test_of_a_finished_visit_only_the_proof_remains(journal: DiskJournal, tmp_path: Path) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    journal.keep_finish(make_finish(visit_id))
    journal.complete(visit_id, RECEIPT)
    assert journal.list_entries() == ()
    assert list_files(tmp_path) == [f"done/{clock.now().date().isoformat()}/{visit_id}.json"]
    assert not any((tmp_path / "visits").iterdir())


def test_the_proof_holds_hash_and_receipt_and_nothing_the_visitor_gave(journal: DiskJournal, tmp_path: Path) -> None:
    visit_id, still = new_id(), make_still()
    now = clock.now()
    journal.approve(make_hand_over(visit_id, still), still)
    journal.keep_finish(make_finish(visit_id, "아무도 읽지 않을 편지"))
    journal.complete(visit_id, Receipt("K7F2-9QXM-4T", "김영희", "https://x", now))
    proof = json.loads((tmp_path / "done" / now.date().isoformat() / f"{visit_id}.json").read_text())
    assert set(proof) == {"visit_id", "photo_sha256", "receipt_code", "saved_at"}
    assert (proof["photo_sha256"], proof["receipt_code"]) == (still.sha256, "K7F2-9QXM-4T")


def test_old_proofs_are_dropped(journal: DiskJournal, tmp_path: Path) -> None:
    days = [(clock.now() - timedelta(days=age)).date().isoformat() for age in (5, 1, 0)]
    for day in days[:2]:
        (tmp_path / "done" / day).mkdir(parents=True)
        (tmp_path / "done" / day / "old.json").write_bytes(b"{}")
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    journal.complete(visit_id, RECEIPT)
    assert sorted(day.name for day in (tmp_path / "done").iterdir()) == days[1:]


def test_an_erased_draft_leaves_nothing(journal: DiskJournal, tmp_path: Path) -> None:
    visit_id = new_id()
    journal.keep_still(visit_id, make_still())
    journal.request_erasure(visit_id)
    assert (journal.list_entries(), list_files(tmp_path)) == ((), [])


def test_an_erasure_that_the_bridge_must_do_too_is_remembered_without_content(
    journal: DiskJournal, tmp_path: Path
) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    journal.keep_finish(make_finish(visit_id))
    journal.request_erasure(visit_id)
    assert [entry.stage for entry in journal.list_entries()] == ["erasing"]
    assert list_files(tmp_path) == []
    journal.forget(visit_id)
    assert journal.list_entries() == ()


def test_erasing_or_forgetting_what_was_never_kept_is_harmless(journal: DiskJournal) -> None:
    journal.request_erasure(new_id())
    journal.forget(new_id())
    assert journal.list_entries() == ()


def test_a_name_that_is_no_id_touches_no_folder(journal: DiskJournal) -> None:
    with pytest.raises(ValueError, match="id"):
        journal.keep_still("../../etc", make_still())


def test_consents_and_dates_survive(journal: DiskJournal) -> None:
    visit_id, still = new_id(), make_still()
    journal.approve(make_hand_over(visit_id, still), still)
    consents = Consents(family_page=True, keep_until=date(2027, 1, 2))
    finish = FinishRequest(visit_id, "\t줄\n바꿈 \U0001f338", "", "", "en", "letter_read_aloud", "original", consents)
    journal.keep_finish(finish)
    assert journal.list_entries()[0].finish == finish


def test_a_damaged_entry_is_kept_for_the_staff_and_stops_nobody_else(journal: DiskJournal, tmp_path: Path) -> None:
    good, bad, still = new_id(), new_id(), make_still()
    journal.approve(make_hand_over(good, still), still)
    journal.approve(make_hand_over(bad, still), still)
    (tmp_path / "visits" / bad / "entry.json").write_bytes(b"{")
    assert [entry.visit_id for entry in journal.list_entries()] == [good]
    journal.sweep()
    assert (tmp_path / "visits" / bad / "capture.jpg").is_file()


def test_a_sweep_clears_what_a_cut_left_half_done(journal: DiskJournal, tmp_path: Path) -> None:
    lonely, finished, half_erased, still = new_id(), new_id(), new_id(), make_still()
    journal.keep_still(lonely, still)
    (tmp_path / "visits" / lonely / "entry.json").unlink()
    journal.approve(make_hand_over(finished, still), still)
    proof = tmp_path / "done" / clock.now().date().isoformat() / f"{finished}.json"
    proof.parent.mkdir(parents=True)
    proof.write_bytes(b"{}")
    (tmp_path / "erasing" / half_erased).mkdir(parents=True)
    (tmp_path / "erasing" / half_erased / "capture.jpg").write_bytes(b"face")
    journal.sweep()
    assert list_files(tmp_path) == [str(proof.relative_to(tmp_path))]
    assert [entry.stage for entry in journal.list_entries()] == ["erasing"]


def test_a_full_disk_is_said_and_the_older_state_stands(small_disk: Path) -> None:
    """F07 at the kiosk: the draft is refused; what was kept before is whole, and an erasure still works."""
    journal = DiskJournal(small_disk, keep_receipts_days=2)
    kept, still = new_id(), make_still()
    journal.approve(make_hand_over(kept, still), still)
    large = make_still(os.urandom(4096))
    with pytest.raises(NoRoomError):
        for _ in range(10):
            journal.keep_still(new_id(), large)
    assert journal.read_image(kept) == still.image
    (small_disk / "filler").write_bytes(b"")
    journal.request_erasure(kept)
    assert "erasing" in [entry.stage for entry in journal.list_entries()]


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 4 MB; left out where this machine does not allow mounting."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting is not allowed here")
    return folder


@pytest.fixture(autouse=True)
def unmount(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    yield
    if "small_disk" in request.fixturenames:
        subprocess.run(["umount", str(tmp_path / "small")], check=False)


WRITER = """
import sys
from pathlib import Path
from boothkit.ids import new_id
from kiosk.journal.journal import DiskJournal
from tests.unit.kiosk.samples import RECEIPT, make_finish, make_hand_over, make_still
journal = DiskJournal(Path(sys.argv[1]), keep_receipts_days=2)
number = 0
while True:
    visit_id, number = new_id(), number + 1
    still = make_still(f"{visit_id}{number}".encode() * 40)
    def say(step):
        print(step, visit_id, still.sha256, flush=True)
    journal.keep_still(visit_id, still)
    say("draft")
    journal.approve(make_hand_over(visit_id, still), still)
    say("approved")
    if number % 4 == 3:
        say("will-erase")
        journal.request_erasure(visit_id)
        say("erasing")
        continue
    journal.mark_handed_over(visit_id)
    journal.keep_finish(make_finish(visit_id))
    say("finishing")
    if number % 4 == 1:
        continue
    say("will-complete")
    journal.complete(visit_id, RECEIPT)
    say("done")
"""
RANK = {"draft": 0, "approved": 1, "finishing": 2}


def test_kill_9_at_any_moment_loses_nothing_that_was_kept(tmp_path: Path, is_long: bool) -> None:
    """F04: after each kill every visit is at least as far as the writer had said, with its exact photograph."""
    for kill in range(300 if is_long else 8):
        folder = tmp_path / str(kill)
        said = run_and_kill(folder, after_s=0.02 + random.Random(kill).random() * 0.25)
        check_after_kill(folder, said)


def run_and_kill(folder: Path, *, after_s: float) -> dict[str, tuple[str, str]]:
    """Last step said per visit, and its hash."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said: dict[str, tuple[str, str]] = {}
    lines = [writer.stdout.readline()]
    time.sleep(after_s)
    writer.send_signal(signal.SIGKILL)
    lines += writer.stdout.read().splitlines()
    writer.stdout.close()
    writer.wait()
    for line in lines:
        step, visit_id, sha256 = line.split()
        said[visit_id] = (step, sha256)
    return said


def check_after_kill(folder: Path, said: dict[str, tuple[str, str]]) -> None:
    journal = DiskJournal(folder, keep_receipts_days=2)
    journal.sweep()
    entries = {entry.visit_id: entry for entry in journal.list_entries()}
    proofs = {path.stem: json.loads(path.read_text()) for path in (folder / "done").glob("*/*.json")}
    for visit_id, (step, sha256) in said.items():
        entry = entries.get(visit_id)
        if step == "done" or (step == "will-complete" and entry is None):
            assert proofs[visit_id]["photo_sha256"] == sha256
            assert entry is None
        elif step == "erasing" or (step == "will-erase" and entry is not None and entry.stage == "erasing"):
            assert entry is not None
            assert entry.stage == "erasing"
        else:
            assert entry is not None, f"a visit that was {step} is lost"
            assert RANK[entry.stage] >= RANK.get(step, 1)
            assert hashlib.sha256(journal.read_image(visit_id)).hexdigest() == sha256
