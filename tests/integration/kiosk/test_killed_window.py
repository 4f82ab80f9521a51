"""F04: the kiosk with its real window is killed between photograph and answer, and started again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from kiosk.flow.visit import JournalEntry
from kiosk.journal.journal import DiskJournal
from tests.unit.kiosk.contract_bridge import TOKEN, ContractBridge

VISITOR = ("--auto-visitor", "--language", "en", "--letter", "Thank you.")
NO_ANSWER: list[int | str] = ["slow"] * 8


class KilledBooth:
    """A booth whose kiosk is a process of its own, and what can be seen of it from outside: journal and bridge."""

    def __init__(self, bridge: ContractBridge, folder: Path) -> None:
        self.bridge = bridge
        self._folder = folder
        self.journal = DiskJournal(folder / "journal", keep_receipts_days=2)
        (folder / "token").write_text(TOKEN)

    @contextmanager
    def running(self, *words: str) -> Iterator[None]:
        """The kiosk's window, killed with SIGKILL when the block ends."""
        environ = {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "BOOTH_KIOSK__STORE__DATA_DIR": str(self._folder),
            "BOOTH_KIOSK__BRIDGE__URL": self.bridge.url,
            "BOOTH_KIOSK__PREVIEW__PAINTED": "false",
            "BOOTH_KIOSK__DISPLAY__TOUCH_GUARD_S": "0",
            "BOOTH_KIOSK__TIMING__COUNTDOWN_S": "1",
        }
        command = [sys.executable, "-m", "kiosk", "run", *words]
        log = self._folder / "kiosk.log"
        with log.open("ab") as output:
            process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=output, stderr=output)
        try:
            yield
            assert process.poll() is None, log.read_text()
        finally:
            process.kill()
            process.wait()

    def be_killed_when(self, is_moment: Callable[[], object]) -> JournalEntry:
        """A visitor walks through the screens until the moment; what the killed kiosk left in its journal."""
        with self.running(*VISITOR):
            wait_until(is_moment, "the moment", within_s=60)
        (entry,) = self.journal.list_entries()
        return entry

    def recover(self) -> None:
        """A new start, with nobody in front of it, until the journal is empty."""
        with self.running():
            wait_until(lambda: not self.journal.list_entries(), "the end of the journal", within_s=60)


@pytest.fixture
def booth(bridge: ContractBridge, tmp_path: Path) -> KilledBooth:
    return KilledBooth(bridge, tmp_path)


@pytest.mark.parametrize("before", [[], ["cut"]], ids=["before the bridge had it", "after the bridge had it"])
def test_f04_a_window_killed_during_the_hand_over_hands_over_after_its_next_start(
    booth: KilledBooth, before: list[int | str]
) -> None:
    """The approved photograph is at the bridge, once and bit for bit, and the booth keeps nothing of it."""
    calls = booth.bridge.calls
    booth.bridge.faults["PUT capture"] = [*before, *NO_ANSWER]
    left = booth.be_killed_when(lambda: calls["PUT capture"] > len(before))
    assert left.stage == "approved"
    assert len(booth.bridge.visits) == len(before)
    photograph = booth.journal.read_image(left.visit_id)
    booth.bridge.faults.clear()

    booth.recover()

    assert list(booth.bridge.visits) == [left.visit_id]
    assert booth.bridge.visits[left.visit_id].image == photograph
    assert left.hand_over is not None
    assert hashlib.sha256(photograph).hexdigest() == left.hand_over.sha256
    assert booth.bridge.finishes == []


def test_f04_a_window_killed_during_the_finish_finishes_after_its_next_start(booth: KilledBooth) -> None:
    booth.bridge.faults["POST finish"] = [*NO_ANSWER]
    left = booth.be_killed_when(lambda: booth.bridge.calls["POST finish"])
    assert left.stage == "finishing"
    booth.bridge.faults.clear()

    booth.recover()

    (finish,) = booth.bridge.finishes
    assert finish["letter"] == "Thank you."
    assert list(booth.bridge.visits) == [left.visit_id]
